"""Offers to upgrade other than a WebSocket handshake are ignored, and the body is read (RFC 9110, section 7.8)."""

import json
import random
from collections.abc import Callable

import pytest

from tests.support.wire import dialing
from tests.system.http_edge.messages import (
    H2C,
    PAYLOAD,
    Frame,
    dry_run,
    dry_run_head,
    get,
    in_chunks,
    post_head,
    with_length,
)

BODY = json.dumps(PAYLOAD).encode()
OFFERS = {
    "h2c": H2C,
    "upper case": H2C.upper(),
    "list": b"Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n",
    "list with WebSocket first": b"Connection: Upgrade\r\nUpgrade: websocket, h2c\r\nSec-WebSocket-Key: AAAA\r\n",
    "several fields": b"Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: TLS/1.0\r\nUpgrade: websocket\r\n",
    "connection in two fields": b"Connection: keep-alive\r\nConnection: upgrade\r\nUpgrade: h2c\r\n",
    "proxy connection": b"Proxy-Connection: upgrade\r\nUpgrade: h2c\r\n",
    "WebSocket by POST": b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAA\r\n"
    b"Sec-WebSocket-Version: 13\r\n",
    "unknown protocol": b"Connection: Upgrade\r\nUpgrade: foo\r\n",
    "offer without Connection": b"Upgrade: h2c\r\n",
    "empty offer": b"Connection: Upgrade\r\nUpgrade:\r\n",
}


def one_packet(head: bytes, body: bytes) -> list[bytes]:
    return [head + body]


def body_later(head: bytes, body: bytes) -> list[bytes]:
    return [head, body]


def head_split(head: bytes, body: bytes) -> list[bytes]:
    middle = head.index(b"pgrade") + 3
    return [head[:middle], head[middle:] + body[:2], body[2:]]


def last_byte_later(head: bytes, body: bytes) -> list[bytes]:
    whole = head + body
    return [whole[:-1], whole[-1:]]


@pytest.mark.parametrize("split", [one_packet, body_later, last_byte_later])
@pytest.mark.parametrize("frame", [with_length, in_chunks])
@pytest.mark.parametrize("offer", OFFERS)
def test_offer_is_ignored(
    address: str,
    offer: str,
    frame: Frame,
    split: Callable[[bytes, bytes], list[bytes]],
) -> None:
    with dialing(address) as wire:
        wire.send(*split(*frame(dry_run_head(OFFERS[offer]), BODY)))
        assert wire.expect().json()["processInstance"]["variables"] == PAYLOAD
        assert wire.is_open()


@pytest.mark.parametrize("frame", [with_length, in_chunks])
def test_offer_in_a_split_header(address: str, frame: Frame) -> None:
    with dialing(address) as wire:
        wire.send(*head_split(*frame(dry_run_head(H2C), BODY)))
        assert wire.expect().json()["processInstance"]["variables"] == PAYLOAD


def test_offer_byte_by_byte(address: str) -> None:
    with dialing(address) as wire:
        for byte in dry_run(fields=H2C):
            wire.socket.sendall(bytes([byte]))
        assert wire.expect().json()["processInstance"]["variables"] == PAYLOAD
        assert wire.is_open()


@pytest.mark.parametrize("seed", range(10))
def test_offer_split_anywhere(address: str, seed: int) -> None:
    request = dry_run(fields=H2C) + get(b"/healthz", H2C)
    first, second = sorted(random.Random(seed).sample(range(1, len(request)), 2))
    with dialing(address) as wire:
        wire.send(request[:first], request[first:second], request[second:])
        assert wire.expect().json()["processInstance"]["variables"] == PAYLOAD
        assert wire.expect().json() == {"status": "ok"}


def test_pipelined_offers(address: str) -> None:
    with dialing(address) as wire:
        wire.send((dry_run(fields=H2C) + get(b"/healthz", H2C)) * 50)
        for _ in range(50):
            assert wire.expect().json()["processInstance"]["variables"] == PAYLOAD
            assert wire.expect().json() == {"status": "ok"}


def test_many_pipelined_offers(address: str) -> None:
    with dialing(address) as wire:
        wire.send(get(b"/healthz", b"Connection: upgrade\r\nUpgrade: a\r\n") * 2000)
        assert [wire.expect().json() for _ in range(2000)] == [{"status": "ok"}] * 2000


def test_offer_with_a_large_body(address: str) -> None:
    payload = {"text": "a" * 200_000}
    with dialing(address) as wire:
        wire.send(dry_run(payload, H2C))
        assert wire.expect().json()["processInstance"]["variables"] == payload


def test_offer_with_close(address: str) -> None:
    with dialing(address) as wire:
        wire.send(dry_run(fields=b"Connection: close, Upgrade\r\nUpgrade: h2c\r\n") + get())
        assert wire.statuses() == [200]


def test_offer_over_http_1_0(address: str) -> None:
    with dialing(address) as wire:
        wire.send(dry_run(fields=H2C).replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n"))
        assert [response.json()["processInstance"]["variables"] for response in wire.read_all()] == [PAYLOAD]


@pytest.mark.parametrize("frame", [with_length, in_chunks])
@pytest.mark.parametrize("split", [one_packet, body_later])
def test_body_is_no_request(
    address: str,
    frame: Frame,
    split: Callable[[bytes, bytes], list[bytes]],
) -> None:
    with dialing(address) as wire:
        wire.send(*split(*frame(post_head(b"/graphql", H2C), get(b"/metrics"))))
        assert "errors" in wire.expect(400).json()
        assert wire.is_open()
