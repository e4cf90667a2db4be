"""The parts of uvicorn and httptools that the protocol overrides or uses exist and have the expected form.

After an upgrade, a failure here names the part that has changed. ``bpmn_events/web/http/protocol`` uses it.
"""

import inspect
from collections.abc import Sequence

import httptools
import pytest
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from bpmn_events.web.http.protocol.connection import ConnectionProtocol
from bpmn_events.web.http.protocol.protocol import HttpProtocol
from bpmn_events.web.http.protocol.requests import RequestProtocol
from bpmn_events.web.http.protocol.responses import ResponseProtocol
from tests.support.internals import load_member, parameter_names
from tests.unit.web.protocol.connection import Connection, echo

PROTOCOL = "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol"
FLOW = "uvicorn.protocols.http.flow_control:FlowControl"
# The methods of uvicorn that are overridden or called, with their parameters.
METHODS: dict[str, Sequence[str]] = {
    PROTOCOL: ("config", "server_state", "app_state", "_loop"),
    f"{PROTOCOL}.connection_made": ("self", "transport"),
    f"{PROTOCOL}.connection_lost": ("self", "exc"),
    f"{PROTOCOL}.data_received": ("self", "data"),
    f"{PROTOCOL}.pause_writing": ("self",),
    f"{PROTOCOL}.resume_writing": ("self",),
    f"{PROTOCOL}.shutdown": ("self",),
    f"{PROTOCOL}.on_message_begin": ("self",),
    f"{PROTOCOL}.on_url": ("self", "url"),
    f"{PROTOCOL}.on_header": ("self", "name", "value"),
    f"{PROTOCOL}.on_headers_complete": ("self",),
    f"{PROTOCOL}.on_body": ("self", "body"),
    f"{PROTOCOL}.on_message_complete": ("self",),
    f"{PROTOCOL}.on_response_complete": ("self",),
    f"{PROTOCOL}.handle_websocket_upgrade": ("self",),
    f"{PROTOCOL}._should_upgrade_to_ws": ("self",),
    f"{PROTOCOL}._start_asgi_task": ("self", "cycle", "app"),
    FLOW: ("transport",),
    f"{FLOW}.pause_reading": ("self",),
    f"{FLOW}.resume_reading": ("self",),
}
# The methods of uvicorn's protocol that take over a part of ours, so that ours would have no effect if they changed.
NEVER_CALLED = ("send_400_response", "timeout_keep_alive_handler", "_should_upgrade", "_unsupported_upgrade_warning")
ATTRIBUTES = (
    *("app_state", "config", "connections", "cycle", "expect_100_continue", "flow", "headers", "loop", "parser"),
    *("pipeline", "scope", "server_state", "transport"),
)
CYCLE_ATTRIBUTES = (
    *("body", "disconnected", "keep_alive", "message_event", "more_body", "response_complete", "response_started"),
    "transport",
)


@pytest.mark.parametrize("name", METHODS)
def test_method_has_its_parameters(name: str) -> None:
    assert parameter_names(name) == list(METHODS[name])


async def test_protocol_has_its_attributes() -> None:
    config = Config(echo, log_config=None)
    protocol = HttpToolsProtocol(config, ServerState(), {})
    assert [name for name in ATTRIBUTES if not hasattr(protocol, name)] == []


async def test_cycle_has_its_attributes() -> None:
    connection = Connection(echo)
    await connection.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert [name for name in CYCLE_ATTRIBUTES if not hasattr(connection.protocol.cycle, name)] == []


def test_cycle_uses_no_other_part_of_the_transport() -> None:
    """``CycleTransport`` replaces the transport of a cycle."""
    source = inspect.getsource(RequestResponseCycle)
    used = {word.partition("(")[0] for word in source.replace(")", " ").split() if word.startswith("self.transport.")}
    assert used == {"self.transport.close", "self.transport.is_closing", "self.transport.write"}


def test_every_callback_of_the_parser_is_known() -> None:
    """A callback that uvicorn adds, and that is not checked here, could bypass the checks of requests."""
    callbacks = {name for name in dir(HttpToolsProtocol) if name.startswith("on_")}
    assert callbacks == {
        *("on_body", "on_header", "on_headers_complete", "on_message_begin", "on_message_complete"),
        *("on_response_complete", "on_url"),
    }


def test_overridden_methods_exist() -> None:
    """A method that uvicorn renames would no longer be overridden."""
    ours = {
        name
        for cls in (ConnectionProtocol, ResponseProtocol, RequestProtocol, HttpProtocol)
        for name in vars(cls)
        if hasattr(HttpToolsProtocol, name) and not name.startswith("__")
    }
    overridden = {name.rpartition(".")[2] for name in METHODS if name.startswith(f"{PROTOCOL}.")}
    assert ours == overridden - {
        *("_should_upgrade_to_ws", "_start_asgi_task", "handle_websocket_upgrade", "on_header", "on_url"),
    }


@pytest.mark.parametrize("name", NEVER_CALLED)
async def test_bypassed_method_is_not_called(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load_member(f"{PROTOCOL}.{name}")

    def fail(*arguments: object) -> None:
        raise AssertionError(name)

    monkeypatch.setattr(HttpToolsProtocol, name, fail)
    connection = Connection(echo)
    await connection.send(
        b"POST / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 1\r\n\r\na"
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n"
    )
    assert connection.statuses == [200, 200, 400]


def test_parser_reports_where_an_upgrade_begins() -> None:
    parser = httptools.HttpRequestParser(object())
    with pytest.raises(httptools.HttpParserUpgrade) as stop:
        parser.feed_data(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: a\r\n\r\nrest")
    assert stop.value.args == (len(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: a\r\n\r\n"),)
