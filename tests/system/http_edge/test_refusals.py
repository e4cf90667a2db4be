"""A client can read its refusal although it is still sending (RFC 9112, section 9.6)."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.support.wire import Wire, dialing
from tests.system.http_edge.messages import CLOSE, dry_run, dry_run_head, get, post_head

LARGE = b"a" * 50_000_000
SMALL = b"a" * 600_000


@contextmanager
def sending(wire: Wire, data: bytes) -> Iterator[None]:
    """Send in the background what the server accepts."""
    sender = threading.Thread(target=wire.send_until_refused, args=[data])
    sender.start()
    yield
    with suppress(OSError):  # the server has ended the connection already
        wire.socket.shutdown(socket.SHUT_RDWR)
    sender.join()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (dry_run_head(b"Content-Length: 50000000\r\n\r\n"), 413),
        (dry_run_head(CLOSE + b"Content-Length: 50000000\r\n\r\n"), 413),
        (dry_run_head(b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 50000000\r\n\r\n"), 413),
        (post_head(b"/graphql", b"Content-Length: 50000000\r\n\r\n"), 413),
        (post_head(b"/graphql", b"Authorization: Bearer x\r\nContent-Length: 50000000\r\n\r\n"), 401),
        (post_head(b"/messages/m/trigger", b"Authorization: Bearer x\r\nContent-Length: 50000000\r\n\r\n"), 401),
        (post_head(b"/nowhere", b"Content-Length: 50000000\r\n\r\n"), 404),
        (post_head(b"/graphql", b"Host: y\r\nContent-Length: 50000000\r\n\r\n"), 400),
        (post_head(b"/graphql", b"Transfer-Encoding: gzip\r\n\r\n"), 501),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", 431),
        (b"GET /", 414),
        (b"!", 400),
    ],
    ids=lambda value: value[:70] if isinstance(value, bytes) else str(value),
)
@pytest.mark.parametrize("body", [SMALL, LARGE], ids=["600 kB", "50 MB"])
def test_response_is_readable_while_the_client_sends(address: str, head: bytes, status: int, body: bytes) -> None:
    with dialing(address) as wire, sending(wire, head + body):
        response = wire.expect(status)
        assert len(response.body) == int(response.headers["content-length"])


def test_response_to_a_long_chunk_is_readable(address: str) -> None:
    head = dry_run_head(b"Transfer-Encoding: chunked\r\n\r\n2faf080\r\n")
    with dialing(address) as wire, sending(wire, head + LARGE):
        wire.expect(413)


@pytest.mark.parametrize("head", [dry_run_head(b"Content-Length: 10000000\r\n\r\n"), b"GET /"])
def test_response_is_readable_after_everything_was_sent(address: str, head: bytes) -> None:
    """The client reads only after it has sent all of a request that the server has refused meanwhile."""
    with dialing(address) as wire:
        wire.send(head + b"a" * 10_000_000)
        assert wire.statuses() in ([413], [414])


def test_unread_body_does_not_end_the_connection(address: str) -> None:
    """A small body that the application does not read is skipped, and the next request is served."""
    with dialing(address) as wire:
        wire.send(post_head(b"/nowhere", b"Content-Length: 300000\r\n\r\n") + b"a" * 300_000 + get())
        wire.expect(404)
        wire.expect()


def test_nothing_after_the_last_request_is_executed(address: str) -> None:
    with dialing(address) as wire:
        wire.send(get(fields=CLOSE) + get() + dry_run())
        assert wire.statuses() == [200]


def test_nothing_after_a_refusal_is_executed(address: str) -> None:
    with dialing(address) as wire:
        wire.send(b"GARBAGE\r\n\r\n" + get())
        assert wire.statuses() == [400]


def test_client_that_closes_while_it_is_refused(address: str) -> None:
    for _ in range(20):
        with dialing(address) as wire:
            wire.send(b"GARBAGE\r\n\r\n")
    with dialing(address) as wire:
        assert wire.is_open()


def test_refused_clients_leave_nothing_behind(address: str) -> None:
    """Hundreds of refusals do not use up the connections."""

    async def refuse(number: int) -> None:
        await asyncio.to_thread(_refuse, address)

    async def refuse_all() -> None:
        await asyncio.gather(*map(refuse, range(300)))

    asyncio.run(refuse_all())
    with dialing(address) as wire:
        assert wire.is_open()


def _refuse(address: str) -> None:
    with dialing(address) as wire:
        wire.send(b"GET /healthz HTTP/1.1\r\n\r\n")
        wire.expect(400)


def test_json_errors_of_the_application_stay(address: str) -> None:
    with dialing(address) as wire:
        wire.send(dry_run([]))
        assert json.loads(wire.expect(400).body)["code"] == "INVALID_PAYLOAD"
        assert wire.is_open()
