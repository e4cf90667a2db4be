"""Slow requests are refused, and idle connections are closed."""

import asyncio
import json
import time
from collections.abc import Iterator
from functools import partial

import pytest

from tests.support.server import ServerProcess, running
from tests.support.wire import Wire, dialing
from tests.system.http_edge.conftest import start_case
from tests.system.http_edge.messages import Frame, dry_run_head, get, in_chunks, post_head, with_length

HEAD = get()[:-2]
# A client that sends a byte at a time gives up after this many, which takes much longer than the deadline.
MANY = 600
PAUSE_SECONDS = 0.05


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a server with short deadlines."""
    settings = {"REQUEST_HEAD_SECONDS": "1", "REQUEST_BODY_SECONDS": "1", "KEEP_ALIVE_SECONDS": "1"}
    with running(ServerProcess(tmp_path_factory.mktemp("deadlines"), settings=settings)) as server:
        asyncio.run(start_case(server.address))
        yield server.address


def drip(wire: Wire, data: bytes) -> int:
    """Send the data over and over, in one packet after another, until the server responds. Return how often."""
    wire.socket.setblocking(False)
    for count in range(MANY):
        wire.send_until_refused(data)
        time.sleep(PAUSE_SECONDS)
        try:
            wire.socket.recv(1, 2)  # MSG_PEEK
        except BlockingIOError:
            continue
        wire.socket.setblocking(True)
        return count
    raise AssertionError("the server does not end the connection")


@pytest.mark.parametrize(
    "fields",
    [
        b"",
        b"Content-Length: 100\r\n\r\nabc",
        b"Content-Length: 100\r\nExpect: 100-continue\r\n\r",
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n",
        b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 100\r\n\r\nabc",
    ],
)
def test_unfinished_trigger_is_refused(address: str, fields: bytes) -> None:
    refuse_unfinished(address, dry_run_head(fields))


@pytest.mark.parametrize("start", [b"G", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: a", HEAD])
def test_unfinished_request_is_refused(address: str, start: bytes) -> None:
    refuse_unfinished(address, start)


def refuse_unfinished(address: str, start: bytes) -> None:
    with dialing(address) as wire:
        wire.send(start)
        response = wire.expect(408)
        assert response.headers["connection"] == "close"
        assert response.json()["code"] == "REQUEST_TIMEOUT"
        assert wire.read() is None


@pytest.mark.parametrize(
    ("start", "bit"),
    [
        (HEAD + b"X: ", b"a"),
        (HEAD, b"X: a\r\n"),
        (b"GET /", b"a"),
        (dry_run_head(b"Content-Length: 100000\r\n\r\n"), b" "),
        (dry_run_head(b"Transfer-Encoding: chunked\r\n\r\n"), b"1\r\n \r\n"),
        (dry_run_head(b"Transfer-Encoding: chunked\r\n\r\n1;"), b"a"),
        (dry_run_head(b"Transfer-Encoding: chunked\r\n\r\n0\r\n"), b"X: a\r\n"),
    ],
    ids=["field", "fields", "target", "body", "chunks", "extension", "trailers"],
)
def test_more_bytes_do_not_extend_the_deadline(address: str, start: bytes, bit: bytes) -> None:
    with dialing(address) as wire:
        wire.send(start)
        assert drip(wire, bit) > 0
        wire.expect(408)


def test_blank_lines_do_not_keep_a_connection(address: str) -> None:
    with dialing(address) as wire:
        wire.send(get())
        wire.expect()
        assert drip(wire, b"\r\n") > 0
        assert wire.read() is None


def test_late_request_after_others(address: str) -> None:
    with dialing(address) as wire:
        wire.send(get() + get() + HEAD)
        assert wire.statuses() == [200, 200, 408]


def test_silent_connection_is_closed(address: str) -> None:
    with dialing(address) as wire:
        assert wire.read() is None


def test_idle_connection_is_closed(address: str) -> None:
    with dialing(address) as wire:
        wire.send(get())
        assert wire.statuses() == [200]


def test_idle_time_begins_after_an_unread_body(address: str) -> None:
    with dialing(address) as wire:
        wire.send(post_head(b"/nowhere", b"Content-Length: 5\r\n\r\n"), b"hel")
        wire.expect(404)
        wire.send(b"lo")
        assert wire.is_open()
        assert wire.read() is None


def test_requests_extend_the_idle_time(address: str) -> None:
    """Each of these requests comes in good time, and all together take longer than the idle time."""
    with dialing(address) as wire:
        for _ in range(15):
            assert wire.is_open()
            time.sleep(0.2)


@pytest.mark.parametrize("frame", [with_length, partial(in_chunks, size=10_000)], ids=["length", "chunks"])
def test_large_body_may_take_longer(address: str, frame: Frame) -> None:
    """Each kB adds a second, so this body may take longer than a small one."""
    body = json.dumps({"text": "a" * 200_000}).encode()
    head, coded = frame(dry_run_head(), body)
    with dialing(address) as wire:
        wire.send(head)
        for start in range(0, len(coded), 16_384):
            wire.send(coded[start : start + 16_384])
            time.sleep(0.2)
        assert wire.expect().json()["processInstance"]["variables"] == json.loads(body)


def test_request_in_time_leaves_no_deadline(address: str) -> None:
    """The deadline of a slow request does not end the next ones."""
    with dialing(address) as wire:
        wire.send(HEAD)
        time.sleep(0.5)
        wire.send(b"\r\n")
        wire.expect()
        for _ in range(5):
            time.sleep(0.3)
            assert wire.is_open()
