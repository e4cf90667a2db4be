"""Pings inside the protocol of WebSockets (RFC 6455, section 5.5.2)."""

import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from bpmn_events.web.http.protocol.websocket import WebSocketProtocol
from tests.unit.web.protocol.connection import FakeTransport


async def accept(_scope: Scope, receive: Receive, send: Send) -> None:
    """Accept a WebSocket, and wait until it is closed."""
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


@pytest.mark.parametrize(("unread", "is_answered"), [(0, True), (65_536, True), (65_537, False)])
async def test_pings_of_a_client_that_does_not_read_get_no_answer(unread: int, is_answered: bool) -> None:
    transport, client = FakeTransport(), ClientProtocol(parse_uri("ws://localhost/"))
    app_state: dict[str, Any] = {}
    protocol = WebSocketProtocol(Config(accept, log_config=None, ws_ping_interval=None), ServerState(), app_state)
    protocol.connection_made(transport)
    client.send_request(client.connect())
    protocol.data_received(b"".join(client.data_to_send()))
    await asyncio.sleep(0.01)
    client.receive_data(transport.output)
    transport.output = b""
    assert len(client.events_received()) == 1  # the response to the handshake
    transport.unread = unread
    for number in range(3):
        client.send_ping(b"%d" % number)
    protocol.data_received(b"".join(client.data_to_send()))
    transport.unread = 0
    client.send_ping(b"later")
    protocol.data_received(b"".join(client.data_to_send()))
    client.receive_data(transport.output)
    frames = [event for event in client.events_received() if isinstance(event, Frame)]
    assert {frame.opcode for frame in frames} == {Opcode.PONG}
    answered = [b"0", b"1", b"2"] if is_answered else []
    assert [bytes(frame.data) for frame in frames] == [*answered, b"later"]
    protocol.connection_lost(None)
    await asyncio.gather(*protocol.tasks)
