"""The load generator: so many callers on loopback, each sending its next request when the last one was answered.

It runs as a process of its own (``python -m benchmarks.load``): a plan as JSON on standard input, what it measured as
JSON on standard output. It speaks just enough HTTP/1.1 to cost little beside the server it shares the machine with.
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


class Plan(msgspec.Struct, frozen=True):
    """What to send where. An answer counts as good if it has status 200 and holds ``marker``.

    It ends with the last request, or after ``seconds``. ``processors`` are those it may run on; empty means any.
    """

    port: int
    callers: int
    seconds: float
    marker: str
    token: str
    requests: list[Request]
    processors: list[int] = []


class Measured(msgspec.Struct, frozen=True):
    """``latencies`` in seconds, in the order of the answers; ``good`` and ``bad`` number the requests of the plan."""

    seconds: float
    latencies: list[float]
    good: list[int]
    bad: list[int]
    first_bad: str | None = None


@dataclass(slots=True)
class _Run:
    requests: Iterator[tuple[int, bytes]]
    marker: bytes
    deadline: float
    latencies: list[float] = field(default_factory=list)
    good: list[int] = field(default_factory=list)
    bad: list[int] = field(default_factory=list)
    first_bad: str | None = None

    def note(self, number: int, answer: bytes, seconds: float) -> None:
        self.latencies.append(seconds)
        if answer.startswith(b"HTTP/1.1 200") and self.marker in answer:
            self.good.append(number)
        else:
            self.bad.append(number)
            self.first_bad = self.first_bad or answer.decode(errors="replace")


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
        if head < 0 or len(self._received) < head + 4 + _length(self._received[:head]):
            return
        self._run.note(self._number, self._received, time.perf_counter() - self._sent)
        self._received = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        following = next(self._run.requests, None) if time.perf_counter() < self._run.deadline else None
        if following is None:
            if not self._done.done():
                self._done.set_result(None)
            self._transport.close()
            return
        self._number, request = following
        self._sent = time.perf_counter()
        self._transport.write(request)


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def _encoded(plan: Plan, request: Request) -> bytes:
    body = request.body.encode()
    lines = [
        f"{request.method} {request.path} HTTP/1.1",
        f"Host: 127.0.0.1:{plan.port}",
        f"Authorization: Bearer {plan.token}",
        *(["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def generate(plan: Plan) -> Measured:
    """Carry out the plan."""
    encoded = [_encoded(plan, request) for request in plan.requests]
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    run = _Run(iter(enumerate(encoded)), plan.marker.encode(), started + plan.seconds)
    ends = [loop.create_future() for _ in range(plan.callers)]
    for end in ends:
        await loop.create_connection(partial(_Caller, run, end), "127.0.0.1", plan.port)
    async with asyncio.timeout(plan.seconds + _GRACE_SECONDS):
        await asyncio.gather(*ends)
    return Measured(time.perf_counter() - started, run.latencies, run.good, run.bad, run.first_bad)


def main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    if plan.processors:
        os.sched_setaffinity(0, plan.processors)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        measured = runner.run(generate(plan))
    sys.stdout.buffer.write(msgspec.json.encode(measured))


if __name__ == "__main__":
    main()
