"""The watchers: clients that subscribe over connections of their own, and note when changes arrive.

They run as a process of their own (``python -m benchmarks.fan_out.watchers``). It reads a plan as a line of JSON, and
prints a line when all have subscribed. Then it reads lines with a number of changes, waits until so many have arrived,
and prints what it has seen as JSON. It implements only what it needs of WebSocket and HTTP, because it shares the
machine with the server.
"""

import asyncio
import os
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate
from typing import cast

import msgspec
import uvloop

WEBSOCKET, EVENT_STREAM = "websocket", "event stream"
_PATIENCE_SECONDS = 60.0
_CONNECTING_AT_ONCE = 50
# A ping of RFC 6455 with four bytes, as the server sends it. No other frame contains these two bytes.
_PING = b"\x89\x04"
# An event has the time at which it was stored, in the last moment before the commit.
_CHANGE = b'"waitingEventChanges":{'
_TIME = b'"waitingSince":"'


class WatchPlan(msgspec.Struct, frozen=True):
    """The subscriptions, each over a connection of its own. ``processors`` is as in ``benchmarks.load.Plan``."""

    port: int
    token: str
    transport: str
    requests: list[str]
    processors: list[int] = []


class Arrivals(msgspec.Struct, frozen=True):
    """The number of changes that arrived at all watchers, and how long the events took from the commit, in seconds."""

    changes: int
    latencies: list[float]


class _Watcher(asyncio.Protocol):
    """One connection. ``chunks`` are what was received, each with its time."""

    def __init__(self, plan: WatchPlan, request: str) -> None:
        self.subscribed = asyncio.get_running_loop().create_future()
        self.chunks: list[tuple[float, bytes]] = []
        self.changes = 0
        self._plan = plan
        self._request = request
        self._is_open = False
        self._end = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        lines = [f"Host: 127.0.0.1:{self._plan.port}", f"Authorization: Bearer {self._plan.token}"]
        if self._plan.transport == WEBSOCKET:
            lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
            lines += [f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}"]
            lines += ["Sec-WebSocket-Protocol: graphql-transport-ws"]
            self._write_head("GET /graphql HTTP/1.1", lines)
        else:
            lines += ["Accept: text/event-stream", "Content-Type: application/json"]
            lines += [f"Content-Length: {len(self._request)}"]
            self._write_head("POST /graphql HTTP/1.1", lines)
            self._transport.write(self._request.encode())

    def data_received(self, data: bytes) -> None:
        if self.subscribed.done():
            self.chunks.append((time.time(), data))
            self.changes += (self._end + data).count(_CHANGE)
            self._end = data[1 - len(_CHANGE) :]
            if (at := data.find(_PING)) >= 0:
                self._transport.write(b"\x8a\x84" + bytes(4) + data[at + 2 : at + 6])
        elif self._plan.transport == EVENT_STREAM:
            assert data.startswith(b"HTTP/1.1 200 "), data
            self.subscribed.set_result(None)
        elif not self._is_open:
            assert data.startswith(b"HTTP/1.1 101 "), data
            self._is_open = True
            self._send('{"type":"connection_init"}')
        else:
            assert b"connection_ack" in data, data
            identifier = f"{os.urandom(16).hex()}"  # as long as clients make them
            self._send(f'{{"id":"{identifier}","type":"subscribe","payload":{self._request}}}')
            self.subscribed.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        error = exc or ConnectionError(f"the server closed a connection after {self.chunks[-1:]}")
        print(repr(error), file=sys.stderr)
        os._exit(1)

    def take(self) -> Iterator[float]:
        """Return the latencies of the events that have arrived, and forget them."""
        content = b"".join(data for _, data in self.chunks)
        ends = [*accumulate(len(data) for _, data in self.chunks)]
        chunk, at = 0, content.find(_TIME)
        while at >= 0:
            start = at + len(_TIME)
            stop = content.index(b'"', start)
            while ends[chunk] <= stop:
                chunk += 1
            yield self.chunks[chunk][0] - datetime.fromisoformat(content[start:stop].decode()).timestamp()
            at = content.find(_TIME, stop)
        self.chunks, self.changes = [], 0

    def _write_head(self, first: str, lines: list[str]) -> None:
        self._transport.write("\r\n".join([first, *lines, "", ""]).encode())

    def _send(self, text: str) -> None:
        """Send the text as a masked frame (RFC 6455, section 5.2). The mask changes nothing."""
        data = text.encode()
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2)
        self._transport.write(b"\x81" + size + bytes(4) + data)


async def watch(plan: WatchPlan) -> None:
    """Subscribe, then report until the end of the input."""
    loop = asyncio.get_running_loop()
    watchers: list[_Watcher] = []
    for first in range(0, len(plan.requests), _CONNECTING_AT_ONCE):
        group = [_Watcher(plan, request) for request in plan.requests[first : first + _CONNECTING_AT_ONCE]]
        for watcher in group:
            await loop.create_connection(lambda watcher=watcher: watcher, "127.0.0.1", plan.port)  # type: ignore[misc]
        await asyncio.gather(*(watcher.subscribed for watcher in group))
        watchers += group
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(msgspec.json.encode(await _wait_for(watchers, int(line))).decode(), flush=True)


async def _wait_for(watchers: list[_Watcher], changes: int) -> Arrivals:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (arrived := sum(watcher.changes for watcher in watchers)) < changes:
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(0.02)
    return Arrivals(arrived, [latency for watcher in watchers for latency in watcher.take()])


def main() -> None:
    plan = msgspec.json.decode(sys.stdin.readline(), type=WatchPlan)
    if plan.processors:
        os.sched_setaffinity(0, plan.processors)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(watch(plan))
    os._exit(0)  # the end of the connections is no error then


if __name__ == "__main__":
    main()
