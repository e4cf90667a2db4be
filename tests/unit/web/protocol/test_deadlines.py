"""Deadlines in virtual time, where they are exact."""

import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from tests.support.virtual_time import elapsed, in_virtual_time
from tests.unit.web.protocol.connection import Connection, echo, respond, with_limits

LIMITS = {"keep_alive_seconds": 4, "request_head_seconds": 5.0, "request_body_seconds": 6.0}
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"


async def respond_after_a_minute(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(60)
    await respond(send, 200, b"late")


def connect(app: Any = echo) -> Connection:
    return Connection(app, state=with_limits(**LIMITS))


async def wait_for_the_end(connection: Connection) -> float:
    """Return the time at which the server ends the connection."""
    await connection.transport.ended.wait()
    return elapsed()


@in_virtual_time
async def test_silent_connection_is_closed_after_the_idle_time() -> None:
    connection = connect()
    assert await wait_for_the_end(connection) == pytest.approx(4, abs=0.2)
    assert connection.transport.output == b""


@in_virtual_time
async def test_idle_connection_is_closed_after_the_idle_time() -> None:
    connection = connect()
    for _ in range(5):
        await asyncio.sleep(3)
        await connection.send(GET)
    assert connection.statuses == [200] * 5
    assert await wait_for_the_end(connection) == pytest.approx(15 + 4, abs=0.2)


@in_virtual_time
async def test_idle_time_does_not_end_a_slow_response() -> None:
    connection = connect(respond_after_a_minute)
    await connection.send(GET)
    assert await wait_for_the_end(connection) == pytest.approx(60 + 4, abs=0.2)
    assert connection.statuses == [200]


@in_virtual_time
async def test_header_has_its_time_from_the_first_byte() -> None:
    connection = connect()
    await connection.send(GET)
    await asyncio.sleep(3)
    for byte in GET[:-1]:
        await connection.send(bytes([byte]))
        await asyncio.sleep(0.01)
    assert await wait_for_the_end(connection) == pytest.approx(3 + 5, abs=0.2)
    assert connection.statuses == [200, 408]


@pytest.mark.parametrize(("received", "seconds"), [(0, 6), (1, 6), (1_024, 7), (10_240, 16)])
def test_body_has_a_second_more_for_each_kib(received: int, seconds: float) -> None:
    @in_virtual_time
    async def receive_a_part() -> None:
        connection = connect()
        await connection.send(POST % 1_000_000)
        await asyncio.sleep(1)
        await connection.send(b"a" * received)
        assert await wait_for_the_end(connection) == pytest.approx(seconds, abs=0.2)
        assert connection.statuses == [408]

    receive_a_part()


@in_virtual_time
async def test_each_part_has_its_own_time() -> None:
    connection = connect()
    await connection.send(GET[:10])
    await asyncio.sleep(4)
    await connection.send(GET[10:] + POST[:10])
    await asyncio.sleep(4)
    await connection.send(POST[10:] % 2 + b"a")
    await asyncio.sleep(5)
    await connection.send(b"b")
    assert connection.statuses == [200, 200]
    assert await wait_for_the_end(connection) == pytest.approx(13 + 4, abs=0.2)


@in_virtual_time
async def test_late_request_waits_for_earlier_responses() -> None:
    connection = connect(respond_after_a_minute)
    await connection.send(GET + GET[:10])
    assert await wait_for_the_end(connection) == pytest.approx(60, abs=0.2)
    assert connection.statuses == [200, 408]


@in_virtual_time
async def test_blank_lines_do_not_extend_the_time() -> None:
    connection = connect()
    await connection.send(GET)
    while not connection.transport.ended.is_set():
        await connection.send(b"\r\n")
        await asyncio.sleep(0.1)
    assert elapsed() == pytest.approx(5, abs=0.2)
    assert connection.statuses == [200]


@in_virtual_time
async def test_blank_lines_during_a_response() -> None:
    connection = connect(respond_after_a_minute)
    await connection.send(GET + b"\r\n", b"\r\n")
    assert await wait_for_the_end(connection) == pytest.approx(60 + 4, abs=0.2)
    assert connection.statuses == [200]


@in_virtual_time
async def test_unread_body_has_its_time_too() -> None:
    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(send, 401, b"")

    connection = connect(refuse)
    await connection.send(POST % 100)
    assert connection.statuses == [401]
    assert await wait_for_the_end(connection) == pytest.approx(6, abs=0.2)
    assert connection.statuses == [401]


@in_virtual_time
async def test_client_is_not_late_if_the_server_does_not_read() -> None:
    async def read_after_a_minute(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(60)
        await echo(scope, receive, send)

    connection = connect(read_after_a_minute)
    await connection.send(POST % 100_001 + b"a" * 100_000)
    assert connection.transport.is_paused
    await asyncio.sleep(61)
    assert not connection.transport.is_paused
    await connection.send(b"b")
    assert connection.statuses == [200]


@pytest.mark.parametrize("arrives", [True, False])
def test_busy_server_reads_before_it_refuses(arrives: bool) -> None:
    """What arrives while the server is busy counts as in time, although the server reads it late."""

    @in_virtual_time
    async def be_busy() -> None:
        connection = connect()
        await connection.send(GET[:10])
        await asyncio.sleep(1)
        asyncio.get_running_loop()._virtual_selector.now += 30  # type: ignore[attr-defined]
        await asyncio.sleep(0.1)
        if arrives:
            await connection.send(GET[10:])
            assert connection.statuses == [200]
        else:
            assert await wait_for_the_end(connection) == pytest.approx(32, abs=0.2)
            assert connection.statuses == [408]

    be_busy()


@in_virtual_time
async def test_lost_connection_leaves_no_timer() -> None:
    for data in (b"", GET, GET[:10], POST % 10, b"GARBAGE\r\n\r\n", GET + b"\r\n"):
        connection = connect()
        await connection.send(data)
        connection.protocol.connection_lost(None)
        before = connection.transport.output
        await asyncio.sleep(100)
        assert connection.transport.output == before
    assert not [timer for timer in asyncio.get_running_loop()._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
