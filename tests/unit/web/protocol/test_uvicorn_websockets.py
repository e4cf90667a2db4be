"""The parts of uvicorn and websockets that ``WebSocketProtocol`` overrides or uses exist and have the expected form."""

from collections.abc import Sequence

import pytest
from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from bpmn_events.web.http.protocol.websocket import WebSocketProtocol
from tests.support.internals import parameter_names
from tests.unit.web.protocol.connection import echo

PROTOCOL = "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol"
# The methods of uvicorn that are overridden or called, with their parameters.
METHODS: dict[str, Sequence[str]] = {
    PROTOCOL: ("config", "server_state", "app_state", "_loop"),
    f"{PROTOCOL}.connection_lost": ("self", "exc"),
    f"{PROTOCOL}.data_received": ("self", "data"),
    f"{PROTOCOL}.handle_cont": ("self", "event"),
    f"{PROTOCOL}.handle_ping": ("self",),
    f"{PROTOCOL}.receive": ("self",),
    f"{PROTOCOL}.run_asgi": ("self",),
    f"{PROTOCOL}.send_receive_event_to_app": ("self",),
    f"{PROTOCOL}.shutdown": ("self",),
    f"{PROTOCOL}.stop_keepalive": ("self",),
}
CALLED_ONLY = frozenset({"stop_keepalive"})
ATTRIBUTES = (
    *("close_sent", "close_timer", "conn", "curr_msg_data_type", "disconnected", "frames", "handshake_complete"),
    *("logger", "loop", "queue", "read_paused", "transport"),
)


@pytest.mark.parametrize("name", METHODS)
def test_method_has_its_parameters(name: str) -> None:
    assert parameter_names(name) == list(METHODS[name])


async def test_protocol_has_its_attributes() -> None:
    protocol = WebSocketsSansIOProtocol(Config(echo, log_config=None), ServerState(), {})
    assert [name for name in ATTRIBUTES if not hasattr(protocol, name)] == []
    assert len(protocol.conn.reader.buffer) == 0


def test_overridden_methods_exist() -> None:
    """A method that uvicorn renames would no longer be overridden."""
    ours = {name for name in vars(WebSocketProtocol) if hasattr(WebSocketsSansIOProtocol, name)}
    overridden = {name.rpartition(".")[2] for name in METHODS if name.startswith(f"{PROTOCOL}.")} - CALLED_ONLY
    assert {name for name in ours if not name.startswith("__")} == overridden
