"""The length of a body is unambiguous, and trailers are no header fields (RFC 9112, sections 6 and 7)."""

import json

import pytest

from tests.api.tokens import token
from tests.support.wire import dialing
from tests.system.http_edge.messages import PAYLOAD, dry_run_head, get, in_chunks, post_head

VIEWER = b'{"query": "{ viewer { __typename } }"}'
HEAD = post_head(b"/graphql")


def with_fields(fields: bytes, body: bytes) -> bytes:
    return HEAD + fields + b"\r\n" + body


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (with_fields(b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", b"0\r\n\r\n"), 400),
        (with_fields(b"Content-Length: 3\r\nContent-Length: 4\r\n", b"abcd"), 400),
        (with_fields(b"Content-Length: 3, 3\r\n", b"abc"), 400),
        (with_fields(b"Content-Length: +3\r\n", b"abc"), 400),
        (with_fields(b"Content-Length: -3\r\n", b"abc"), 400),
        (with_fields(b"Content-Length: 0x3\r\n", b"abc"), 400),
        (with_fields(b"Content-Length: 99999999999999999999\r\n", b"abc"), 400),
        (with_fields(b"Content-Length: \r\n", b"abc"), 400),
        (with_fields(b"Content-Length : 3\r\n", b"abc"), 400),
        (with_fields(b"Transfer-Encoding: gzip\r\n", b"abc"), 501),
        (with_fields(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"), 501),
        (with_fields(b"Transfer-Encoding: identity\r\n", b"abc"), 501),
        (with_fields(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"), 501),
        (with_fields(b"Transfer-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"), 501),
        (with_fields(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding: chunked, chunked\r\n", b"0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n").replace(b"/1.1", b"/1.0"), 400),
        (with_fields(b"Transfer-Encoding: chunked\r\n", b"-1\r\na\r\n0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding: chunked\r\n", b"0x1\r\na\r\n0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding: chunked\r\n", b"1 \r\na\r\n0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding: chunked\r\n", b"1\r\nab\r\n0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding: chunked\r\n", b"1\r\na0\r\n\r\n"), 400),
        (with_fields(b"Transfer-Encoding: chunked\r\n", b"1\na\n0\n\n"), 400),
        (with_fields(b"Transfer-Encoding: chunked\r\n", b"fffffffffffffffff\r\na"), 400),
        (with_fields(b"Transfer-Encoding: chunked\r\n", b"\r\n\r\n"), 400),
    ],
    ids=lambda value: value[len(HEAD) : len(HEAD) + 60] if isinstance(value, bytes) else str(value),
)
def test_faulty_framing_is_refused(address: str, request_: bytes, status: int) -> None:
    with dialing(address) as wire:
        wire.send(request_ + get())
        assert wire.statuses() == [status]


@pytest.mark.parametrize("coding", [b"chunked", b"Chunked", b"CHUNKED", b"  chunked"])
def test_chunked_is_accepted(address: str, coding: bytes) -> None:
    body = b"%x;name=value\r\n%s\r\n000\r\n\r\n" % (len(VIEWER), VIEWER)
    with dialing(address) as wire:
        wire.send(with_fields(b"Transfer-Encoding: %s\r\n" % coding, body))
        assert wire.expect().json() == {"data": {"viewer": {"__typename": "UnauthorizedError"}}}
        assert wire.is_open()


@pytest.mark.parametrize("one_by_one", [True, False])
def test_credential_in_trailers_is_ignored(address: str, one_by_one: bool) -> None:
    trailers = f"Authorization: Bearer {token()}\r\nHost: y\r\nExpect: 100-continue\r\n".encode()
    head, body = in_chunks(HEAD + b"Trailer: Authorization\r\n", VIEWER, trailers=trailers)
    with dialing(address) as wire:
        wire.send(*([head, body[:-20], body[-20:]] if one_by_one else [head + body]))
        assert wire.expect().json() == {"data": {"viewer": {"__typename": "UnauthorizedError"}}}
        assert wire.is_open()


@pytest.mark.parametrize(
    "trailers",
    [b"X: a\r\n" * 300, b"X: a\r\n" * 1_000_000, b"X: " + b"a" * 10_000_000 + b"\r\n"],
    ids=["many in one packet", "endless", "one large"],
)
def test_large_trailers_are_refused(address: str, trailers: bytes) -> None:
    head, body = in_chunks(dry_run_head(), json.dumps(PAYLOAD).encode(), trailers=trailers)
    with dialing(address) as wire:
        wire.send_until_refused(head + body)
        wire.expect(431)


def test_large_trailers_behind_a_large_body_are_refused(address: str) -> None:
    body = json.dumps({"text": "a" * 200_000}).encode()
    head, coded = in_chunks(dry_run_head(), body, size=50_000, trailers=b"X: " + b"a" * 1_000_000)
    with dialing(address) as wire:
        wire.send_until_refused(head + coded)
        wire.expect(431)
