"""Whatever the answer to a mutation is asked for: it comes whole, or nothing was done."""

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


class Selections:
    """Random selections of the schema's types. ``$yes`` and ``$no`` are variables."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def of(self, kind: GraphQLOutputType, depth: int = 4) -> str:
        named = get_named_type(kind)
        if is_leaf_type(named):
            return ""
        if is_abstract_type(named):
            members = [each for each in SCHEMA.get_possible_types(named) if self._perhaps(0.6)]
            return " ".join(["{ __typename", *(f"... on {each.name} {self.of(each, depth)}" for each in members), "}"])
        assert isinstance(named, GraphQLObjectType)
        chosen = [(name, field) for name, field in named.fields.items() if self._is_chosen(field, depth)]
        return " ".join(["{ __typename", *(self._field(name, field, depth) for name, field in chosen), "}"])

    def _is_chosen(self, field: GraphQLField, depth: int) -> bool:
        if is_leaf_type(get_named_type(field.type)):
            return self._perhaps(0.2)
        return depth > 0 and self._perhaps(0.5 if depth > 2 else 0.25)

    def _field(self, name: str, field: GraphQLField, depth: int) -> str:
        page = f"(first: {0 if self._perhaps(0.1) else 3})" if "first" in field.args else ""
        conditions = ["", "", "@include(if: $yes)", "@include(if: $no)", "@skip(if: $no)", "@skip(if: true)"]
        condition = self._random.choice(conditions) if field_policy(field).permission or page else ""
        return f"{name}{page} {condition} {self.of(field.type, depth - 1)}"

    def _perhaps(self, probability: float) -> bool:
        return self._random.random() < probability


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_no_answer_is_lost(mutation: str, ada: GraphQLClient, caller: CallerFactory) -> None:
    for model in (ORDER, APPROVAL):
        await deploy(ada, model)
        await start(ada, "order" if model is ORDER else "approval", "c1")
    random, ends = Random(mutation), set()
    selections = Selections(random)
    assert SCHEMA.mutation_type is not None
    kind = SCHEMA.mutation_type.fields[mutation].type
    for _ in range(60):
        more = [each for each in ("events:read", "processes:read") if random.random() < 0.5]
        client = caller("events:trigger", "processes:start", *more)
        query = f"""mutation($yes: Boolean!, $no: Boolean = false) {{ ... @include(if: $yes) @skip(if: $no) {{
            {mutation}{MUTATIONS[mutation]} {selections.of(kind)} }} }}"""
        body = (await client(query, yes=True)).body
        assert ("data" in body) != ("errors" in body), (query, body)
        ends |= {"data"} if "data" in body else {error["extensions"]["code"] for error in body["errors"]}
    assert {"data", "FORBIDDEN"} <= ends <= {"data", "FORBIDDEN", "BAD_USER_INPUT"}
