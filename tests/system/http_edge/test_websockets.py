"""WebSockets work, and the deadlines of HTTP do not end them."""

import time
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.support.server import ServerProcess, running
from tests.support.wire import dialing
from tests.system.http_edge.applications import APPLICATION, LIMITS
from tests.system.http_edge.messages import get

HANDSHAKE = (
    b"Connection: Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("application")
    with running(ServerProcess(folder, command=APPLICATION, ready_path=None)) as server:
        yield server


def test_websocket_outlives_the_deadlines(application: ServerProcess) -> None:
    with connect(application.address.replace("http://", "ws://")) as socket:
        for number in range(3):
            socket.send(str(number))
            assert socket.recv() == str(number)
            time.sleep(2 * LIMITS.keep_alive_seconds)


def test_large_messages(application: ServerProcess) -> None:
    with connect(application.address.replace("http://", "ws://"), compression=None) as socket:
        for size in (10, 9_000, 100_000, 900_000):
            socket.send("a" * size)
            assert socket.recv() == "a" * size


@pytest.mark.parametrize("one_packet", [True, False])
def test_handshake_behind_requests(application: ServerProcess, one_packet: bool) -> None:
    """The response to the handshake comes in its place."""
    requests = [get(b"/pieces"), get(b"/"), get(b"/", HANDSHAKE)]
    with dialing(application.address) as wire:
        wire.send(*([b"".join(requests)] if one_packet else requests))
        wire.expect()
        assert wire.expect().body == b"ok"
        assert wire.expect(101).headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_handshake_byte_by_byte(application: ServerProcess) -> None:
    with dialing(application.address) as wire:
        for byte in get(b"/", HANDSHAKE):
            wire.socket.sendall(bytes([byte]))
        wire.expect(101)


@pytest.mark.parametrize(
    "fields",
    [
        HANDSHAKE.replace(b"Sec-WebSocket-Key", b"X-Key"),
        HANDSHAKE.replace(b"WebSocket\r\n", b"WebSocket, h2c\r\n"),
        HANDSHAKE.replace(b"WebSocket\r\n", b"h2c\r\nUpgrade: websocket\r\n"),
        HANDSHAKE.replace(b"Connection: Upgrade", b"Proxy-Connection: Upgrade"),
        HANDSHAKE + b"Transfer-Encoding: chunked\r\n",
    ],
    ids=["no key", "list", "two fields", "proxy connection", "body"],
)
def test_other_offers_are_requests(application: ServerProcess, fields: bytes) -> None:
    body = b"0\r\n\r\n" if b"chunked" in fields else b""
    with dialing(application.address) as wire:
        wire.send(get(b"/", fields) + body + get(b"/"))
        assert [wire.expect().body for _ in range(2)] == [b"ok", b"ok"]


@pytest.mark.parametrize("path", ["/", "/events", "/events/changes", "/graphql/x"])
def test_only_graphql_takes_websockets(server: ServerProcess, path: str) -> None:
    address = server.address.replace("http://", "ws://")
    with pytest.raises(InvalidStatus, match="403"):
        connect(address + path)
    with connect(address + "/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        assert socket.subprotocol == "graphql-transport-ws"
