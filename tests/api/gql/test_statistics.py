"""waitingEventStats: the totals and the groups."""

from typing import Any

import pytest

from bpmn_events.application.queries import count_waiting_events
from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.models import CHOICE, ORDER
from tests.api.gql.steps import deploy, start, start_orders

STATS = """
query($filter: WaitingEventFilter, $groupBy: [WaitingEventGrouping!]! = []) {
  waitingEventStats(filter: $filter, groupBy: $groupBy) { __typename
    ... on WaitingEventStats { totalCount oldestWaitingSince truncated
      groups { processModelKey eventType elementId lane age count oldestWaitingSince } }
    ... on ForbiddenError { requiredPermission }
    ... on ProcessModelNotFoundError { processModelKey }
    ... on CorrelationNotFoundError { correlationId }
    ... on Error { code message } } }
"""


async def _stats(client: GraphQLClient, **arguments: Any) -> Any:
    return (await client(STATS, **arguments)).data["waitingEventStats"]


async def _groups(client: GraphQLClient, *group_by: str, **filter: Any) -> dict[tuple[Any, ...], int]:
    """Return the count of each group, by its values in the order of ``group_by``."""
    names = {"PROCESS_MODEL": "processModelKey", "EVENT_TYPE": "eventType", "ELEMENT": "elementId"}
    keys = [names.get(each, each.lower()) for each in group_by]
    stats = await _stats(client, groupBy=group_by, filter=filter)
    others = {"processModelKey", "eventType", "elementId", "lane", "age"} - set(keys)
    assert all(group[other] is None for group in stats["groups"] for other in others)
    return {tuple(group[key] for key in keys): group["count"] for group in stats["groups"]}


async def test_nothing_waits(ada: GraphQLClient) -> None:
    assert await _stats(ada, groupBy=["LANE"]) == {
        "__typename": "WaitingEventStats",
        "totalCount": 0,
        "oldestWaitingSince": None,
        "truncated": False,
        "groups": [],
    }


async def test_as_a_whole(ada: GraphQLClient) -> None:
    await start_orders(ada, 2)
    stats = await _stats(ada)
    assert (stats["totalCount"], stats["groups"], stats["truncated"]) == (6, [], False)
    oldest = await ada("{ waitingEvents(first: 1) { ... on WaitingEventConnection { nodes { waitingSince } } } }")
    assert stats["oldestWaitingSince"] == oldest.data["waitingEvents"]["nodes"][0]["waitingSince"]


async def test_each_grouping(ada: GraphQLClient) -> None:
    await start_orders(ada, 2)
    await deploy(ada, CHOICE)
    await start(ada, "choice", "c9")
    assert await _groups(ada, "PROCESS_MODEL") == {("order",): 6, ("choice",): 2}
    assert await _groups(ada, "EVENT_TYPE") == {("MESSAGE",): 6, ("TIMER",): 2}
    assert await _groups(ada, "LANE") == {(None,): 4, ("Finance",): 2, ("Warehouse",): 2}
    assert await _groups(ada, "AGE") == {("UNDER_ONE_HOUR",): 8}
    assert await _groups(ada, "ELEMENT", elementIds=["pay", "one"]) == {("pay",): 2, ("one",): 1}
    assert await _groups(ada, "LANE", "EVENT_TYPE", "LANE", processModelKeys=["order"]) == {
        ("Finance", "MESSAGE", "Finance"): 2,
        ("Warehouse", "MESSAGE", "Warehouse"): 2,
        (None, "TIMER", None): 2,
    }


async def test_only_the_callers_lanes(ada: GraphQLClient, caller: CallerFactory) -> None:
    await start_orders(ada, 2)
    finance = caller("events:read", lanes=("Finance",))
    assert (await _stats(finance))["totalCount"] == 4
    assert await _groups(finance, "LANE") == {(None,): 2, ("Finance",): 2}
    assert await _groups(finance, "LANE", lanes=["Warehouse"]) == {}


async def test_more_groups_than_are_shown(ada: GraphQLClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_waiting_events, "MAX_GROUPS", 2)
    await start_orders(ada, 1)
    stats = await _stats(ada, groupBy=["ELEMENT"])
    assert (len(stats["groups"]), stats["truncated"], stats["totalCount"]) == (2, True, 3)


async def test_every_typed_error(ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory) -> None:
    await deploy(ada, ORDER)
    assert (await _stats(nobody))["__typename"] == "UnauthorizedError"
    forbidden = await _stats(caller("events:trigger"))
    assert (forbidden["__typename"], forbidden["requiredPermission"]) == ("ForbiddenError", "events:read")
    unknown = await _stats(ada, filter={"processModelKeys": ["order", "nothing"]}, groupBy=["LANE"])
    assert (unknown["__typename"], unknown["processModelKey"]) == ("ProcessModelNotFoundError", "nothing")
    unknown = await _stats(ada, filter={"correlationIds": ["nothing"]})
    assert (unknown["__typename"], unknown["correlationId"]) == ("CorrelationNotFoundError", "nothing")
