"""Responses are compressed if they are large, of a suitable type, and wanted in this form."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bpmn_events.web.http.compression import MINIMUM_BYTES, CompressionMiddleware, accepts_gzip, compression_threads

JSON = "application/json"
GZIP = {"Accept-Encoding": "gzip"}
LARGE = b'{"a": 1} ' * 200


def compressed(app: ASGIApp) -> CompressionMiddleware:
    return CompressionMiddleware(app, compression_threads())


async def messages(
    app: ASGIApp, headers: dict[str, str] | None = None, method: str = "GET", http_version: str = "1.1"
) -> list[Any]:
    """Return the messages that the middleware sends around the application."""
    sent: list[Any] = []

    async def receive() -> Message:
        return await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(dict(message))

    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    scope: Scope = {"type": "http", "method": method, "headers": raw, "asgi": {"spec_version": "2.4"}}
    scope["http_version"] = http_version
    await compressed(app)(scope, receive, send)
    return sent


async def get(app: ASGIApp, method: str = "GET", **headers: str) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body as they are sent."""
    start, *bodies = await messages(app, {name.replace("_", "-"): value for name, value in headers.items()}, method)
    pairs = [(name.decode(), value.decode()) for name, value in start["headers"]]
    merged = {name: ", ".join(value for other, value in pairs if other == name) for name, _ in pairs}
    return merged, b"".join(message.get("body", b"") for message in bodies)


@pytest.mark.parametrize(
    ("values", "accepted"),
    [
        (["gzip"], True),
        (["GZIP"], True),
        (["x-gzip"], True),
        (["gzip, deflate, br, zstd"], True),
        (["br;q=1.0, gzip;q=0.8, *;q=0.1"], True),
        (["deflate", "gzip"], True),
        (["*"], True),
        (["gzip;q=0.001"], True),
        (["gzip ; q=1"], True),
        (["identity, gzip"], True),
        (["identity;q=0, gzip;q=0.2"], True),
        (["gzip;level=9"], True),
        ([], False),
        ([""], False),
        ([" , "], False),
        (["identity"], False),
        (["deflate, br"], False),
        (["gzip;q=0"], False),
        (["gzip;q=0.000"], False),
        (["gzip; Q=0"], False),
        (["*;q=0"], False),
        (["gzip;q=0, *"], False),
        (["identity, gzip;q=0.5"], False),
        (["gzipped"], False),
        (["not-gzip"], False),
        (["gzip;q=nan"], False),
        (["gzip," * 1000], False),
    ],
)
def test_the_client_accepts_gzip(values: list[str], accepted: bool) -> None:
    headers = [(b"host", b"test"), *((b"accept-encoding", value.encode()) for value in values), (b"accept", b"*/*")]
    assert accepts_gzip(headers) is accepted


@pytest.mark.parametrize(
    "size", [0, 1, MINIMUM_BYTES - 1, MINIMUM_BYTES, MINIMUM_BYTES + 1, 99_999, 100_000, 3_000_000]
)
async def test_the_size_decides(size: int) -> None:
    content = (b'{"number": 1234567890}' * (size // 22 + 1))[:size]
    headers, body = await get(Response(content, media_type=JSON), accept_encoding="gzip")
    if size < MINIMUM_BYTES:
        assert (body, headers.get("content-encoding"), headers.get("vary")) == (content, None, None)
    else:
        assert len(body) < size
        assert (gzip.decompress(body), headers["content-encoding"]) == (content, "gzip")
        assert headers["vary"] == "Accept-Encoding"
    assert headers["content-length"] == str(len(body))


@pytest.mark.parametrize(
    ("media_type", "compressed"),
    [
        (JSON, True),
        ("application/json; charset=utf-8", True),
        ("Application/JSON", True),
        ("application/graphql-response+json; charset=utf-8", True),
        ("application/problem+json", True),
        ("text/html; charset=utf-8", True),
        ("text/plain; version=0.0.4", True),
        ("text/javascript", True),
        ("image/svg+xml", True),
        ("text/event-stream", False),
        ("text/event-stream; charset=utf-8", False),
        ("TEXT/Event-Stream", False),
        ("multipart/mixed", False),
        ("image/png", False),
        ("font/woff2", False),
        ("application/octet-stream", False),
        ("", False),
    ],
)
async def test_the_media_type_decides(media_type: str, compressed: bool) -> None:
    response = Response(LARGE, headers={"content-type": media_type} if media_type else None)
    headers, body = await get(response, accept_encoding="gzip")
    assert (headers.get("content-encoding") == "gzip") is compressed
    assert (gzip.decompress(body) if compressed else body) == LARGE
    assert ("vary" in headers) is compressed


@pytest.mark.parametrize("accept", [{}, {"accept_encoding": "br"}, {"accept_encoding": "gzip;q=0"}])
async def test_other_clients_get_the_content_as_it_is(accept: dict[str, str]) -> None:
    for response in (Response(LARGE, media_type=JSON), StreamingResponse(pieces(LARGE, b"x"), media_type=JSON)):
        headers, body = await get(response, **accept)
        assert body.startswith(LARGE)
        assert "content-encoding" not in headers
        assert headers["vary"] == "Accept-Encoding"


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.mark.parametrize(("version", "compressed"), [("1.0", False), ("1.1", True), ("2", True)])
async def test_a_client_of_http_1_0_could_not_find_the_end(version: str, compressed: bool) -> None:
    for response in (Response(LARGE, media_type=JSON), StreamingResponse(pieces(LARGE, b"x"), media_type=JSON)):
        start, *_ = await messages(response, GZIP, http_version=version)
        assert ((b"content-encoding", b"gzip") in start["headers"]) is compressed
        assert b"Accept-Encoding" in dict(start["headers"])[b"vary"]


async def test_a_shared_response_keeps_its_headers() -> None:
    response = Response(LARGE, media_type=JSON, headers={"Vary": "Accept"})
    for _ in range(2):
        headers, body = await get(response, accept_encoding="gzip")
        assert (headers["vary"], headers["content-encoding"]) == ("Accept, Accept-Encoding", "gzip")
        headers, body = await get(response)
        assert (headers["vary"], headers["content-length"], body) == ("Accept, Accept-Encoding", "1800", LARGE)
        assert "content-encoding" not in headers


async def test_an_encoded_response_stays_as_it_is() -> None:
    content = gzip.compress(LARGE * 1000)
    headers, body = await get(Response(content, headers={"Content-Encoding": "gzip"}, media_type=JSON), **accepting())
    assert (body, headers["content-encoding"]) == (content, "gzip")


def accepting() -> dict[str, str]:
    return {"accept_encoding": "gzip"}


async def test_a_stream_arrives_piece_by_piece() -> None:
    parts = [b'{"events":[', LARGE, b"x" * 150_000, b"", b"]}"]
    start, *bodies = await messages(StreamingResponse(pieces(*parts), media_type=JSON), GZIP)
    assert (b"content-encoding", b"gzip") in start["headers"]
    decoder, received = zlib.decompressobj(31), b""
    for part, message in zip(parts, bodies, strict=False):
        received += decoder.decompress(message["body"])
        assert received.endswith(part)
    received += decoder.decompress(bodies[-1]["body"])
    assert (received, decoder.eof) == (b"".join(parts), True)
    assert "content-length" not in dict(start["headers"])


async def test_an_event_stream_is_not_touched() -> None:
    parts = [b"data: 1\n\n" * 500, b": keep-alive\n\n", b"data: 2\n\n"]
    response = StreamingResponse(pieces(*parts), media_type="text/event-stream")
    expected: list[Any] = []

    async def send(message: Message) -> None:
        expected.append(dict(message))

    scope: Scope = {"type": "http", "method": "GET", "headers": [], "asgi": {"spec_version": "2.4"}}
    await response(scope, None, send)  # type: ignore[arg-type] # it does not receive
    response = StreamingResponse(pieces(*parts), media_type="text/event-stream")
    assert await messages(response, GZIP) == expected


@pytest.mark.parametrize("status", [200, 201, 400, 404, 500])
async def test_the_status_does_not_matter(status: int) -> None:
    headers, body = await get(Response(LARGE, status, media_type=JSON), accept_encoding="gzip")
    assert (headers["content-encoding"], gzip.decompress(body)) == ("gzip", LARGE)


async def test_responses_without_content() -> None:
    assert await get(Response(status_code=204), accept_encoding="gzip") == ({}, b"")
    unchanged = Response(status_code=304, headers={"ETag": '"a"'})
    assert await get(unchanged, accept_encoding="gzip") == ({"etag": 'W/"a"', "vary": "Accept-Encoding"}, b"")
    assert await get(unchanged) == ({"etag": '"a"', "vary": "Accept-Encoding"}, b"")


async def test_a_part_of_a_file() -> None:
    partial = Response(LARGE, 206, {"Content-Range": "bytes 0-1799/5000", "ETag": '"a"'}, media_type=JSON)
    headers, body = await get(partial, accept_encoding="gzip")
    assert (body, headers["etag"], headers["vary"]) == (LARGE, '"a"', "Accept-Encoding")
    assert "content-encoding" not in headers


@pytest.mark.parametrize(("tag", "weak"), [('"a"', 'W/"a"'), ('W/"a"', 'W/"a"')])
async def test_the_entity_tag_is_a_weak_one(tag: str, weak: str) -> None:
    response = Response(LARGE, headers={"ETag": tag, "Accept-Ranges": "bytes"}, media_type=JSON)
    headers, _ = await get(response, accept_encoding="gzip")
    assert headers["etag"] == weak
    assert "accept-ranges" not in headers
    headers, _ = await get(response)
    assert (headers["etag"], headers["accept-ranges"]) == (tag, "bytes")


async def test_head_has_the_headers_of_get_without_the_length() -> None:
    class Head(Response):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": b""})

    response = Head(LARGE, media_type=JSON, headers={"ETag": '"a"'})
    headers, body = await get(response, "HEAD", accept_encoding="gzip")
    expected, _ = await get(Response(LARGE, media_type=JSON, headers={"ETag": '"a"'}), accept_encoding="gzip")
    del expected["content-length"]
    assert (headers, body) == (expected, b"")
    headers, _ = await get(response, "HEAD")
    assert headers["content-length"] == "1800"


async def test_a_stream_that_fails_ends_without_the_end_of_its_content() -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield LARGE
        raise KeyError

    sent: list[Any] = []

    async def send(message: Message) -> None:
        sent.append(dict(message))

    scope: Scope = {
        "type": "http",
        "method": "GET",
        "headers": [(b"accept-encoding", b"gzip")],
        "asgi": {"spec_version": "2.4"},
    }
    with pytest.raises(KeyError):
        await compressed(StreamingResponse(failing(), media_type=JSON))(scope, None, send)  # type: ignore[arg-type]
    assert [message.get("more_body") for message in sent] == [None, True]


async def test_other_scopes_pass() -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        seen.append((scope["type"], receive, send))

    for kind in ("websocket", "lifespan"):
        await compressed(app)({"type": kind}, "receive", "send")  # type: ignore[arg-type]
    assert seen == [("websocket", "receive", "send"), ("lifespan", "receive", "send")]


async def test_many_large_responses_at_once() -> None:
    content = b'{"number": 1234567890}' * 50_000
    transport = httpx.ASGITransport(compressed(Response(content, media_type=JSON)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=GZIP) as http:
        responses = await asyncio.gather(*(http.get("/") for _ in range(20)))
    assert all(response.content == content for response in responses)
