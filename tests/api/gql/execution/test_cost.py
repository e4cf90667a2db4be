"""The number of SQL statements depends on the selected fields, never on the number of rows."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.adapters.storage.database import Database
from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.bootstrap import build
from bpmn_events.config import load_settings
from bpmn_events.domain.principal import SYSTEM
from tests.api.gql.client import GraphQLClient
from tests.api.gql.models import ORDER
from tests.api.gql.steps import deploy, start, trigger
from tests.api.tokens import SECRET
from tests.conformance.drawing import draw

EVERYTHING = """
{
  waitingEvents(first: 60) { ... on WaitingEventConnection { totalCount nodes {
    id payloadSchema processModel { key bpmnXml } correlation { startedAt }
    processInstance { state waitingEvents(first: 2) { totalCount nodes { elementId payloadSchema
      processInstance { id } correlation { id } } }
      triggers(first: 5) { totalCount nodes { elementId processModel { key } processInstance { id } } } }
  } } }
  eventTriggers { ... on EventTriggerConnection { totalCount nodes { correlation {
    waitingEvents(first: 5) { totalCount nodes { id } }
    processInstances(first: 5) { totalCount nodes {
      parent { id } processModel { waitingEvents(first: 5) { totalCount nodes { id } } } } }
  } } } }
}
"""
DAILY = "begin > Work > end\nbegin: startEvent timer=R/P1D\nWork: userTask\n"
START_EVENTS = """{ processModels(first: 100) { ... on ProcessModelConnection { nodes {
  startEvents { elementId nextDueAt } } } } }"""


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Yield a list to which every SQL statement of the test is added, in order."""
    recorded: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        recorded.append(statement)

    for engine in database.connections.engines:
        event.listen(engine, "before_cursor_execute", record)
    yield recorded
    for engine in database.connections.engines:
        event.remove(engine, "before_cursor_execute", record)


async def _orders(client: GraphQLClient, numbers: range) -> None:
    for number in numbers:
        await start(client, "order", f"c{number}")
        await trigger(client, "order", f"c{number}", "ship")


async def test_the_number_of_statements_is_independent_of_the_number_of_rows(
    ada: GraphQLClient, statements: list[str]
) -> None:
    await deploy(ada, ORDER)
    await _orders(ada, range(2))
    statements.clear()
    few = (await ada(EVERYTHING)).data
    expected = len(statements)
    await _orders(ada, range(2, 30))
    statements.clear()
    many = (await ada(EVERYTHING)).data

    assert (len(few["waitingEvents"]["nodes"]), len(many["waitingEvents"]["nodes"])) == (4, 60)
    assert len(statements) == expected
    assert expected <= 25


async def test_a_count_is_read_only_if_selected(ada: GraphQLClient, statements: list[str]) -> None:
    await deploy(ada, ORDER)
    await _orders(ada, range(2))
    for field, root in (
        ("waitingEvents", "WaitingEventConnection"),
        ("eventTriggers", "EventTriggerConnection"),
        ("processModels", "ProcessModelConnection"),
    ):
        counts = []
        for selection in ("nodes { id }", "nodes { id } totalCount"):
            statements.clear()
            assert (await ada(f"{{ {field} {{ ... on {root} {{ {selection} }} }} }}")).status == 200
            counts.append(len(statements))
        assert counts[1] == counts[0] + 1
        assert "count(" not in " ".join(statements[:-1]).lower()


async def test_the_statements_for_start_events_do_not_grow_with_the_models(
    ada: GraphQLClient, statements: list[str], database_url: str
) -> None:
    """Another server deploys the models, so this one has to read and compile them."""
    counts, found = [], []
    other = build(load_settings(database_url=database_url), tokens=JwtTokens(SharedSecret(SECRET)))
    async with other.open() as services:
        for numbers in (range(2), range(2, 30)):
            for number in numbers:
                await services.deploy_model(SYSTEM, DeployModel(draw(DAILY, f"p{number}")))
            for _ in ("compiles", "has compiled"):
                statements.clear()
                found.append((await ada(START_EVENTS)).data["processModels"]["nodes"])
                counts.append(len(statements))
    assert [len(models) for models in found] == [2, 2, 30, 30]
    assert all(model["startEvents"][0]["nextDueAt"] for models in found for model in models)
    assert (counts[0], counts[1]) == (counts[2], counts[3])
    assert counts[1] < counts[0] <= 5


async def test_unselected_data_is_not_read(ada: GraphQLClient, statements: list[str]) -> None:
    await deploy(ada, ORDER)
    await _orders(ada, range(2))
    statements.clear()
    await ada("{ waitingEvents { ... on WaitingEventConnection { nodes { id elementId lane } } } }")
    assert len(statements) == 1


async def test_nested_pages_are_those_of_each_parent(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    for number in range(3):
        await start(ada, "order", f"c{number}")
    query = """{ eventTriggers { __typename }
      waitingEvents(filter: {elementIds: ["pay"]}) { ... on WaitingEventConnection { nodes { processInstance { id
        a: waitingEvents(first: 1) { nodes { processInstance { id } } pageInfo { hasNextPage endCursor } totalCount }
        b: waitingEvents(first: 2) { nodes { processInstance { id } } pageInfo { hasNextPage } } } } } } }"""
    nodes = (await ada(query)).data["waitingEvents"]["nodes"]
    assert len(nodes) == 3
    for node in nodes:
        instance = node["processInstance"]
        node_of_instance = {"processInstance": {"id": instance["id"]}}
        assert instance["a"]["nodes"] == [node_of_instance]
        assert instance["b"]["nodes"] == [node_of_instance, node_of_instance]
        assert (instance["a"]["pageInfo"]["hasNextPage"], instance["a"]["totalCount"]) == (True, 3)
