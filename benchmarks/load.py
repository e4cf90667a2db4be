"""The load generator: concurrent callers on loopback, each of which waits for a response before its next request.

It runs as a process of its own (``python -m benchmarks.load``) that reads a plan as JSON from standard input and writes
its measurement as JSON to standard output. It implements only the HTTP/1.1 it needs, because it shares the machine with
the server.
"""

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import msgspec
import uvloop

_GRACE_SECONDS = 30.0


class Request(msgspec.Struct, array_like=True, frozen=True):
    """One request to send."""

    method: str
    path: str
    body: str
    content_type: str = "application/json"


class Plan(msgspec.Struct, frozen=True):
    """The requests to send, until the last one or for ``seconds``.

    A response is good if it has status 200 and contains ``marker``. ``processors`` are the numbers of the processors
    that the load generator may use; empty means all. ``rate`` is the largest number of requests per second; 0 means as
    many as the server answers.
    """

    port: int
    callers: int
    seconds: float
    marker: str
    token: str
    requests: list[Request]
    processors: list[int] = []
    rate: float = 0


class Measurement(msgspec.Struct, frozen=True):
    """The latencies in seconds, in the order of the responses, and the numbers of the good and the bad requests."""

    seconds: float
    latencies: list[float]
    good: list[int]
    bad: list[int]
    first_bad: str | None = None


@dataclass(slots=True)
class _Run:
    requests: Iterator[tuple[int, bytes]]
    marker: bytes
    started: float
    deadline: float
    rate: float
    latencies: list[float] = field(default_factory=list)
    good: list[int] = field(default_factory=list)
    bad: list[int] = field(default_factory=list)
    first_bad: str | None = None

    def delay(self, number: int) -> float:
        """Return the seconds until the request with this number is due."""
        return self.started + number / self.rate - time.perf_counter() if self.rate else 0

    def record(self, number: int, response: bytes, seconds: float) -> None:
        self.latencies.append(seconds)
        if response.startswith(b"HTTP/1.1 200") and self.marker in response:
            self.good.append(number)
        else:
            self.bad.append(number)
            self.first_bad = self.first_bad or response.decode(errors="replace")


class _Caller(asyncio.Protocol):
    """One connection."""

    def __init__(self, run: _Run, done: asyncio.Future[None]) -> None:
        self._run = run
        self._done = done
        self._received = b""
        self._number = 0
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0 or not _is_complete(self._received, head):
            return
        self._run.record(self._number, self._received, time.perf_counter() - self._sent)
        self._received = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        numbered_request = next(self._run.requests, None) if time.perf_counter() < self._run.deadline else None
        if numbered_request is None:
            if not self._done.done():
                self._done.set_result(None)
            self._transport.close()
            return
        self._number, request = numbered_request
        delay = self._run.delay(self._number)
        if delay > 0:
            asyncio.get_running_loop().call_later(delay, self._send, request)
        else:
            self._send(request)

    def _send(self, request: bytes) -> None:
        self._sent = time.perf_counter()
        self._transport.write(request)


def _is_complete(response: bytes, head: int) -> bool:
    """Return True if the response, whose header has this length, ends with its length or with its last chunk."""
    if b"transfer-encoding: chunked" in response[:head].lower():
        return response.endswith(b"\r\n0\r\n\r\n")
    return len(response) >= head + 4 + _length(response[:head])


def _length(head: bytes) -> int:
    start = head.lower().find(b"content-length:")
    return int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0


def _encode(plan: Plan, request: Request) -> bytes:
    body = request.body.encode()
    lines = [
        f"{request.method} {request.path} HTTP/1.1",
        f"Host: 127.0.0.1:{plan.port}",
        f"Authorization: Bearer {plan.token}",
        *([f"Content-Type: {request.content_type}", f"Content-Length: {len(body)}"] if body else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def generate(plan: Plan) -> Measurement:
    """Send the requests of the plan and return the measurement."""
    encoded = [_encode(plan, request) for request in plan.requests]
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    run = _Run(iter(enumerate(encoded)), plan.marker.encode(), started, started + plan.seconds, plan.rate)
    ends = [loop.create_future() for _ in range(plan.callers)]
    for end in ends:
        await loop.create_connection(partial(_Caller, run, end), "127.0.0.1", plan.port)
    async with asyncio.timeout(plan.seconds + _GRACE_SECONDS):
        await asyncio.gather(*ends)
    return Measurement(time.perf_counter() - started, run.latencies, run.good, run.bad, run.first_bad)


def main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    if plan.processors:
        os.sched_setaffinity(0, plan.processors)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        measurement = runner.run(generate(plan))
    sys.stdout.buffer.write(msgspec.json.encode(measurement))


if __name__ == "__main__":
    main()
