"""retries, and the retry of a waiting event: pages, kinds, permissions, and no statement that nobody asked for."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio

from bpmn_events.adapters.storage.database import Database
from bpmn_events.application.services import Services
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.domain.retries import FIRST_RETRY
from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.steps import start_orders
from tests.api.retries import LATER, STUCK, store_retries
from tests.contract.storage.cost.test_cost import statements

RETRY = "attempts nextAttemptAt failedAt reason"
RETRIES = f"""
query($first: Int, $after: String, $kinds: [RetryKind!]) {{ retries(first: $first, after: $after, kinds: $kinds) {{
  __typename
  ... on PendingRetryConnection {{
    totalCount pageInfo {{ hasNextPage hasPreviousPage endCursor }} edges {{ cursor }}
    nodes {{ kind name elementId lane processModelKey correlationId {RETRY}
      waitingEvent {{ id dueAt processInstance {{ state }} retry {{ {RETRY} }} }} }} }}
  ... on ForbiddenError {{ requiredPermission }}
  ... on Error {{ code }}
}} }}
"""
EVENTS = "query($first: Int) { waitingEvents(first: $first) { ... on WaitingEventConnection { nodes { id %s } } } }"


@pytest_asyncio.fixture
async def orders(ada: GraphQLClient, services: Services, database: Database) -> list[WaitingEvent]:
    """Return the timers of four orders. Each has failed, and has failed to receive a message and a signal."""
    await start_orders(ada, 4)
    events = await timers(services)
    await store_retries(database, events)
    return events


async def timers(services: Services) -> list[WaitingEvent]:
    query = WaitingEventQuery(filter=WaitingEventFilter(event_types=(EventType.TIMER,)))
    return list((await services.list_waiting_events(SYSTEM, query)).items)


async def retries(client: GraphQLClient, **arguments: Any) -> Any:
    return (await client(RETRIES, **arguments)).data["retries"]


async def test_every_field(ada: GraphQLClient, orders: list[WaitingEvent]) -> None:
    first, *_ = orders
    message, signal, timer = sorted(
        (node for node in (await retries(ada))["nodes"] if node["attempts"] == 1 and is_of(node, first)),
        key=lambda node: str(node["kind"]),
    )
    retry = {"attempts": 1, "failedAt": text(LATER), "nextAttemptAt": text(LATER + FIRST_RETRY), "reason": str(STUCK)}
    element = {"elementId": "remind", "lane": None, "processModelKey": "order"}
    due_at = timer["waitingEvent"].pop("dueAt")
    assert first.due_at is not None
    assert due_at.startswith(text(first.due_at)[:-1])
    event = {"id": first.id, "processInstance": {"state": "RUNNING"}, "retry": retry}
    assert timer == retry | element | {"kind": "TIMER", "name": None, "correlationId": "c0", "waitingEvent": event}
    sent = retry | element | {"name": "paid", "correlationId": None, "waitingEvent": None}
    assert message == sent | {"kind": "MESSAGE"}
    assert signal == sent | {"kind": "SIGNAL"}


def is_of(node: dict[str, Any], timer: WaitingEvent) -> bool:
    return node["waitingEvent"] is None or node["waitingEvent"]["id"] == timer.id


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("kinds", [None, ["TIMER"], ["MESSAGE", "SIGNAL"], ["SIGNAL", "SIGNAL"]])
async def test_pages_hold_each_retry_of_the_kinds_once(
    ada: GraphQLClient, orders: list[WaitingEvent], kinds: list[str] | None
) -> None:
    whole = (await retries(ada, kinds=kinds))["nodes"]
    assert Counter(node["kind"] for node in whole) == dict.fromkeys(
        kinds or ["TIMER", "MESSAGE", "SIGNAL"], len(orders)
    )
    assert [node["nextAttemptAt"] for node in whole] == sorted(node["nextAttemptAt"] for node in whole)
    nodes: list[Any] = []
    after = None
    while True:
        page = await retries(ada, kinds=kinds, first=4, after=after)
        nodes += page["nodes"]
        assert page["totalCount"] == len(whole)
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        after = page["edges"][-1]["cursor"]
        assert page["pageInfo"]["endCursor"] == after
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert nodes == whole


async def test_nothing_is_tried_again(ada: GraphQLClient) -> None:
    for arguments in ({"kinds": None}, {"kinds": list[str]()}, {}):
        page = await retries(ada, **arguments)
        assert (page["nodes"], page["totalCount"], page["pageInfo"]["hasNextPage"]) == ([], 0, False)


async def test_permissions(orders: list[WaitingEvent], nobody: GraphQLClient, caller: CallerFactory) -> None:
    assert (await retries(nobody))["__typename"] == "UnauthorizedError"
    forbidden = {"__typename": "ForbiddenError", "code": "FORBIDDEN"}
    assert await retries(caller("processes:read")) == forbidden | {"requiredPermission": "events:read"}
    reader = caller("events:read")
    assert {node["kind"] for node in (await retries(reader))["nodes"]} == {"TIMER"}
    assert (await retries(reader))["totalCount"] == len(orders)
    for kinds in (["MESSAGE"], ["TIMER", "SIGNAL"]):
        assert await retries(reader, kinds=kinds) == forbidden | {"requiredPermission": "processes:read"}


@pytest.mark.parametrize("arguments", [{"first": 0}, {"first": 501}, {"after": "nonsense"}, {"after": ""}])
async def test_a_bad_argument(ada: GraphQLClient, arguments: dict[str, Any]) -> None:
    response = await ada(RETRIES, **arguments)
    assert (response.status, response.code, response.body["data"]) == (200, "BAD_USER_INPUT", None)


async def test_a_cursor_of_another_list(ada: GraphQLClient, orders: list[WaitingEvent]) -> None:
    query = "{ waitingEvents(first: 1) { ... on WaitingEventConnection { pageInfo { endCursor } } } }"
    cursor = (await ada(query)).data["waitingEvents"]["pageInfo"]["endCursor"]
    assert (await ada(RETRIES, after=cursor)).code == "BAD_USER_INPUT"


async def test_only_a_timer_that_failed_has_a_retry(ada: GraphQLClient, services: Services, database: Database) -> None:
    await start_orders(ada, 2)
    failed, _ = await timers(services)
    await store_retries(database, [failed])
    response = await ada(EVENTS % "retry { attempts }", first=6)
    retried = {node["id"]: node["retry"] for node in response.data["waitingEvents"]["nodes"]}
    assert len(retried) == 6
    assert {id: retry for id, retry in retried.items() if retry} == {failed.id: {"attempts": 1}}
    node = await ada("query($id: ID!) { node(id: $id) { ... on WaitingEvent { retry { reason } } } }", id=failed.id)
    assert node.data["node"]["retry"] == {"reason": str(STUCK)}


@pytest.mark.in_process
async def test_the_retries_of_a_list_take_one_statement(ada: GraphQLClient, orders: list[WaitingEvent]) -> None:
    counts = []
    for selection, first in (("name", 12), (f"retry {{ {RETRY} }}", 3), (f"retry {{ {RETRY} }}", 12)):
        with statements() as sent:
            response = await ada(EVENTS % selection, first=first)
        nodes = response.data["waitingEvents"]["nodes"]
        assert len(nodes) == first
        if selection != "name":
            assert sum(node["retry"] is not None for node in nodes) == first / 3
        counts.append(len(sent))
    without, few, many = counts
    assert few == many == without + 1


@pytest.mark.in_process
async def test_the_statements_do_not_depend_on_the_length_of_the_page(
    ada: GraphQLClient, orders: list[WaitingEvent]
) -> None:
    counts = []
    for first in (1, 3):
        with statements() as sent:
            page = await retries(ada, kinds=["TIMER"], first=first)
        assert [node["waitingEvent"] is not None for node in page["nodes"]] == [True] * first
        counts.append(len(sent))
    assert counts[0] == counts[1]
