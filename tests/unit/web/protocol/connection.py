"""A connection of the HTTP protocol without a socket, and the application behind it."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from bpmn_events.web.http.protocol.limits import HttpLimits
from bpmn_events.web.http.protocol.protocol import HttpProtocol
from bpmn_events.web.http.protocol.state import ProtocolState

_TURNS = 20  # more than any response needs


class FakeTransport(asyncio.Transport):
    """A transport that records what the protocol does. ``unread`` is the part of the output that waits."""

    def __init__(self) -> None:
        super().__init__()
        self.output = b""
        self.unread = 0
        self.readable = asyncio.Event()
        self.readable.set()
        self.ended = asyncio.Event()  # the server sends nothing more
        self.has_written_eof = False
        self.is_aborted = False
        self._is_closing = False

    def write(self, data: Any) -> None:
        assert not self.has_written_eof
        if not self._is_closing:
            self.output += bytes(data)

    def get_write_buffer_size(self) -> int:
        return self.unread

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.has_written_eof = True
        self.ended.set()

    def pause_reading(self) -> None:
        self.readable.clear()

    def resume_reading(self) -> None:
        self.readable.set()

    @property
    def is_paused(self) -> bool:
        return not self.readable.is_set()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        self._is_closing = True
        self.readable.set()
        self.ended.set()

    def abort(self) -> None:
        self.is_aborted = True
        self.close()


@dataclass
class Connection:
    """A connection to ``app``. ``server`` is shared by the connections of one server."""

    app: ASGIApp
    server: ServerState = field(default_factory=ServerState)
    state: ProtocolState = field(default_factory=ProtocolState)
    transport: FakeTransport = field(default_factory=FakeTransport)

    def __post_init__(self) -> None:
        config = Config(self.app, log_config=None, proxy_headers=False, ws="websockets-sansio")
        lifespan_state: dict[str, Any] = {}
        self.state.publish(lifespan_state)
        self.protocol = HttpProtocol(config, self.server, lifespan_state, asyncio.get_running_loop())
        self.protocol.connection_made(self.transport)

    async def send(self, *packets: bytes) -> None:
        """Deliver packets as a transport does: none while reading is paused or after the end."""
        for packet in packets:
            await self.transport.readable.wait()
            if not self.transport.is_closing():
                self.protocol.data_received(packet)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    @property
    def responses(self) -> list[tuple[int, bytes]]:
        """The status and body of each response so far."""
        return parse_responses(self.transport.output)

    @property
    def statuses(self) -> list[int]:
        return [status for status, _ in self.responses]


def parse_responses(output: bytes) -> list[tuple[int, bytes]]:
    """Return the status and body of each response, which all have a Content-Length, if not the status 100."""
    responses = []
    while output:
        head, _, output = output.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)^content-length: (\d+)$", head.replace(b"\r", b""), re.MULTILINE)
        size = int(length[1]) if length else 0
        assert len(output) >= size
        responses.append((int(head.split()[1]), output[:size]))
        output = output[size:]
    return responses


def with_limits(**limits: Any) -> ProtocolState:
    return ProtocolState(HttpLimits(**limits))


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Respond with the method, the target, the number of header fields and the body. Do nothing after a disconnect."""
    assert scope["type"] == "http"
    body, has_more = b"", True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        has_more = message["more_body"]
    target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    content = b"%s %s %d %s" % (scope["method"].encode(), target, len(scope["headers"]), body)
    await respond(send, 200, content)


async def respond(send: Send, status: int, content: bytes, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    length = (b"content-length", b"%d" % len(content))
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": content})
