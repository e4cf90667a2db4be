"""The limit of connections."""

import logging
from unittest.mock import patch

import pytest
from uvicorn.server import ServerState

from bpmn_events.config import Settings
from bpmn_events.web.http.protocol import limits
from bpmn_events.web.http.protocol.limits import HttpLimits
from bpmn_events.web.http.protocol.state import ProtocolState
from tests.unit.web.protocol.connection import Connection, echo, with_limits

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def test_connections_beyond_the_limit_are_refused() -> None:
    server, state = ServerState(), with_limits(max_connections=2)
    accepted = [Connection(echo, server, state) for _ in range(2)]
    refused = [Connection(echo, server, state) for _ in range(3)]
    assert [connection.statuses for connection in refused] == [[503]] * 3
    for connection in (*accepted, *refused):
        await connection.send(GET)
    assert [connection.statuses for connection in accepted] == [[200]] * 2
    assert [connection.statuses for connection in refused] == [[503]] * 3
    assert state.refused == {503: 3}


async def test_refused_connections_take_no_place() -> None:
    server, state = ServerState(), with_limits(max_connections=2)
    accepted = [Connection(echo, server, state) for _ in range(2)]
    refused = [Connection(echo, server, state) for _ in range(3)]
    accepted[0].protocol.connection_lost(None)
    assert Connection(echo, server, state).statuses == []
    for connection in refused:
        connection.protocol.connection_lost(None)
    assert state.turned_away == 0
    assert Connection(echo, server, state).statuses == [503]


async def test_many_refused_connections_are_closed_at_once() -> None:
    server, state = ServerState(), with_limits(max_connections=1)
    Connection(echo, server, state)
    refused = [Connection(echo, server, state) for _ in range(60)]
    assert [connection.statuses for connection in refused] == [[503]] * 60
    assert [connection.transport.is_closing() for connection in refused] == [False] * 50 + [True] * 10


def test_refused_connections_are_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    state = ProtocolState()
    for now in (0.0, 10.0, 59.0, 60.0, 61.0, 500.0):
        state.warn_of_refused_connection(now)
    assert len(caplog.records) == 3


@pytest.mark.parametrize(
    ("wanted", "files", "allowed"), [(512, 1024, 512), (512, 300, 200), (5, 300, 5), (512, 100, 1), (512, 10, 1)]
)
def test_limit_of_open_files(wanted: int, files: int, allowed: int, caplog: pytest.LogCaptureFixture) -> None:
    with patch.object(limits, "max_open_files", return_value=files), caplog.at_level(logging.WARNING):
        state = ProtocolState(HttpLimits(max_connections=wanted))
        state.publish({})
    assert state.max_connections == allowed
    assert len(caplog.records) == (allowed < wanted)


def test_defaults_are_those_of_the_settings() -> None:
    for name in HttpLimits.__slots__:
        assert getattr(HttpLimits(), name) == Settings.model_fields[name].default


def test_application_without_limits_gets_the_defaults() -> None:
    lifespan_state: dict[str, object] = {}
    state = ProtocolState.of(lifespan_state)
    assert state.limits == HttpLimits()
    assert ProtocolState.of(lifespan_state) is state
