"""waitingEvents and waitingEvent: pages, filters, arguments, lanes and permissions."""

from typing import Any

import pytest

from tests.api.gql.client import GraphQLClient
from tests.api.gql.conftest import CallerFactory
from tests.api.gql.models import CHOICE, ORDER
from tests.api.gql.steps import PAGE, deploy, start, start_orders, trigger, waiting

EVENTS = f"""
query($first: Int, $after: String, $last: Int, $before: String, $filter: WaitingEventFilter,
    $orderBy: WaitingEventOrder) {{
  waitingEvents(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {{
    __typename
    ... on WaitingEventConnection {{ edges {{ cursor node {{ id }} }} nodes {{ id elementId }} {PAGE} totalCount }}
    ... on ForbiddenError {{ requiredPermission }}
    ... on ProcessModelNotFoundError {{ processModelKey }}
    ... on CorrelationNotFoundError {{ correlationId }}
    ... on Error {{ code message }}
  }} }}
"""


async def _events(client: GraphQLClient, **arguments: Any) -> Any:
    return (await client(EVENTS, **arguments)).data["waitingEvents"]


class TestWaitingEvents:
    async def test_every_field_of_an_event(self, ada: GraphQLClient) -> None:
        model = await deploy(ada, ORDER)
        instance = await start(ada, "order", "c1")
        response = await ada(
            """{ waitingEvents(filter: {elementIds: ["pay"]}) { ... on WaitingEventConnection { nodes {
              elementId elementType name eventType eventName lane interrupting payloadSchema dueAt waitingSince
              viewerCanTrigger processModel { id key version name deployedAt } processInstance { id state startedAt }
              correlation { id startedAt } } } } }"""
        )
        (event,) = response.data["waitingEvents"]["nodes"]
        assert event.pop("waitingSince") == event["processInstance"].pop("startedAt")
        assert event["correlation"].pop("startedAt").endswith("Z")
        assert event["processModel"].pop("deployedAt").endswith("Z")
        assert event == {
            "elementId": "pay",
            "elementType": "INTERMEDIATE_CATCH_EVENT",
            "name": "Payment received",
            "eventType": "MESSAGE",
            "eventName": "payment",
            "lane": "Finance",
            "interrupting": False,
            "payloadSchema": {
                "type": "object",
                "required": ["amount"],
                "properties": {"amount": {"type": "integer", "minimum": 1}},
            },
            "dueAt": None,
            "viewerCanTrigger": True,
            "processModel": {"id": model["id"], "key": "order", "version": 1, "name": "Order"},
            "processInstance": {"id": instance["id"], "state": "RUNNING"},
            "correlation": {"id": "c1"},
        }

    async def test_forward_pages_return_every_event_once(self, ada: GraphQLClient) -> None:
        await start_orders(ada, 3)
        all_ids = [node["id"] for node in (await _events(ada))["nodes"]]
        page_ids: list[str] = []
        after = None
        while True:
            page = await _events(ada, first=2, after=after)
            page_ids += [edge["node"]["id"] for edge in page["edges"]]
            assert page["totalCount"] == 9
            assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
            after = page["edges"][-1]["cursor"]
            assert page["pageInfo"]["endCursor"] == after
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert page_ids == all_ids
        assert len(set(page_ids)) == 9

    @pytest.mark.parametrize("order", ["WAITING_SINCE_ASC", "WAITING_SINCE_DESC", "DUE_AT_ASC"])
    async def test_backward_pages_come_in_list_order(self, ada: GraphQLClient, order: str) -> None:
        await start_orders(ada, 2)
        all_ids = [node["id"] for node in (await _events(ada, orderBy=order))["nodes"]]
        page = await _events(ada, last=2, orderBy=order)
        assert [node["id"] for node in page["nodes"]] == all_ids[-2:]
        assert (page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (False, True)
        before = page["pageInfo"]["startCursor"]
        page = await _events(ada, last=50, before=before, orderBy=order)
        assert [node["id"] for node in page["nodes"]] == all_ids[:-2]
        assert (page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (True, False)

    async def test_an_empty_page(self, ada: GraphQLClient) -> None:
        page = await _events(ada)
        assert (page["nodes"], page["edges"], page["totalCount"]) == ([], [], 0)
        nothing = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
        assert page["pageInfo"] == nothing

    async def test_filters(self, ada: GraphQLClient) -> None:
        await start_orders(ada, 2)
        await deploy(ada, CHOICE)
        choice = await start(ada, "choice", "c9")
        for filter, expected in (
            ({"processModelKeys": ["choice"]}, {"one", "other"}),
            ({"correlationIds": ["c9", "c1"]}, {"one", "other", "pay", "ship", "remind"}),
            ({"processInstanceIds": [choice["id"]]}, {"one", "other"}),
            ({"eventTypes": ["TIMER"]}, {"remind"}),
            ({"elementIds": ["pay", "one"]}, {"pay", "one"}),
            ({"eventNames": ["payment"]}, {"pay", "other"}),
            ({"lanes": ["Finance"]}, {"pay"}),
            ({"lanes": []}, set()),
            ({"lanes": None}, {"one", "other", "pay", "ship", "remind"}),
            ({"waitingSinceBefore": "2020-01-01T00:00:00Z"}, set()),
            ({"dueBefore": "2999-01-01T00:00:00+02:00"}, {"remind"}),
            ({"search": "RECEIVED"}, {"pay"}),
            ({"search": ""}, {"one", "other", "pay", "ship", "remind"}),
            ({"eventNames": ["payment"], "processModelKeys": ["order"]}, {"pay"}),
        ):
            assert set(await waiting(ada, **filter)) == expected, filter

    async def test_every_typed_error(self, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory) -> None:
        await deploy(ada, ORDER)
        assert (await _events(nobody))["__typename"] == "UnauthorizedError"
        forbidden = await _events(caller("events:trigger"))
        assert (forbidden["__typename"], forbidden["requiredPermission"]) == ("ForbiddenError", "events:read")
        error = await _events(ada, filter={"processModelKeys": ["order", "nothing"]})
        assert (error["__typename"], error["processModelKey"]) == ("ProcessModelNotFoundError", "nothing")
        error = await _events(ada, filter={"correlationIds": ["nothing"]})
        assert (error["__typename"], error["correlationId"]) == ("CorrelationNotFoundError", "nothing")

    @pytest.mark.parametrize(
        "arguments",
        [
            {"first": 0},
            {"first": -1},
            {"first": 501},
            {"last": 0},
            {"last": 501},
            {"first": 1, "last": 1},
            {"first": 50, "last": 1},
            {"after": "nonsense"},
            {"before": "nonsense"},
            {"after": ""},
        ],
    )
    async def test_a_bad_argument(self, ada: GraphQLClient, arguments: dict[str, Any]) -> None:
        response = await ada(EVENTS, **arguments)
        assert (response.status, response.code, response.body["data"]) == (200, "BAD_USER_INPUT", None)

    async def test_a_cursor_of_another_order(self, ada: GraphQLClient) -> None:
        await start_orders(ada, 1)
        page = await _events(ada, orderBy="DUE_AT_ASC")
        response = await ada(EVENTS, after=page["pageInfo"]["startCursor"])
        assert response.code == "BAD_USER_INPUT"

    @pytest.mark.parametrize("arguments", ["last: 1", "first: null, last: 1", "last: 1, orderBy: null"])
    async def test_the_default_of_first_does_not_count_as_an_argument(self, ada: GraphQLClient, arguments: str) -> None:
        await start_orders(ada, 1)
        response = await ada(
            f"{{ waitingEvents({arguments}) {{ ... on WaitingEventConnection {{ nodes {{ id }} }} }} }}"
        )
        assert len(response.data["waitingEvents"]["nodes"]) == 1

    async def test_only_the_callers_lanes_in_lists_and_counts(self, ada: GraphQLClient, caller: CallerFactory) -> None:
        await start_orders(ada, 2)
        page = await _events(caller("events:read", lanes=("Warehouse",)))
        assert (sorted(node["elementId"] for node in page["nodes"]), page["totalCount"]) == (
            ["remind", "remind", "ship", "ship"],
            4,
        )

    async def test_reading_is_not_triggering(self, ada: GraphQLClient, caller: CallerFactory) -> None:
        await start_orders(ada, 1)
        query = "{ waitingEvents { ... on WaitingEventConnection { nodes { viewerCanTrigger } } } }"
        response = await caller("events:read")(query)
        assert response.data["waitingEvents"]["nodes"] == [{"viewerCanTrigger": False}] * 3


class TestWaitingEvent:
    QUERY = """query($id: ID!) { waitingEvent(id: $id) { __typename
        ... on WaitingEvent { elementId }
        ... on ForbiddenError { requiredPermission }
        ... on EventNotFoundError { reason trigger { triggeredBy } } } }"""

    async def _find(self, client: GraphQLClient, event_id: str) -> Any:
        return (await client(self.QUERY, id=event_id)).data["waitingEvent"]

    async def test_every_member(self, ada: GraphQLClient, nobody: GraphQLClient, caller: CallerFactory) -> None:
        await start_orders(ada, 1)
        await deploy(ada, CHOICE)
        await start(ada, "choice", "c9")
        events = await waiting(ada)
        await trigger(ada, "order", "c0", events["ship"])
        await trigger(ada, "choice", "c9", events["one"])
        no_finance = caller("events:read", lanes=("Warehouse",))
        not_found = {"__typename": "EventNotFoundError", "trigger": None}
        assert await self._find(ada, events["pay"]) == {"__typename": "WaitingEvent", "elementId": "pay"}
        assert await self._find(nobody, events["pay"]) == {"__typename": "UnauthorizedError"}
        assert await self._find(no_finance, events["pay"]) == {**not_found, "reason": "UNKNOWN"}
        assert await self._find(caller("processes:read"), events["pay"]) == {
            "__typename": "ForbiddenError",
            "requiredPermission": "events:read",
        }
        assert await self._find(ada, "we_nothing") == {**not_found, "reason": "UNKNOWN"}
        assert await self._find(ada, events["other"]) == {**not_found, "reason": "CANCELLED"}
        assert await self._find(ada, events["ship"]) == {
            **not_found,
            "reason": "ALREADY_TRIGGERED",
            "trigger": {"triggeredBy": "ada"},
        }
