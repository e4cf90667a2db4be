"""Pipelined requests are answered in their order (RFC 9112, section 9.3.2)."""

import threading

import pytest

from tests.support.wire import dialing
from tests.system.http_edge.messages import PAYLOAD, dry_run, get, post_head

MANY = 5_000


def test_answers_come_in_order(address: str) -> None:
    with dialing(address) as wire:
        sender = threading.Thread(target=wire.send, args=[b"".join(get(b"/nowhere/%d" % n) for n in range(MANY))])
        sender.start()
        details = [wire.expect(404).json()["detail"] for _ in range(MANY)]
        sender.join()
    assert details == [f"There is nothing at /nowhere/{number}." for number in range(MANY)]


def test_flood_is_answered_without_reading_all_of_it(address: str) -> None:
    """A client that sends requests and reads nothing is stopped by flow control."""
    with dialing(address) as flood, dialing(address) as other:
        flood.socket.settimeout(2)
        with pytest.raises(TimeoutError):
            flood.socket.sendall(get(b"/openapi.json") * 1_000_000)
        assert other.is_open()


def test_mixed_requests(address: str) -> None:
    with dialing(address) as wire:
        wire.send(get() + dry_run() + post_head(b"/nowhere", b"Content-Length: 3\r\n\r\nabc") + dry_run() + get())
        wire.expect()
        assert wire.expect().json()["processInstance"]["variables"] == PAYLOAD
        wire.expect(404)
        assert wire.expect().json()["processInstance"]["variables"] == PAYLOAD
        wire.expect()


@pytest.mark.parametrize(
    ("faulty", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (get(fields=b"X: a\r\n" * 300), 431),
        (get(b"/" + b"a" * 20_000), 414),
        (post_head(b"/", b"Transfer-Encoding: gzip\r\n\r\n"), 501),
        (post_head(b"/graphql", b"Transfer-Encoding: chunked\r\n\r\nx"), 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", 408),
    ],
    ids=lambda value: value[:50] if isinstance(value, bytes) else str(value),
)
def test_refusal_comes_after_earlier_answers(address: str, faulty: bytes, status: int) -> None:
    with dialing(address) as wire:
        wire.send(dry_run() + get() + faulty)
        assert wire.statuses() == [200, 200, status]
