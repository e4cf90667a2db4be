"""Payloads of subscriptions, in the process of the test."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.gql.execution.executor import Executor
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.preparation import DEFAULT_OPTIONS
from bpmn_events.web.gql.execution.request import GraphQLRequest
from bpmn_events.web.gql.execution.results import GraphQLResult
from bpmn_events.web.gql.execution.trusted import TrustedDocuments
from bpmn_events.web.gql.schema.schema import build_schema
from bpmn_events.web.gql.subscriptions.stream import PayloadStream, open_stream
from tests.delivery.world import ADA, World
from tests.support.polling import poll_until
from tests.system.models import TWO_STEPS

EVENTS = """
subscription($filter: WaitingEventFilter, $after: String) {
  waitingEventChanges(filter: $filter, after: $after) {
    __typename
    ... on WaitingEventAdded { event { id elementId processInstance { state } } cursor }
    ... on WaitingEventRemoved { eventId reason trigger { triggeredBy } cursor }
    ... on Error { code message }
  }
}
"""
LIST = "{ waitingEvents { ... on WaitingEventConnection { nodes { id } changesCursor } } }"


class Sink:
    """Keeps all payloads."""

    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []
        self.is_complete = False

    def receive(self, items: Sequence[bytes]) -> None:
        self.payloads += [json.loads(item) for item in items]

    async def drained(self) -> None:
        pass

    def complete(self) -> None:
        self.is_complete = True

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [payload["data"]["waitingEventChanges"] for payload in self.payloads]


class Streams:
    def __init__(self, world: World) -> None:
        limits = GraphQLLimits()
        services = world.runtime.services
        self.executor = Executor(build_schema(), services, limits, 2, TrustedDocuments(), DEFAULT_OPTIONS)

    async def open(self, principal: Principal | None, query: str = EVENTS, **variables: Any) -> PayloadStream:
        prepared = await self.executor.prepare(GraphQLRequest(query, None, variables), principal)
        assert not isinstance(prepared, GraphQLResult), prepared.body
        stream = await open_stream(self.executor, prepared, principal)
        assert isinstance(stream, PayloadStream), stream.body
        return stream

    async def query(self, principal: Principal, query: str) -> Any:
        prepared = await self.executor.prepare(GraphQLRequest(query, None, {}), principal)
        assert not isinstance(prepared, GraphQLResult), prepared.body
        return (await self.executor.execute(prepared, principal)).body["data"]


@asynccontextmanager
async def tailing(world: World) -> AsyncIterator[Streams]:
    task = asyncio.create_task(world.runtime.change_tail.run())
    try:
        yield Streams(world)
    finally:
        task.cancel()


async def test_changes_as_they_happen_and_after_a_cursor(world: World) -> None:
    await world.deploy(TWO_STEPS)
    async with tailing(world) as streams:
        listed = (await streams.query(ADA, LIST))["waitingEvents"]
        sink = Sink()
        stream = await streams.open(ADA, after=listed["changesCursor"])
        await stream.start(sink)
        await world.start("two-steps", "c-1")
        await world.trigger("two-steps", "c-1", "first")
        await poll_until(lambda: len(sink.payloads) == 3)
        added, removed, last = sink.changes
        assert [each["__typename"] for each in sink.changes] == [
            "WaitingEventAdded",
            "WaitingEventRemoved",
            "WaitingEventAdded",
        ]
        assert removed["eventId"] == added["event"]["id"]
        assert (removed["reason"], removed["trigger"]) == ("TRIGGERED", {"triggeredBy": "ada"})
        assert last["event"]["processInstance"] == {"state": "RUNNING"}
        again = Sink()
        resumed = await streams.open(ADA, after=removed["cursor"])
        await resumed.start(again)
        assert again.changes == [last]
        stream.close()
        resumed.close()
        assert world.runtime.services.subscriptions.count == 0


async def test_errors_end_the_stream(world: World) -> None:
    await world.deploy(TWO_STEPS)
    async with tailing(world) as streams:
        reader = Principal("bob", frozenset({Permission.PROCESSES_READ}), frozenset())
        unknown = {"processModelKeys": ["unknown"]}
        cases: list[tuple[Principal | None, dict[str, Any], str]] = [
            (None, {}, "UNAUTHORIZED"),
            (reader, {}, "FORBIDDEN"),
            (ADA, {"filter": unknown}, "PROCESS_MODEL_NOT_FOUND"),
        ]
        for principal, variables, code in cases:
            sink = Sink()
            await (await streams.open(principal, **variables)).start(sink)
            assert [change["code"] for change in sink.changes] == [code]
            assert sink.is_complete
