"""For random generator, a mutation returns its complete response or changes nothing."""

from random import Random

import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from bpmn_events.web.gql.schema.fields import field_policy
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.gql.strawberry_bridge import core_schema
from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.models import APPROVAL, ORDER
from tests.api.gql.steps import deploy, start

SCHEMA = core_schema(build_schema())
SHIP = '{processModelKey: "order", correlationId: "c1", eventId: "ship"%s}'
MUTATIONS = {
    "triggerEvent": f"(input: {SHIP % ', dryRun: true'})",
    "triggerEvents": f"(inputs: [{SHIP % ''}, {SHIP % ', dryRun: true'}])",
    "triggerMessage": '(input: {name: "shipment", correlationId: "c1"})',
    "startProcessInstance": '(input: {processModelKey: "order", correlationId: "c1"})',
    "finishUserTask": '(input: {processModelKey: "approval", correlationId: "c1", userTaskId: "approve"})',
}


class SelectionGenerator:
    """Generates random generator of the schema's types, with the variables ``$yes`` and ``$no``."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def select(self, kind: GraphQLOutputType, depth: int = 4) -> str:
        named = get_named_type(kind)
        if is_leaf_type(named):
            return ""
        if is_abstract_type(named):
            members = [each for each in SCHEMA.get_possible_types(named) if self._random_bool(0.6)]
            return " ".join(
                ["{ __typename", *(f"... on {each.name} {self.select(each, depth)}" for each in members), "}"]
            )
        assert isinstance(named, GraphQLObjectType)
        fields = [(name, field) for name, field in named.fields.items() if self._is_selected(field, depth)]
        return " ".join(["{ __typename", *(self._field(name, field, depth) for name, field in fields), "}"])

    def _is_selected(self, field: GraphQLField, depth: int) -> bool:
        if is_leaf_type(get_named_type(field.type)):
            return self._random_bool(0.2)
        return depth > 0 and self._random_bool(0.5 if depth > 2 else 0.25)

    def _field(self, name: str, field: GraphQLField, depth: int) -> str:
        page = f"(first: {0 if self._random_bool(0.1) else 3})" if "first" in field.args else ""
        conditions = ["", "", "@include(if: $yes)", "@include(if: $no)", "@skip(if: $no)", "@skip(if: true)"]
        condition = self._random.choice(conditions) if field_policy(field).permission or page else ""
        return f"{name}{page} {condition} {self.select(field.type, depth - 1)}"

    def _random_bool(self, probability: float) -> bool:
        return self._random.random() < probability


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_a_mutation_never_loses_its_response(mutation: str, ada: GraphQLClient, caller: CallerFactory) -> None:
    for model in (ORDER, APPROVAL):
        await deploy(ada, model)
        await start(ada, "order" if model is ORDER else "approval", "c1")
    random, results = Random(mutation), set()
    generator = SelectionGenerator(random)
    assert SCHEMA.mutation_type is not None
    kind = SCHEMA.mutation_type.fields[mutation].type
    for _ in range(60):
        permissions = [each for each in ("events:read", "processes:read") if random.random() < 0.5]
        client = caller("events:trigger", "processes:start", *permissions)
        query = f"""mutation($yes: Boolean!, $no: Boolean = false) {{ ... @include(if: $yes) @skip(if: $no) {{
            {mutation}{MUTATIONS[mutation]} {generator.select(kind)} }} }}"""
        body = (await client(query, yes=True)).body
        assert ("data" in body) != ("errors" in body), (query, body)
        results |= {"data"} if "data" in body else {error["extensions"]["code"] for error in body["errors"]}
    assert {"data", "FORBIDDEN"} <= results <= {"data", "FORBIDDEN", "BAD_USER_INPUT"}
