"""The responses to a stream of requests are the same, however the stream is cut into packets."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.web.protocol.connection import Connection, echo

OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQBAAAAAAIAAAAA\r\n"


def post(body: bytes, fields: bytes = b"", path: bytes = b"/p") -> bytes:
    return b"POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s" % (path, fields, len(body), body)


def chunked(*chunks: bytes, fields: bytes = b"", trailers: bytes = b"") -> bytes:
    coded = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    head = b"POST /c HTTP/1.1\r\nHost: x\r\n%sTransfer-Encoding: chunked\r\n\r\n" % fields
    return b"%s%s0\r\n%s\r\n" % (head, coded, trailers)


def get(path: bytes = b"/g", fields: bytes = b"", version: bytes = b"1.1") -> bytes:
    return b"GET %s HTTP/%s\r\nHost: x\r\n%s\r\n" % (path, version, fields)


REQUESTS = {
    "plain": post(b'{"amount": 5}'),
    "chunked": chunked(b'{"amo', b'unt": 5}'),
    "trailers": chunked(b"a", trailers=b"Authorization: Bearer x\r\nHost: y\r\n"),
    "extensions": b"POST /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\nz\r\n0;c\r\n\r\n",
    "get": get(b"/1?a=b"),
    "absolute": get(b"http://other:80/a?b"),
    "absolute without a path": get(b"http://other"),
    "h2c": post(b"with offer", OFFER),
    "h2c chunked": chunked(b"with", b" offer", fields=OFFER),
    "h2c without a body": get(b"/h", OFFER),
    "several offers": post(b"many", b"Connection: upgrade\r\nUpgrade: h2c, websocket\r\nUpgrade: TLS/1.0\r\n"),
    "websocket offered by POST": post(b"ws", b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n"),
    "body like a request": post(get(b"/smuggled"), OFFER),
    "blank lines": b"\r\n\r\n" + get(b"/b"),
    "large": post(b"a" * 20_000),
    "many fields": get(b"/f", b"".join(b"X-%d: a\r\n" % number for number in range(150))),
}
ENDINGS = {
    "nothing": b"",
    "close": get(b"/last", b"Connection: close\r\n") + get(b"/never"),
    "old version": get(b"/last", version=b"1.0") + get(b"/never"),
    "old version kept alive": get(b"/last", b"Connection: keep-alive\r\n", b"1.0") + b"GARBAGE\r\n\r\n",
    "garbage": b"GARBAGE\r\n\r\n",
    "garbage after close": get(b"/last", b"Connection: close\r\n") + b"GARBAGE\r\n\r\n",
    "two hosts": get(b"/two", b"Host: y\r\n") + get(b"/never"),
    "too many fields": get(b"/f", b"X: a\r\n" * 250) + get(b"/never"),
    "large header": get(b"/f", b"X: " + b"a" * 70_000 + b"\r\n") + get(b"/never"),
    "long target": get(b"/" + b"a" * 20_000) + get(b"/never"),
    "bad chunk": chunked(b"a")[:-5] + b"zz\r\n",
    "unknown coding": get(b"/t", b"Transfer-Encoding: gzip, chunked\r\n") + b"0\r\n\r\n",
    "old version with coding": get(b"/t", b"Transfer-Encoding: chunked\r\n", b"1.0") + b"0\r\n\r\n",
    "connect": b"CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n",
    "other version": get(version=b"2.0"),
    "too many trailers": chunked(b"a", trailers=b"X: a\r\n" * 250) + get(b"/never"),
    "long trailer": chunked(b"a", trailers=b"X: " + b"a" * 40_000 + b"\r\n") + get(b"/never"),
}


async def exchange(packets: Sequence[bytes], pauses: Sequence[bool]) -> tuple[list[tuple[int, bytes]], bool]:
    """Return the responses to the packets, and whether the connection ends. Pause after some of the packets."""
    connection = Connection(echo)
    for packet, pause in zip(packets, pauses, strict=True):
        if pause:
            await connection.send(packet)
        elif not connection.transport.is_paused and not connection.transport.is_closing():
            connection.protocol.data_received(packet)
        else:
            await connection.send(packet)
    await connection.settle()
    responses = connection.responses
    ends = connection.transport.ended.is_set()
    connection.protocol.connection_lost(None)
    return responses, ends


def cut(stream: bytes, positions: Sequence[int]) -> list[bytes]:
    ends = sorted({position % (len(stream) + 1) for position in positions} | {len(stream)})
    starts = [0, *ends[:-1]]
    return [packet for start, end in zip(starts, ends, strict=True) if (packet := stream[start:end])]


STREAMS = st.tuples(
    st.lists(st.sampled_from(sorted(REQUESTS)), min_size=1, max_size=4), st.sampled_from(sorted(ENDINGS))
)


def build(names: Sequence[str], ending: str) -> bytes:
    return b"".join(REQUESTS[name] for name in names) + ENDINGS[ending]


@given(STREAMS, st.lists(st.integers(0, 1_000_000), max_size=12), st.lists(st.booleans(), min_size=13, max_size=13))
def test_cuts_do_not_matter(stream: tuple[list[str], str], positions: list[int], pauses: list[bool]) -> None:
    whole = build(*stream)
    packets = cut(whole, positions)
    assert asyncio.run(exchange(packets, pauses[: len(packets)])) == asyncio.run(exchange([whole], [True]))


@pytest.mark.parametrize("ending", sorted(ENDINGS))
@pytest.mark.parametrize("pause", [True, False])
def test_byte_by_byte(ending: str, pause: bool) -> None:
    names = [name for name in sorted(REQUESTS) if name != "large"]
    whole = build(names, ending)
    packets = [bytes([byte]) for byte in whole]
    responses, ends = asyncio.run(exchange([whole], [True]))
    assert asyncio.run(exchange(packets, [pause and number % 50 == 0 for number in range(len(packets))])) == (
        responses,
        ends,
    )
    assert len(responses) >= len(names)
    assert ends == (ending != "nothing")


@pytest.mark.parametrize(
    ("ending", "statuses"),
    [
        ("nothing", []),
        ("close", [200]),
        ("old version", [200]),
        ("old version kept alive", [200]),
        ("garbage", [400]),
        ("garbage after close", [200]),
        ("two hosts", [400]),
        ("too many fields", [431]),
        ("large header", [431]),
        ("long target", [414]),
        ("bad chunk", [400]),
        ("unknown coding", [501]),
        ("old version with coding", [400]),
        ("connect", [501]),
        ("other version", [505]),
        ("too many trailers", [431]),
        ("long trailer", [431]),
    ],
)
@pytest.mark.parametrize("names", [[], ["plain"], ["h2c", "get", "chunked"], ["h2c chunked"]], ids=" ".join)
def test_the_ending_is_answered_in_its_place(names: list[str], ending: str, statuses: list[int]) -> None:
    responses, ends = asyncio.run(exchange([build(names, ending)], [True]))
    assert [status for status, _ in responses] == [200] * len(names) + statuses
    assert ends == bool(statuses)
