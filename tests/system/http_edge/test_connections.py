"""The number of connections is limited, and connections beyond the limit are refused."""

import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests.support.polling import block_until
from tests.support.server import PROGRAM, ServerProcess, running
from tests.support.wire import Wire, dial, dialing
from tests.system.http_edge.applications import APPLICATION, LIMITS
from tests.system.http_edge.messages import CLOSE, get, post_head

HALF = b"POST /graphql HTTP/1.1\r\nHost: x\r\n"
PATIENT = {"REQUEST_HEAD_SECONDS": "300", "KEEP_ALIVE_SECONDS": "300"}


@pytest.fixture
def wires() -> Iterator[list[Wire]]:
    """Yield a list of connections, which are closed at the end."""
    wires: list[Wire] = []
    yield wires
    for wire in wires:
        wire.close()


def test_connections_without_a_request_make_room(tmp_path: Path, wires: list[Wire]) -> None:
    """Half a header, or nothing at all, does not lock out others. The oldest connections end first."""
    settings = {**PATIENT, "MAX_CONNECTIONS": "20"}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        wires += [dial(server.address).send(data) for data in (HALF, b"") for _ in range(20)]
        with dialing(server.address) as wire:
            wire.send(get())
            wire.expect(200)
        block_until(lambda: not wires[20].is_open())
        assert all(wire.read() is None for wire in wires[:20])
        assert all(wire.is_open() for wire in wires[30:])
        assert "Connections are refused" not in server.output


def is_refused(address: str) -> bool:
    with dialing(address) as wire:
        wire.send_until_refused(get(fields=CLOSE))
        return wire.statuses() == [503]


def test_many_refused_connections(tmp_path: Path, wires: list[Wire]) -> None:
    """Refused connections that stay open use up neither the connections nor the files of the server."""
    command = ["bash", "-c", f'ulimit -n 200; exec {shlex.join(APPLICATION)} "$@"', "uvicorn"]
    with ExitStack() as stack:
        server = stack.enter_context(running(ServerProcess(tmp_path, command=command, ready_path=None)))
        sockets = [stack.enter_context(connect(_websocket(server))) for _ in range(LIMITS.max_connections)]
        block_until(lambda: is_refused(server.address))
        wires += [dial(server.address) for _ in range(400)]
        assert {wire.expect(503).status for wire in wires} == {503}
        sockets[0].close()
        block_until(lambda: not is_refused(server.address))
        assert "Too many open files" not in server.output
        assert server.output.count("Connections are refused: 5 are busy, which is the limit.") == 1


def _websocket(server: ServerProcess) -> str:
    return server.address.replace("http://", "ws://")


def test_limit_of_open_files_lowers_the_limit(tmp_path: Path, wires: list[Wire]) -> None:
    command = ["bash", "-c", f'ulimit -n 150; exec {shlex.quote(str(PROGRAM))} serve "$@"', "serve"]
    with running(ServerProcess(tmp_path, settings=PATIENT, command=command)) as server:
        assert "At most 50 connections instead of 5000: the process may open only 150 files." in server.output
        wires += [dial(server.address).send(HALF) for _ in range(200)]
        assert not is_refused(server.address)
        assert "Too many open files" not in server.output


def test_soft_limit_of_open_files_is_raised(tmp_path: Path, wires: list[Wire]) -> None:
    command = ["bash", "-c", f'ulimit -Sn 150; exec {shlex.quote(str(PROGRAM))} serve "$@"', "serve"]
    settings = {**PATIENT, "MAX_CONNECTIONS": "300"}
    with running(ServerProcess(tmp_path, settings=settings, command=command)) as server:
        wires += [dial(server.address) for _ in range(250)]
        assert not is_refused(server.address)
        assert all(wire.is_open() for wire in wires)
        assert "At most" not in server.output


@pytest.fixture
def application(tmp_path: Path) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path, command=APPLICATION, ready_path=None)) as server:
        yield server


def test_websockets_count(application: ServerProcess) -> None:
    with ExitStack() as stack:
        last = stack.enter_context(connect(_websocket(application)))
        sockets = [stack.enter_context(connect(_websocket(application))) for _ in range(LIMITS.max_connections - 1)]
        with dialing(application.address) as wire:
            wire.send_until_refused(get())
            response = wire.expect(503)
            assert response.headers["retry-after"] == "1"
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["type"] == "urn:bpmn-events:problem:too-many-connections"
            assert wire.read() is None
        last.close()
        block_until(lambda: not is_refused(application.address))
        for socket in sockets:
            socket.send("a")
            assert socket.recv() == "a"


def test_closed_connections_do_not_count(application: ServerProcess) -> None:
    """Connections that end in any way leave the count as it was."""
    for data in (b"", get(), HALF, b"GARBAGE\r\n\r\n", get(fields=CLOSE)) * 20:
        with dialing(application.address) as wire:
            wire.send(data)
    block_until(lambda: not is_refused(application.address))
    wires = [dial(application.address) for _ in range(LIMITS.max_connections)]
    assert all(wire.is_open() for wire in wires)
    for wire in wires:
        wire.close()


def test_server_stops_whatever_its_connections_do(server: ServerProcess, wires: list[Wire]) -> None:
    half_body = post_head(b"/graphql", b"Content-Length: 10\r\n\r\n")
    states = [b"", get(), HALF, half_body, b"GARBAGE\r\n\r\n", get(b"/openapi.json") * 200]
    wires += [dial(server.address).send(data) for data in states]
    wires[1].expect()
    assert server.stop() == 0
    assert [wire.statuses() for wire in wires[:5]] == [[], [], [], [408], [400]]
