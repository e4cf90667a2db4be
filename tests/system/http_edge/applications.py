"""An application for tests of the protocol alone, and the commands that run it and the product under uvicorn."""

import asyncio
import re
import sys
from pathlib import Path

from starlette.types import Receive, Scope, Send

from bpmn_events.web.http.protocol.limits import HttpLimits
from bpmn_events.web.http.protocol.state import ProtocolState

ROOT = Path(__file__).parents[3]
PROTOCOL = "bpmn_events.web.http.protocol.protocol:HttpProtocol"
APPLICATION = [
    *(sys.executable, "-m", "uvicorn", "--app-dir", str(ROOT), "tests.system.http_edge.applications:application"),
    *("--http", PROTOCOL, "--ws", "websockets-sansio", "--no-access-log"),
]
LIMITS = HttpLimits(max_connections=5, keep_alive_seconds=1, request_head_seconds=1, write_seconds=1)
PIECE = b"a" * 65_536
PIECES = 800  # much more than the sockets of a connection hold


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Echo WebSocket messages; respond to requests with ``ok``, a large response, or a stream of events."""
    if scope["type"] == "lifespan":
        await _run_lifespan(scope, receive, send)
    elif scope["type"] == "websocket":
        await _echo(receive, send)
    elif scope["path"] == "/large":
        await _respond(send, PIECE * PIECES)
    elif scope["path"] == "/pieces":
        await _send_pieces(send)
    elif scope["path"] == "/events":
        await _send_events(send)
    else:
        await _respond(send, b"ok")


async def _run_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    ProtocolState(LIMITS).publish(scope["state"])
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def _echo(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


async def _respond(send: Send, content: bytes) -> None:
    length = (b"content-length", b"%d" % len(content))
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": content})


async def _send_pieces(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(PIECES):
        await send({"type": "http.response.body", "body": PIECE, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _send_events(send: Send) -> None:
    """Send an event every 0.2 seconds, for four times as long as any limit."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for number in range(20):
        await send({"type": "http.response.body", "body": b"data: %d\n\n" % number, "more_body": True})
        await asyncio.sleep(0.2)
    await send({"type": "http.response.body", "body": b""})


def documented_command() -> list[str]:
    """Return the uvicorn command of docs/operations.md without its port, with the path of the installed program."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    (arguments,) = re.findall(r"^ExecStart=\S+/uvicorn (.*) --port 8000$", page, re.MULTILINE)
    return [str(Path(sys.executable).with_name("uvicorn")), *arguments.split()]
