"""Walking through ten thousand events while some of them are triggered and others begin to wait."""

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

INSTANCES = 3_334  # of three events each
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


class Bustle:
    """What happens meanwhile: every step triggers twenty reminders from all over the list, and starts three orders."""

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


async def walk(client: GraphQLClient, bustle: Bustle, *, backward: bool, order: str) -> list[str]:
    """The ids on all pages, from one end to the other, while the bustle goes on."""
    size, place, edge, more = (
        ("last", "before", "startCursor", "hasPreviousPage")
        if backward
        else ("first", "after", "endCursor", "hasNextPage")
    )
    seen: list[str] = []
    arguments: dict[str, Any] = {size: 500, "orderBy": order}
    while True:
        page = (await client(PAGE, **arguments)).data["waitingEvents"]
        ids = [node["id"] for node in page["nodes"]]
        seen += reversed(ids) if backward else ids
        if not page["pageInfo"][more]:
            return seen
        arguments[place] = page["pageInfo"][edge]
        await bustle.step()


@pytest.mark.parametrize("order", ["WAITING_SINCE_ASC", "DUE_AT_ASC"])
async def test_what_stays_is_seen_exactly_once(ada: GraphQLClient, services: Services, order: str) -> None:
    await deploy(ada, ORDER)
    await start_orders(services, [f"c{number}" for number in range(INSTANCES)])
    bustle = Bustle(ada, services)
    before = {each.id for each in await _everything(services)}
    assert len(before) > 10_000
    for backward in (False, True):
        seen = Counter(await walk(ada, bustle, backward=backward, order=order))
        assert len(bustle.triggered) >= 400
        stayed = before - bustle.triggered
        assert set(seen) >= stayed
        assert set(seen.values()) == {1}
        before |= {each.id for each in await _everything(services)}


async def _everything(services: Services) -> tuple[WaitingEvent, ...]:
    return (await services.list_waiting_events(SYSTEM, WaitingEventQuery(PageRequest(limit=None)))).items
