"""The limit of connections."""

import logging
from unittest.mock import patch

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from bpmn_events.config import Settings
from bpmn_events.web.http.protocol import limits
from bpmn_events.web.http.protocol.limits import HttpLimits
from bpmn_events.web.http.protocol.state import ProtocolState
from tests.unit.web.protocol.connection import Connection, echo, with_limits

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"


async def wait_forever(_scope: Scope, receive: Receive, _send: Send) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def connect(server: ServerState, state: ProtocolState, number: int) -> list[Connection]:
    return [Connection(wait_forever, server, state) for _ in range(number)]


async def connect_busy(server: ServerState, state: ProtocolState, number: int) -> list[Connection]:
    """Return connections with a request that runs."""
    connections = connect(server, state, number)
    for connection in connections:
        await connection.send(GET)
    return connections


async def test_connections_beyond_the_limit_are_refused_if_all_are_busy() -> None:
    server, state = ServerState(), with_limits(max_connections=2)
    busy = await connect_busy(server, state, 2)
    refused = connect(server, state, 3)
    for connection in (*busy, *refused):
        await connection.send(GET)
    assert [connection.statuses for connection in busy] == [[]] * 2
    assert [connection.transport.ended.is_set() for connection in busy] == [False] * 2
    assert [connection.statuses for connection in refused] == [[503]] * 3
    assert state.refused[503] == 3


async def test_refused_connections_take_no_place() -> None:
    server, state = ServerState(), with_limits(max_connections=2)
    busy = await connect_busy(server, state, 2)
    refused = connect(server, state, 3)
    busy[0].protocol.connection_lost(None)
    await connect_busy(server, state, 1)
    for connection in refused:
        connection.protocol.connection_lost(None)
    assert state.occupancy.leaving == 0
    assert connect(server, state, 1)[0].statuses == [503]


async def test_many_refused_connections_are_closed_at_once() -> None:
    server, state = ServerState(), with_limits(max_connections=1)
    await connect_busy(server, state, 1)
    refused = connect(server, state, 60)
    assert [connection.statuses for connection in refused] == [[503]] * 60
    assert [connection.transport.is_closing() for connection in refused] == [False] * 50 + [True] * 10


@pytest.mark.parametrize("sent", [b"", b"GET / HT", GET[:-2]])
async def test_the_oldest_connection_without_a_request_makes_room(sent: bytes) -> None:
    server, state = ServerState(), with_limits(max_connections=3)
    (busy,) = await connect_busy(server, state, 1)
    first, second = connect(server, state, 2)
    await first.send(sent)
    await second.send(sent)
    (third,) = connect(server, state, 1)
    assert [each.transport.is_closing() for each in (busy, first, second, third)] == [False, True, False, False]
    first.protocol.connection_lost(None)
    assert (state.occupancy.leaving, len(server.connections)) == (0, 3)


async def test_a_connection_after_its_response_is_the_last_to_make_room() -> None:
    server, state = ServerState(), with_limits(max_connections=2)
    used, silent = Connection(echo, server, state), Connection(echo, server, state)
    await used.send(GET)
    Connection(echo, server, state)
    assert [each.transport.is_closing() for each in (used, silent)] == [False, True]


async def test_a_request_whose_body_arrives_makes_room_after_those_that_are_idle() -> None:
    server, state = ServerState(), with_limits(max_connections=2)
    uploading, idle = Connection(echo, server, state), Connection(echo, server, state)
    await uploading.send(POST % 10 + b"abc")
    Connection(echo, server, state)
    assert (uploading.statuses, idle.transport.is_closing()) == ([], True)
    await (await connect_busy(server, state, 1))[0].settle()
    Connection(echo, server, state)
    assert uploading.statuses == [503]
    assert uploading.transport.has_written_eof


async def test_bodies_that_arrive_share_a_memory() -> None:
    server, state = ServerState(), with_limits(max_arriving_bytes=100_000)
    first, second = Connection(echo, server, state), Connection(echo, server, state)
    for connection in (first, second):
        await connection.send(POST % 60_000 + b"a" * 20_000)
        await connection.send(b"a" * 20_000)
    assert state.occupancy.arriving_bytes == 80_000
    await second.send(b"a" * 19_999)
    assert state.occupancy.arriving_bytes == 99_999
    await first.send(b"a" * 19_999)
    assert (first.statuses, state.occupancy.arriving_bytes) == ([503], 59_999)
    await second.send(b"a")
    assert (second.statuses, state.occupancy.arriving_bytes) == ([200], 0)


async def test_bodies_count_no_longer_when_their_connection_is_lost() -> None:
    connection = Connection(echo)
    await connection.send(POST % 60_000 + b"a" * 20_000)
    assert connection.state.occupancy.arriving_bytes == 20_000
    connection.protocol.connection_lost(None)
    occupancy = connection.state.occupancy
    assert (occupancy.arriving_bytes, occupancy.arriving, occupancy.idle) == (0, {}, {})


def test_refused_connections_are_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    state = ProtocolState()
    for now in (0.0, 10.0, 59.0, 60.0, 61.0, 500.0):
        state.warn_of_refused_connection(now)
    assert len(caplog.records) == 3


@pytest.mark.parametrize(
    ("wanted", "files", "allowed"), [(900, 1024, 900), (900, 300, 200), (5, 300, 5), (900, 100, 1), (900, 10, 1)]
)
def test_limit_of_open_files(wanted: int, files: int, allowed: int, caplog: pytest.LogCaptureFixture) -> None:
    with patch.object(limits, "max_open_files", return_value=files), caplog.at_level(logging.WARNING):
        state = ProtocolState(HttpLimits(max_connections=wanted))
        state.publish({})
    assert state.max_connections == allowed
    assert len(caplog.records) == (allowed < wanted)


def test_defaults_are_those_of_the_settings() -> None:
    for name in Settings.model_fields.keys() & set(HttpLimits.__slots__):
        assert getattr(HttpLimits(), name) == Settings.model_fields[name].default


def test_application_without_limits_gets_the_defaults() -> None:
    lifespan_state: dict[str, object] = {}
    state = ProtocolState.of(lifespan_state)
    assert state.limits == HttpLimits()
    assert ProtocolState.of(lifespan_state) is state
