"""Over every transport, each caller receives the changes in its lanes, beside callers with others."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from itertools import product
from typing import Any, TypeAlias

import pytest

from tests.api.access.models import DESK
from tests.api.tokens import token
from tests.support.server import ServerProcess
from tests.system.client import Client
from tests.system.live.event_stream import watching
from tests.system.live.graphql_streams import EVENTS, MULTIPART, subscribing
from tests.system.live.sockets import opened

# A change: whether the event was added or removed, and its id.
Change: TypeAlias = tuple[str, str]
# A change, with the lanes of all events that its payload shows.
Received: TypeAlias = tuple[Change, set[str | None]]

CALLERS: tuple[tuple[str, ...], ...] = ((), ("Finance",), ("Boss", "Warehouse"), ("elsewhere",), ("*",))
# All callers subscribe with the same text. The nested list shows what the caller sees besides the change.
QUERY = """subscription ($after: String) { waitingEventChanges(after: $after) {
  __typename
  ... on WaitingEventAdded { event { id lane viewerCanTrigger correlation { waitingEvents { nodes { lane } } } } }
  ... on WaitingEventRemoved { eventId trigger { processInstance { waitingEvents { nodes { lane } } } } }
} }"""
LIST = (
    """{ waitingEvents(first: 500) { ... on WaitingEventConnection { changesCursor nodes { id elementId lane } } } }"""
)


def _lanes(value: Any) -> set[str | None]:
    """Return the lanes of all events in a payload."""
    if isinstance(value, list):
        return set().union(*map(_lanes, value))
    if isinstance(value, dict):
        return set().union(*({each} if name == "lane" else _lanes(each) for name, each in value.items()))
    return set()


def _change(value: Any) -> Change:
    name = "removed" if "eventId" in value else "added"
    return name, value.get("eventId") or value["event"]["id"]


async def _over_websocket(address: str, bearer: str, after: str) -> AsyncIterator[Received]:
    async with opened(address) as socket:
        await socket.init(bearer)
        await socket.subscribe(QUERY, after=after)
        while True:
            value = await socket.next()
            yield _change(value), _lanes(value)


async def _over_event_stream(address: str, bearer: str, after: str) -> AsyncIterator[Received]:
    async with subscribing(address, QUERY, {"after": after}, accept=EVENTS, bearer=bearer) as stream:
        while True:
            value = await stream.change()
            yield _change(value), _lanes(value)


async def _over_multipart(address: str, bearer: str, after: str) -> AsyncIterator[Received]:
    async with subscribing(address, QUERY, {"after": after}, accept=MULTIPART, bearer=bearer) as stream:
        await stream.until(b"--graphql")
        while True:
            part = json.loads((await stream.until(b"\r\n--graphql")).partition(b"\r\n\r\n")[2])
            if part:
                value = part["payload"]["data"]["waitingEventChanges"]
                yield _change(value), _lanes(value)


async def _over_plain_http(address: str, bearer: str, after: str) -> AsyncIterator[Received]:
    async with watching(address, f"/events/changes?after={after}", bearer) as stream:
        while True:
            event = await stream.change()
            yield (event.name, event.data.get("eventId") or event.data["id"]), _lanes(event.data)


TRANSPORTS: dict[str, Callable[[str, str, str], AsyncIterator[Received]]] = {
    "websocket": _over_websocket,
    "event stream": _over_event_stream,
    "multipart": _over_multipart,
    "plain HTTP": _over_plain_http,
}


async def _lanes_by_id(client: Client) -> dict[str, str | None]:
    return {event["id"]: event["lane"] for event in (await client.graphql(LIST))["nodes"]}


async def _receive(changes: AsyncIterator[Received], last: str, lanes: tuple[str, ...]) -> list[Change]:
    """Return the changes up to the removal of the last event. No payload may have another lane."""
    received = []
    async for change, shown in changes:
        assert "*" in lanes or shown <= {None, *lanes}
        received.append(change)
        if change == ("removed", last):
            return received
    raise AssertionError(received)


@pytest.mark.timeout(300)
async def test_each_caller_receives_the_changes_in_its_lanes(shared: ServerProcess) -> None:
    async with Client.of(shared.address) as client:
        await client.deploy_and_start(DESK, "desk")
        after = (await client.graphql(LIST))["changesCursor"]
        await client.deploy_and_start(DESK, "desk", "c-1")
        lanes_by_id = await _lanes_by_id(client)
        (last,) = [event["id"] for event in (await client.graphql(LIST))["nodes"] if event["elementId"] == "remind"]

        async def receive(lanes: tuple[str, ...], transport: str) -> list[Change]:
            bearer = token(["events:read"], lanes)
            return await _receive(TRANSPORTS[transport](shared.address, bearer, after), last, lanes)

        def receive_all() -> dict[tuple[tuple[str, ...], str], asyncio.Task[list[Change]]]:
            return {each: asyncio.create_task(receive(*each)) for each in product(CALLERS, TRANSPORTS)}

        live = receive_all()
        for element in ("pay", "clear", "alarm", "ring", "remind"):  # the last one is outside any lane
            assert (await client.trigger("desk", "c-1", element))["__typename"] == "TriggerEventSuccess"
            lanes_by_id |= await _lanes_by_id(client)
        for tasks in (live, receive_all()):  # as it happens, and from what is stored
            everything = await tasks[("*",), "websocket"]
            assert len(everything) == 10
            for (lanes, _), task in tasks.items():
                visible = [each for each in everything if "*" in lanes or lanes_by_id[each[1]] in (None, *lanes)]
                assert await task == visible
