"""Paging through ten thousand events while some are triggered and others begin to wait."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.services import Services
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import SYSTEM
from tests.api.gql.client import GraphQLClient
from tests.api.gql.models import ORDER
from tests.api.gql.steps import deploy

INSTANCES = 3_334  # with three waiting events each
PAGE = """
query($first: Int, $after: String, $last: Int, $before: String, $orderBy: WaitingEventOrder) {
  waitingEvents(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
    ... on WaitingEventConnection {
      nodes { id elementId correlation { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }
"""
TRIGGER = """
mutation($inputs: [TriggerEventInput!]!) { triggerEvents(inputs: $inputs) {
  results { __typename ... on TriggerEventSuccess { trigger { eventId } } } } }
"""


class ConcurrentWrites:
    """Writes between two pages: each step triggers twenty reminders across the list and starts three orders."""

    def __init__(self, client: GraphQLClient, services: Services) -> None:
        self._client = client
        self._services = services
        self._next = 0
        self.triggered: set[str] = set()

    async def step(self) -> None:
        numbers = [(self._next + count * 166) % INSTANCES for count in range(20)]
        self._next += 1
        inputs = [
            {"processModelKey": "order", "correlationId": f"c{number}", "eventId": "remind"} for number in numbers
        ]
        results = (await self._client(TRIGGER, inputs=inputs)).data["triggerEvents"]["results"]
        self.triggered |= {result["trigger"]["eventId"] for result in results}
        await start_orders(self._services, [f"later-{self._next}-{count}" for count in range(3)])


async def start_orders(services: Services, correlations: list[str]) -> None:
    await asyncio.gather(*(services.start_instance(SYSTEM, StartInstance("order", each)) for each in correlations))


async def read_all_pages(client: GraphQLClient, writes: ConcurrentWrites, *, backward: bool, order: str) -> list[str]:
    """Return the ids on all pages, read from one end to the other, with writes between two pages."""
    size, cursor, edge, has_more = (
        ("last", "before", "startCursor", "hasPreviousPage")
        if backward
        else ("first", "after", "endCursor", "hasNextPage")
    )
    ids_read: list[str] = []
    arguments: dict[str, Any] = {size: 500, "orderBy": order}
    while True:
        page = (await client(PAGE, **arguments)).data["waitingEvents"]
        ids = [node["id"] for node in page["nodes"]]
        ids_read += reversed(ids) if backward else ids
        if not page["pageInfo"][has_more]:
            return ids_read
        arguments[cursor] = page["pageInfo"][edge]
        await writes.step()


@pytest.mark.parametrize("order", ["WAITING_SINCE_ASC", "DUE_AT_ASC"])
async def test_an_event_that_stays_is_seen_exactly_once(ada: GraphQLClient, services: Services, order: str) -> None:
    await deploy(ada, ORDER)
    await start_orders(services, [f"c{number}" for number in range(INSTANCES)])
    writes = ConcurrentWrites(ada, services)
    known_ids = {each.id for each in await _all_events(services)}
    assert len(known_ids) > 10_000
    for backward in (False, True):
        ids_read = Counter(await read_all_pages(ada, writes, backward=backward, order=order))
        assert len(writes.triggered) >= 300
        remaining_ids = known_ids - writes.triggered
        assert set(ids_read) >= remaining_ids
        assert set(ids_read.values()) == {1}
        known_ids |= {each.id for each in await _all_events(services)}


async def _all_events(services: Services) -> tuple[WaitingEvent, ...]:
    return (await services.list_waiting_events(SYSTEM, WaitingEventQuery(PageRequest(limit=None)))).items
