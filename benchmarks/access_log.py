"""The processor time of a line in the access log, written to a file as a server writes it."""

import asyncio
import time
from pathlib import Path
from statistics import median

from starlette.types import Message, Receive, Scope, Send

from benchmarks.plan import Size
from bpmn_events.adapters.logs.line_writer import LineWriter
from bpmn_events.adapters.logs.lines import json_line
from bpmn_events.adapters.logs.server_log import ServerLog
from bpmn_events.web.http.observation.access_log import AccessLog
from bpmn_events.web.http.observation.client_address import ClientAddresses
from bpmn_events.web.http.observation.middleware import ObservationMiddleware, request_ids
from bpmn_events.web.http.observation.record import Observer, record_operation, record_subject

# Requests that end in the same iteration of the event loop, as those of one transaction do.
_TOGETHER = 8
_SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/graphql",
    "raw_path": b"/graphql",
    "headers": [(b"host", b"127.0.0.1:8000"), (b"content-type", b"application/json"), (b"content-length", b"400")],
    "client": ("127.0.0.1", 40000),
}


def access_log_us(folder: Path, size: Size) -> float:
    """Return the median over all rounds of the time per request with the log less that without it, in microseconds."""
    folder.mkdir()
    with (folder / "log").open("wb") as file:
        with_log, without = _server([AccessLog(ServerLog(LineWriter(file), json_line))]), _server([])
        differences = [_seconds(with_log, size.load) - _seconds(without, size.load) for _ in range(size.rounds + 2)]
    return median(differences) / size.load * 1e6


def _server(observers: list[Observer]) -> ObservationMiddleware:
    return ObservationMiddleware(_respond, ClientAddresses(()), observers, request_ids())


async def _respond(_scope: Scope, _receive: Receive, send: Send) -> None:
    record_subject("ada")
    record_operation("mutation Trigger")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _seconds(server: ObservationMiddleware, requests: int) -> float:
    async def run() -> None:
        for _ in range(requests // _TOGETHER):
            for _ in range(_TOGETHER):
                await server(dict(_SCOPE), _receive, _send)
            await asyncio.sleep(0)

    started = time.process_time()
    asyncio.run(run())
    return time.process_time() - started


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(_message: Message) -> None:
    """Drop the message."""
