"""Compiled operations: when an operation is compiled, and that its plan gives the same response as graphql-core."""

from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from inspect import isawaitable
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from graphql import execute, parse, print_ast

from bpmn_events.application.services import Services
from bpmn_events.compiler import compile_operation
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.gql.context import Context
from bpmn_events.web.gql.execution.compiler_hints import add_hints
from bpmn_events.web.gql.execution.documents import Documents
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.resolvers import unwrap_resolvers
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.gql.strawberry_bridge import core_schema
from tests.api.gql.cases import VARIABLES, Demo
from tests.api.gql.client import GraphQLClient
from tests.support.documents import OPERATIONS, is_subscription

VIEWER = "{ viewer { __typename } }"
PRINCIPALS = {
    "ada": Principal("ada", frozenset(Permission), frozenset({"*"})),
    "a reader": Principal("bob", frozenset({Permission.EVENTS_READ}), frozenset({"Finance"})),
    "nobody": None,
}
PLAIN = core_schema(build_schema())  # as Strawberry made it
SCHEMA = core_schema(build_schema())
unwrap_resolvers(SCHEMA)
add_hints(SCHEMA)


class Once:
    """A use case that runs once for the same arguments, and afterwards repeats its result or exception."""

    def __init__(self, use_case: Callable[..., Awaitable[Any]]) -> None:
        self._use_case = use_case
        self._outcomes: dict[str, Any] = {}

    async def __call__(self, *args: Any) -> Any:
        key = repr(args)
        if key not in self._outcomes:
            try:
                self._outcomes[key] = await self._use_case(*args)
            except Exception as error:
                self._outcomes[key] = error
        if isinstance(self._outcomes[key], Exception):
            raise self._outcomes[key]
        return self._outcomes[key]


@pytest.fixture
def compile_at_execution() -> None:
    """Compile nothing: the client only prepares the data here."""


@pytest_asyncio.fixture
async def demo(services: Services, ada: GraphQLClient) -> Demo:
    return await Demo.start(services, ada)


@pytest.fixture
def repeatable(services: Services) -> Services:
    """Return services whose commands can be executed twice with the same outcome."""
    verbs = ("deploy_", "finish_", "start_", "terminate_", "throw_", "trigger_")
    mutating = [each.name for each in fields(services) if each.name.startswith(verbs)]
    once: dict[str, Any] = {name: Once(getattr(services, name)) for name in mutating}
    return replace(services, **once)


def create_documents(compile_at_execution: int | None = None, **limits: int) -> Documents:
    return Documents(SCHEMA, GraphQLLimits(**limits), compile_at_execution)


async def _encoded(result: Any) -> bytes:
    executed = await result if isawaitable(result) else result
    errors = [error.formatted for error in executed.errors or ()]
    return msgspec.json.encode({"data": executed.data, "errors": errors})


@pytest.mark.parametrize("name", [name for name, document in OPERATIONS.items() if not is_subscription(document)])
@pytest.mark.parametrize("principal", PRINCIPALS)
async def test_a_plan_gives_the_same_response(name: str, principal: str, demo: Demo, repeatable: Services) -> None:
    document, variables = OPERATIONS[name], await VARIABLES[name](demo)
    names = create_documents().get(print_ast(document)).fields

    def context() -> Context:
        return Context(repeatable, PRINCIPALS[principal], names)

    plan = compile_operation(SCHEMA, document)
    assert plan is not None
    expected = await _encoded(execute(PLAIN, document, None, context(), variables))
    assert b'"data":{' in expected
    assert await _encoded(execute(SCHEMA, document, None, context(), variables)) == expected
    for _ in range(3):
        assert await _encoded(plan.execute(None, context(), variables)) == expected


def test_an_operation_is_compiled_at_its_second_use() -> None:
    documents = create_documents(compile_at_execution=2)
    plans = []
    for _ in range(3):
        document = documents.get(VIEWER)
        plans.append(documents.plan(document, document.operation(None)))
    assert plans[0] is None
    assert plans[1] is plans[2] is not None


def test_compiling_can_be_turned_off() -> None:
    documents = create_documents()
    for _ in range(3):
        document = documents.get(VIEWER)
        assert documents.plan(document, document.operation(None)) is None


def test_operations_of_one_document_are_compiled_separately() -> None:
    documents = create_documents(compile_at_execution=1)
    document = documents.get("query A { viewer { __typename } } query B { viewer { __typename } }")
    first, second = (documents.plan(document, document.operation(name)) for name in ("A", "B"))
    assert first is not None
    assert second not in (None, first)


def test_plans_count_towards_the_size_of_the_cache() -> None:
    texts = [f"{{ a{n}: viewer {{ __typename }} }}" for n in range(10)]
    size = len(texts[0]) + 2 * 16
    documents = create_documents(compile_at_execution=1, cached_characters=8 * size)
    cached = [documents.get(text) for text in texts[:8]]
    for document in cached:
        documents.plan(document, document.operation(None))
    assert [documents.get(text) for text in texts[:8]] == cached
    documents.get(texts[8])
    assert documents.get(texts[0]) is not cached[0]
    assert documents.get(texts[7]) is cached[7]


def test_a_plan_that_would_fill_the_cache_is_not_cached() -> None:
    text = "{ ...F } fragment F on Query { " + " ".join(f"a{n}: viewer {{ __typename }}" for n in range(9)) + " }"
    documents = create_documents(compile_at_execution=1, cached_characters=16 * len(text))
    document = documents.get(text)
    assert documents.plan(document, document.operation(None)) is None
    assert documents.get(text) is document


async def test_a_mutation_that_graphql_core_executes_runs_once(demo: Demo, services: Services) -> None:
    calls = []

    async def count(*args: Any) -> Any:
        calls.append(args)
        return await services.trigger_event(*args)

    counting: Any = count
    text = """
        mutation($input: TriggerEventInput!, $more: Boolean = true) {
          triggerEvent(input: $input) { __typename ... on TriggerEventSuccess @include(if: $more) { replayed } }
        }
    """
    plan = compile_operation(SCHEMA, parse(text))
    assert plan is not None
    context = Context(replace(services, trigger_event=counting), PRINCIPALS["ada"])
    variables = {"input": await demo.payment(), "more": None}
    assert plan.execute(None, context, variables) is None
    assert calls == []
    result: Any = plan.execute(None, context, {"input": variables["input"]})
    assert (await result).data["triggerEvent"] == {"__typename": "TriggerEventSuccess", "replayed": False}
    assert len(calls) == 1
