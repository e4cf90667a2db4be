"""Chunked bodies whose framing is many times as large as their content."""

import json

import pytest

from tests.support.wire import dialing
from tests.system.http_edge.messages import PAYLOAD, dry_run_head, get, in_chunks

BODY = json.dumps(PAYLOAD).encode()
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


def test_one_byte_chunks(address: str) -> None:
    payload = {"text": "a" * 200_000}
    head, body = in_chunks(dry_run_head(), json.dumps(payload).encode(), size=1)
    with dialing(address) as wire:
        wire.send(head + body + get())
        assert wire.expect().json()["processInstance"]["variables"] == payload
        wire.expect()


def test_one_byte_chunks_leave_room_for_others(address: str) -> None:
    """A million chunks are a body of a million bytes; others are served before it is complete."""
    chunk = b"1\r\n \r\n"
    with dialing(address) as flood, dialing(address) as other:
        flood.send(dry_run_head() + CHUNKED + chunk * 500_000)
        assert other.is_open()
        flood.send(chunk * 499_000 + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY))
        assert other.is_open()
        assert flood.expect().json()["processInstance"]["variables"] == PAYLOAD


def test_more_one_byte_chunks_than_a_body_may_have(address: str) -> None:
    with dialing(address) as wire:
        wire.send_until_refused(dry_run_head() + CHUNKED + b"1\r\n \r\n" * 1_100_000)
        wire.expect(413)


@pytest.mark.parametrize(
    "chunks",
    [
        b"1;" + b"a" * 10_000_000,
        b"1;a=" + b"b" * 10_000_000,
        b'1;a="' + b"b" * 10_000_000,
        b"0" * 10_000_000,
        b"1;a=b;c=ddddddddddddd\r\n \r\n" * 400_000,
        b"000000000000001\r\n \r\n" * 500_000,
        b"1\r\n \r\n0;" + b"a" * 10_000_000,
    ],
    ids=["name", "value", "quoted value", "zeros", "small extensions", "padded sizes", "last chunk"],
)
def test_chunk_framing_is_bounded(address: str, chunks: bytes) -> None:
    with dialing(address) as wire:
        wire.send_until_refused(dry_run_head() + CHUNKED + chunks)
        wire.expect(431)


def test_small_extensions_are_accepted(address: str) -> None:
    chunks = b"".join(b"1;name=value;n2=%d\r\n%c\r\n" % (number, byte) for number, byte in enumerate(BODY))
    with dialing(address) as wire:
        wire.send(dry_run_head() + CHUNKED + chunks + b"0;last\r\n\r\n")
        assert wire.expect().json()["processInstance"]["variables"] == PAYLOAD
        assert wire.is_open()
