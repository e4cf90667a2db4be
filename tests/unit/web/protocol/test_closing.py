"""The end of a connection: in stages while the client may send, and by force if it does not read."""

import asyncio

import pytest
from starlette.types import Receive, Scope, Send

from bpmn_events.web.http.protocol.writing import WriteWatch
from tests.support.virtual_time import elapsed, in_virtual_time
from tests.unit.web.protocol.connection import Connection, FakeTransport, echo, respond, with_limits

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
CLOSE = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
GARBAGE = b"GARBAGE\r\n\r\n"


@in_virtual_time
async def test_refused_client_has_two_seconds() -> None:
    connection = Connection(echo)
    await connection.send(GARBAGE)
    assert connection.transport.has_written_eof
    await asyncio.sleep(1.9)
    assert not connection.transport.is_closing()
    await asyncio.sleep(0.2)
    assert connection.transport.is_closing()


@in_virtual_time
async def test_refused_client_may_send_16_mebibytes() -> None:
    connection = Connection(echo)
    await connection.send(GARBAGE, *[b"a" * 1_000_000] * 16)
    assert not connection.transport.is_closing()
    await connection.send(b"a" * 1_000_000)
    assert connection.transport.is_closing()


@in_virtual_time
async def test_last_response_closes_at_once_if_nothing_follows() -> None:
    connection = Connection(echo)
    await connection.send(CLOSE)
    assert connection.transport.is_closing()
    assert not connection.transport.has_written_eof


@pytest.mark.parametrize("rest", [GET, GARBAGE, b"\r\nG", b"G"])
@pytest.mark.parametrize("one_packet", [True, False])
def test_last_response_closes_in_stages_if_something_follows(rest: bytes, one_packet: bool) -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(1)
        await echo(scope, receive, send)

    @in_virtual_time
    async def send_more() -> None:
        connection = Connection(slow)
        await connection.send(*([CLOSE + rest] if one_packet else [CLOSE, rest]))
        await asyncio.sleep(1.5)
        assert connection.statuses == [200]
        assert not connection.transport.is_closing()
        assert connection.transport.has_written_eof

    send_more()


@in_virtual_time
async def test_unread_body_closes_in_stages() -> None:
    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(send, 413, b"too large", [(b"connection", b"close")])

    connection = Connection(refuse)
    await connection.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n", b"a" * 500_000)
    assert connection.statuses == [413]
    assert connection.transport.has_written_eof
    assert not connection.transport.is_closing()
    assert not connection.transport.is_paused
    await connection.send(b"a" * 400_000)
    assert not connection.transport.is_closing()


@in_virtual_time
async def test_failing_application_closes() -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        raise ValueError

    connection = Connection(fail)
    await connection.send(GET)
    assert connection.transport.is_closing()


@pytest.mark.parametrize(
    ("sizes", "seconds"),
    [
        ([100_000] * 9, 3),
        ([100_000, 90_000, 83_617], 3),
        ([100_000, 83_000, 60_000, 40_000, 40_000], 12),
        ([100, 100], 3),
        ([100_000, 50_000, 0], None),
    ],
    ids=["nothing", "too little", "at first", "rest", "everything"],
)
def test_client_that_does_not_read_is_cut_off(sizes: list[int], seconds: float | None) -> None:
    """``sizes`` are the sizes of the output that waits, after each period."""

    @in_virtual_time
    async def write() -> None:
        transport = FakeTransport()
        watch = WriteWatch(asyncio.get_running_loop(), transport, 3.0)
        transport.unread = sizes[0]
        watch.start()
        for size in sizes[1:]:
            await asyncio.sleep(2.9)
            transport.unread = size
            watch.start()  # which changes nothing
            await asyncio.sleep(0.1)
            if transport.is_aborted:
                break
        await asyncio.sleep(0.05)
        assert transport.is_aborted == (seconds is not None)
        if seconds is not None:
            assert elapsed() == pytest.approx(seconds, abs=0.2)

    write()


@in_virtual_time
async def test_watch_ends_with_the_output() -> None:
    connection = Connection(echo, state=with_limits(write_seconds=3.0, keep_alive_seconds=100))
    await connection.send(GET)
    connection.transport.unread = 100_000
    connection.protocol.pause_writing()
    await asyncio.sleep(2)
    connection.transport.unread = 0
    connection.protocol.resume_writing()
    await asyncio.sleep(20)
    assert not connection.transport.is_closing()


@in_virtual_time
async def test_closing_connection_is_watched_to_the_end() -> None:
    connection = Connection(echo, state=with_limits(write_seconds=3.0, keep_alive_seconds=1))
    await connection.send(GET)
    connection.transport.unread = 100_000
    connection.protocol.pause_writing()
    await asyncio.sleep(2)
    assert connection.transport.is_closing()
    connection.transport.unread = 10
    connection.protocol.resume_writing()
    await asyncio.sleep(2)
    assert not connection.transport.is_aborted
    await asyncio.sleep(2)
    assert connection.transport.is_aborted


@in_virtual_time
async def test_shutdown_watches_the_output() -> None:
    connection = Connection(echo, state=with_limits(write_seconds=3.0, keep_alive_seconds=100))
    await connection.send(GET)
    connection.transport.unread = 10
    connection.protocol.shutdown()
    await asyncio.sleep(4)
    assert connection.transport.is_aborted
