"""Bodies that the application reads in parts, and of which it may skip the rest, in virtual time."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Receive, Scope, Send

from bpmn_events.web.http.protocol.websocket import SKIP_INPUT, STREAM_INPUT
from tests.support.virtual_time import elapsed, in_virtual_time
from tests.unit.web.protocol.connection import Connection, parse_responses, respond, with_limits

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n%b\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
BODY_SECONDS, KEEP_ALIVE_SECONDS, WRITE_SECONDS = 6, 9, 7
PIECE = b"a" * 65_536


class Application:
    """An application that reads so many bytes of a streamed body, if there are so many, and responds.

    ``received`` has what it reads. Before its last byte, the response waits for ``proceed``.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.received = b""
        self.proceed = asyncio.Event()
        self.proceed.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            return await respond(send, 204, b"")
        scope["extensions"][STREAM_INPUT]()
        has_more = True
        while has_more and len(self.received) < self.size:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            self.received += message["body"]
            has_more = message["more_body"]
        scope["extensions"][SKIP_INPUT]()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"o", "more_body": True})
        await self.proceed.wait()
        return await send({"type": "http.response.body", "body": b"k"})


def connect(application: Application) -> Connection:
    limits = {"request_body_seconds": BODY_SECONDS, "keep_alive_seconds": KEEP_ALIVE_SECONDS}
    return Connection(application, state=with_limits(**limits, write_seconds=WRITE_SECONDS))


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def begin(application: Application, *chunks: bytes, fields: Sequence[bytes] = ()) -> Connection:
    connection = connect(application)
    await connection.send(HEAD % b"".join(fields))
    for data in chunks:
        await connection.send(chunk(data))
    return connection


@in_virtual_time
async def test_a_streamed_body_has_no_deadline() -> None:
    application = Application(10)
    connection = await begin(application)
    for byte in b"abcdefghi":
        await asyncio.sleep(1_000)
        await connection.send(chunk(bytes([byte])))
    assert connection.transport.output == b""
    await connection.send(chunk(b""))
    assert connection.responses == [(200, b"ok")]
    assert application.received == b"abcdefghi"
    await connection.transport.ended.wait()
    assert elapsed() == pytest.approx(9_000 + KEEP_ALIVE_SECONDS, abs=0.2)


@in_virtual_time
async def test_the_rest_is_skipped_and_the_connection_goes_on() -> None:
    connection = await begin(Application(1), b"a")
    for _ in range(200):  # 13 MB
        await connection.send(chunk(PIECE))
        await asyncio.sleep(1)
    assert connection.responses == [(200, b"ok")]
    await connection.send(chunk(b"") + GET)
    assert connection.statuses == [200, 204]
    assert not connection.transport.is_closing()


@in_virtual_time
async def test_the_rest_is_skipped_before_the_response_is_complete() -> None:
    application = Application(1)
    application.proceed.clear()
    connection = await begin(application, b"a", *[PIECE] * 100)
    assert not connection.transport.is_paused
    await connection.send(chunk(b""))
    application.proceed.set()
    await connection.settle()
    assert connection.responses == [(200, b"ok")]
    assert application.received == b"a"


@pytest.mark.parametrize("rest", [b"", GET, b"GARBAGE"])
def test_the_last_connection_of_a_client_ends_after_the_body(rest: bytes) -> None:
    @in_virtual_time
    async def end_after_the_body() -> None:
        connection = await begin(Application(1), b"a", PIECE, fields=[b"Connection: close\r\n"])
        assert connection.responses == [(200, b"ok")]
        assert not connection.transport.ended.is_set()
        await connection.send(chunk(b"") + rest)
        assert connection.transport.ended.is_set()
        await asyncio.sleep(3)
        assert connection.transport.is_closing()
        assert connection.statuses == [200]

    end_after_the_body()


@in_virtual_time
async def test_a_shutdown_lets_a_client_send_the_rest() -> None:
    connection = await begin(Application(1), b"a")
    connection.protocol.shutdown()
    await connection.send(chunk(PIECE))
    assert not connection.transport.ended.is_set()
    await connection.send(chunk(b""))
    assert connection.transport.ended.is_set()


@pytest.mark.parametrize(("read_bytes", "end"), [(1, 2), (2, 3)])
def test_a_shutdown_waits_only_a_short_time_for_the_rest(read_bytes: int, end: float) -> None:
    """The body is skipped before the shutdown, or after it."""

    @in_virtual_time
    async def shut_down() -> None:
        connection = await begin(Application(read_bytes), b"a")
        connection.protocol.shutdown()
        await asyncio.sleep(1)
        await connection.send(chunk(b"b"))
        await connection.transport.ended.wait()
        assert elapsed() == pytest.approx(end, abs=0.2)
        assert connection.responses == [(200, b"ok")]

    shut_down()


@in_virtual_time
async def test_a_client_that_stops_is_ended() -> None:
    await (await begin(Application(1), b"a", *[PIECE] * 10)).transport.ended.wait()
    assert elapsed() == pytest.approx(BODY_SECONDS, abs=0.2)


@in_virtual_time
async def test_a_client_that_sends_slowly_is_ended() -> None:
    connection = await begin(Application(1), b"a")
    while not connection.transport.ended.is_set():
        await connection.send(chunk(b"b" * 100))
        await asyncio.sleep(1)
    assert elapsed() == pytest.approx(BODY_SECONDS, abs=2)
    assert parse_responses(connection.transport.output) == [(200, b"ok")]


@in_virtual_time
async def test_a_client_without_an_end_is_ended() -> None:
    connection = await begin(Application(1), b"a")
    sent = 0
    while not connection.transport.ended.is_set():
        await connection.send(chunk(PIECE * 16))
        sent += 16 * len(PIECE)
    assert sent == pytest.approx(268_435_456, rel=0.01)


@in_virtual_time
async def test_a_client_without_an_end_has_to_read_first() -> None:
    """The server stops reading until its response is complete, and cuts off a client that does not read."""
    application = Application(1)
    application.proceed.clear()
    connection = await begin(application, b"a")
    connection.protocol.pause_writing()
    connection.transport.unread = 1_000_000
    while not connection.transport.is_paused:
        connection.protocol.data_received(chunk(PIECE * 16))
        await connection.settle()
    assert not connection.transport.is_closing()
    await connection.transport.ended.wait()
    assert connection.transport.is_aborted
    assert elapsed() == pytest.approx(WRITE_SECONDS, abs=0.2)


@in_virtual_time
async def test_a_connection_that_is_lost_has_no_deadline() -> None:
    application = Application(10)
    connection = await begin(application, b"a")
    connection.protocol.connection_lost(None)
    connection.protocol.skip_input()
    await asyncio.sleep(100)
    assert not [timer for timer in asyncio.get_running_loop()._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
