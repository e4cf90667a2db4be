"""Large packets are parsed in turns, and what waits is bounded."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from tests.unit.web.protocol.connection import Connection, echo, respond

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


async def respond_at_once(scope: Scope, receive: Receive, send: Send) -> None:
    await respond(send, 200, b"")


async def test_others_run_between_the_turns() -> None:
    """A quarter of a megabyte of one-byte chunks takes at least four turns."""
    connection = Connection(respond_at_once)
    seen: list[int] = []
    connection.protocol.data_received(CHUNKED + b"1\r\na\r\n" * 43_000)
    for _ in range(5):
        seen.append(connection.protocol.data_bytes)
        await asyncio.sleep(0)
    assert seen[0] > 0
    assert max(after - before for before, after in zip([0, *seen], seen, strict=False)) <= 65_536 // 6 + 2
    await connection.settle()
    assert connection.protocol.data_bytes == 43_000


async def test_body_that_is_not_read_stops_the_input() -> None:
    waiting = asyncio.Event()

    async def read_later(scope: Scope, receive: Receive, send: Send) -> None:
        await waiting.wait()
        await echo(scope, receive, send)

    connection = Connection(read_later)
    connection.protocol.data_received(POST % 300_000 + b"a" * 200_000)
    await connection.settle()
    assert connection.transport.is_paused
    assert len(connection.protocol.cycle.body) <= 2 * 65_536
    waiting.set()
    await connection.send(b"a" * 100_000)
    await connection.settle()
    assert connection.responses == [(200, b"POST / 2 " + b"a" * 300_000)]
    assert not connection.transport.is_paused


async def test_body_that_is_never_read_is_skipped() -> None:
    connection = Connection(respond_at_once)
    await connection.send(POST % 300_000 + b"a" * 200_000, b"a" * 100_000 + GET)
    await connection.settle()
    assert connection.statuses == [200, 200]
    assert not connection.transport.ended.is_set()


async def test_unread_body_without_end_ends_the_connection() -> None:
    connection = Connection(respond_at_once)
    await connection.send(POST % 9_000_000, *[b"a" * 100_000] * 12)
    assert connection.statuses == [200]
    assert connection.transport.has_written_eof


@pytest.mark.parametrize("size", [1, 50, 256_000])
async def test_few_pipelined_requests_wait(size: int) -> None:
    """However they arrive, only as many requests are taken as a slice of 8 KiB holds."""
    most = 0

    async def count(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal most
        most = max(most, len(connection.protocol.pipeline))
        await respond(send, 200, b"")

    connection = Connection(count)
    stream = GET * (300 if size == 1 else 10_000)
    await connection.send(*(stream[start : start + size] for start in range(0, len(stream), size)))
    while connection.transport.output.count(b"HTTP/1.1 200 OK") < len(stream) // len(GET):
        await connection.settle()
    assert most <= 8_192 // len(GET) + 1
    assert not connection.transport.is_paused


async def test_application_that_reads_does_not_let_more_requests_in() -> None:
    """The first application waits for its body, which is complete, while other requests wait behind it."""
    waiting = asyncio.Event()

    async def read_twice(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await waiting.wait()
        await respond(send, 200, b"")

    connection = Connection(read_twice)
    await connection.send(POST % 3 + b"abc" + GET)
    assert connection.transport.is_paused
    waiting.set()
    await connection.settle()
    assert connection.statuses == [200, 200]
    assert not connection.transport.is_paused
