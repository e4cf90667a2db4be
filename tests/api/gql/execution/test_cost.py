"""The number of SQL statements depends on what is asked, never on how many rows answer it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from bpmn_events.adapters.storage.database import Database
from tests.api.gql.client import GraphQLClient
from tests.api.gql.models import ORDER
from tests.api.gql.steps import deploy, start, trigger

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


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that reads, in order."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine in database.connections.engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in database.connections.engines:
        event.remove(engine, "before_cursor_execute", note)


async def _orders(client: GraphQLClient, numbers: range) -> None:
    for number in numbers:
        await start(client, "order", f"c{number}")
        await trigger(client, "order", f"c{number}", "ship")


async def test_it_is_constant_however_many_rows_and_however_deep(ada: GraphQLClient, statements: list[str]) -> None:
    await deploy(ada, ORDER)
    await _orders(ada, range(2))
    statements.clear()
    few = (await ada(EVERYTHING)).data
    counted = len(statements)
    await _orders(ada, range(2, 30))
    statements.clear()
    many = (await ada(EVERYTHING)).data

    assert (len(few["waitingEvents"]["nodes"]), len(many["waitingEvents"]["nodes"])) == (4, 60)
    assert len(statements) == counted
    assert counted <= 25


async def test_a_count_is_only_taken_when_asked_for(ada: GraphQLClient, statements: list[str]) -> None:
    await deploy(ada, ORDER)
    await _orders(ada, range(2))
    for field, root in (
        ("waitingEvents", "WaitingEventConnection"),
        ("eventTriggers", "EventTriggerConnection"),
        ("processModels", "ProcessModelConnection"),
    ):
        counted = []
        for selection in ("nodes { id }", "nodes { id } totalCount"):
            statements.clear()
            assert (await ada(f"{{ {field} {{ ... on {root} {{ {selection} }} }} }}")).status == 200
            counted.append(len(statements))
        assert counted[1] == counted[0] + 1
        assert "count(" not in " ".join(statements[:-1]).lower()


async def test_what_is_not_asked_for_is_not_read(ada: GraphQLClient, statements: list[str]) -> None:
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
        own = {"processInstance": {"id": instance["id"]}}
        assert instance["a"]["nodes"] == [own]
        assert instance["b"]["nodes"] == [own, own]
        assert (instance["a"]["pageInfo"]["hasNextPage"], instance["a"]["totalCount"]) == (True, 3)
