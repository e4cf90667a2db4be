"""Responses and refusals of one connection in the order of its requests."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from tests.unit.web.protocol.connection import Connection, echo, respond

GET = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /post HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Gate:
    """An application whose responses wait until the gate is opened."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.paths: list[str] = []
        self.is_disconnected = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.paths.append(scope["path"])
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await receive()
        else:
            await self.open.wait()
            self.is_disconnected = (await receive())["type"] == "http.disconnect"
            await respond(send, 200, scope["path"].encode())


@pytest.mark.parametrize("faulty", [b"GARBAGE\r\n\r\n", POST + b"x", b"GET / HTTP/1.1\r\n\r\n"])
async def test_refusal_waits_for_all_earlier_responses(faulty: bytes) -> None:
    gate = Gate()
    connection = Connection(gate)
    await connection.send(GET % b"/1" + GET % b"/2" + faulty)
    assert connection.responses == []
    gate.open.set()
    await connection.settle()
    assert connection.responses[:2] == [(200, b"/1"), (200, b"/2")]
    assert connection.statuses == [200, 200, 400]
    assert gate.paths == ["/1", "/2"]
    assert connection.transport.has_written_eof


async def test_faulty_body_withdraws_its_request() -> None:
    gate = Gate()
    connection = Connection(gate)
    await connection.send(POST)
    await connection.send(b"x")
    assert connection.statuses == [400]
    gate.open.set()
    await connection.settle()
    assert connection.statuses == [400]
    assert gate.is_disconnected


async def test_fault_after_the_response_began_ends_the_connection() -> None:
    async def begin(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        await send({"type": "http.response.body", "body": b"b"})

    connection = Connection(begin)
    await connection.send(POST)
    await connection.send(b"x")
    assert connection.transport.output.endswith(b"\r\n\r\na")
    assert connection.transport.has_written_eof
    assert connection.state.refused[400] == 0


async def test_fault_after_the_response_is_not_answered() -> None:
    """A second response would belong to the next request."""

    async def respond_early(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(send, 401, b"")

    connection = Connection(respond_early)
    await connection.send(POST)
    await connection.send(b"x")
    assert connection.statuses == [401]
    assert connection.transport.has_written_eof


async def test_websocket_waits_for_earlier_responses() -> None:
    gate = Gate()
    connection = Connection(gate)
    await connection.send(GET % b"/1" + GET % b"/2" + HANDSHAKE)
    assert gate.paths == ["/1"]
    gate.open.set()
    await connection.settle()
    assert gate.paths == ["/1", "/2", "/ws"]
    assert connection.transport.output.count(b"HTTP/1.1 101 ") == 1
    assert connection.transport.output.index(b"/2") < connection.transport.output.index(b"HTTP/1.1 101 ")
    assert len(connection.server.connections) == 1
    assert connection.protocol not in connection.server.connections


async def test_lost_connection_tells_the_running_application() -> None:
    gate = Gate()
    connection = Connection(gate)
    await connection.send(GET % b"/1" + GET % b"/2" + GET % b"/3")
    connection.protocol.connection_lost(ConnectionResetError())
    gate.open.set()
    await connection.settle()
    assert gate.is_disconnected
    assert gate.paths == ["/1"]
    assert connection.transport.output == b""


async def test_nothing_runs_after_a_response_that_closes() -> None:
    async def close(scope: Scope, receive: Receive, send: Send) -> None:
        paths.append(scope["path"])
        await respond(send, 200, b"", [(b"connection", b"close")])

    paths: list[str] = []
    connection = Connection(close)
    await connection.send(GET % b"/1" + GET % b"/2" + GET % b"/3")
    assert paths == ["/1"]
    assert connection.statuses == [200]
    assert connection.transport.ended.is_set()


async def test_shutdown_waits_for_the_response() -> None:
    gate = Gate()
    connection = Connection(gate)
    await connection.send(GET % b"/1")
    connection.protocol.shutdown()
    assert not connection.transport.ended.is_set()
    gate.open.set()
    await connection.settle()
    assert connection.statuses == [200]
    assert connection.transport.is_closing()


async def test_shutdown_closes_an_idle_connection() -> None:
    connection = Connection(echo)
    await connection.send(GET % b"/1")
    connection.protocol.shutdown()
    assert connection.transport.is_closing()
