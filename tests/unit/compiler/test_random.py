"""Plans and graphql-core return the same responses for random schemas, documents, variables and data."""

from random import Random
from typing import Any

import pytest
from graphql import execute, parse, specified_rules, validate, validate_schema
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bpmn_events.compiler import compile_operation
from tests.support.examples import examples
from tests.unit.compiler.comparing import encode_response
from tests.unit.compiler.documents import DocumentMaker, random_variables
from tests.unit.compiler.worlds import Thing, World, random_schema


# graphql-core cancels coroutines before they start if a sibling fails.
@pytest.mark.usefixtures("collect_garbage")
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning")
@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    random=st.randoms(use_true_random=False),
    seed=st.integers(0, 2**32),
    trouble=st.sampled_from((0.0, 0.02, 0.1, 0.3)),
    waiting=st.sampled_from((0.0, 0.2, 0.6)),
)
def test_a_plan_returns_the_response_of_graphql_core(random: Random, seed: int, trouble: float, waiting: float) -> None:
    schema = random_schema(random)
    assume(not validate_schema(schema))
    text = DocumentMaker(schema, random).document()
    document = parse(text)
    assume(not validate(schema, document, specified_rules))
    plan = compile_operation(schema, document)
    assert plan is not None
    for _ in range(2):
        variables = random_variables(random)

        def execute_once(by_plan: bool, variables: Any = variables) -> tuple[str, list[str]]:
            world = World(seed, trouble=trouble, waiting=waiting)
            root = Thing(world, "")
            if not by_plan:
                return encode_response(lambda: execute(schema, document, root, world, variables)), world.calls
            return encode_response(
                lambda: plan.execute(root, world, variables) or execute(schema, document, root, world, variables)
            ), world.calls

        expected = execute_once(False)
        assert execute_once(True) == expected
        assert execute_once(True) == expected
