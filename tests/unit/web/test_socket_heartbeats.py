"""The cursor in the heartbeats of a WebSocket, after which all its subscriptions can continue."""

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.types import Message

from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.web.changes_cursors import encode_changes_cursor
from bpmn_events.web.gql.websocket import operation
from bpmn_events.web.gql.websocket.connection import SocketConnection, SocketServices
from bpmn_events.web.gql.websocket.limits import SocketLimits
from bpmn_events.web.streams.outlets import MessageOutlet

CURSOR = ChangesCursor(7, 70)


class Outlet:
    """A write end that sends nothing."""

    is_over = False

    def send(self, message: bytes) -> None:
        pass

    def set_idle(self, is_idle: bool) -> None:
        pass

    def close(self) -> None:
        self.is_over = True


class Stream:
    """A subscription that has no old changes."""

    cursor = CURSOR

    async def start(self, sink: object) -> None:
        pass

    def close(self) -> None:
        pass


class Executor:
    async def prepare(self, request: object, principal: object) -> Any:
        return SimpleNamespace(is_subscription=True)


def messages(*ids: str) -> list[Message]:
    subscribe = [{"id": id, "type": "subscribe", "payload": {"query": "subscription"}} for id in ids]
    texts = map(json.dumps, [{"type": "connection_init"}, *subscribe])
    return [*({"type": "websocket.receive", "text": text} for text in texts), {"type": "websocket.disconnect"}]


async def test_a_subscription_that_has_not_begun_keeps_the_cursor_of_others_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its client would take the cursor for it, too, and miss the changes that it has not received yet."""
    may_begin = [asyncio.Event(), asyncio.Event()]
    waiting = iter(may_begin)

    async def open_stream(*_arguments: object) -> Stream:
        await next(waiting).wait()
        return Stream()

    monkeypatch.setattr(operation, "open_stream", open_stream)
    heartbeats: list[Callable[[], bytes]] = []

    def new_outlet(heartbeat: Callable[[], bytes]) -> MessageOutlet:
        heartbeats.append(heartbeat)
        return cast("MessageOutlet", Outlet())

    services = SocketServices(cast("Any", Executor()), cast("Any", None), SocketLimits())
    connection = SocketConnection(services, {"type": "websocket"}, None, new_outlet)
    received = iter(messages("1", "2"))

    async def receive() -> Message:
        return next(received)

    await connection.receive_all(receive)
    cursors = []
    for event in may_begin:
        cursors.append(json.loads(heartbeats[0]()).get("payload"))
        event.set()
        await asyncio.sleep(0.01)
        cursors.append(json.loads(heartbeats[0]()).get("payload"))
    assert cursors == [None, None, None, {"cursor": encode_changes_cursor(CURSOR)}]
    await connection.end()
