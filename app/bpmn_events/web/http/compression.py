"""Compression of responses with gzip (RFC 9110, section 8.4)."""

import asyncio
import os
from collections.abc import Awaitable, Sequence
from functools import lru_cache

from starlette.middleware.gzip import GZipResponder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bpmn_events.web.http.preferences import parse_preference

MINIMUM_BYTES = 1000
_MINIMUM_DIGITS = len(str(MINIMUM_BYTES))
# The fastest level: higher ones take twice the time to save a tenth.
_LEVEL = 1
# Up to this size, a piece is compressed in the event loop, in less than a millisecond; larger ones in a thread.
_MAX_INLINE_BYTES = 100_000
_MAX_HEADER_BYTES = 1000
_MEDIA_TYPES = ("application/json", "application/problem+json", "application/graphql-response+json", "image/svg+xml")

Headers = Sequence[tuple[bytes, bytes]]


def compression_threads() -> asyncio.Semaphore:
    """Return a semaphore for threads on half of the processors: compression must not delay the event loop."""
    return asyncio.Semaphore(max(1, (os.cpu_count() or 1) // 2))


class CompressionMiddleware:
    """Middleware that compresses the responses of 1,000 bytes or more, and streams, for clients that accept gzip.

    Event streams are left as they are. A small response costs about a microsecond more, to look at its length.

    Args:
        app: The application whose responses are compressed.
        threads: The number of threads that may compress large pieces at the same time.
    """

    def __init__(self, app: ASGIApp, threads: asyncio.Semaphore) -> None:
        self._app = app
        self._threads = threads

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Return the call of the application. It and ``send_message`` are no coroutines: every request passes them."""
        if scope["type"] != "http":
            return self._app(scope, receive, send)

        def send_message(message: Message) -> Awaitable[None]:
            nonlocal send
            if message["type"] == "http.response.start" and _may_be_large(message["headers"]):
                send = self._prepare(scope, message, send)
            return send(message)

        return self._app(scope, receive, send_message)

    def _prepare(self, scope: Scope, start: Message, send: Send) -> Send:
        """Change the headers of a large response, and return the function that sends its messages."""
        status, headers = start["status"], start["headers"]
        if not (status == 304 or _is_compressible(headers)):
            return send
        # The headers of the message are replaced and not changed, because responses may share them.
        is_coded = status != 206 and _is_wanted(scope)
        if is_coded:
            headers = _coded(headers)
        if not is_coded or status == 304:
            start["headers"] = _varied(headers)
            return send
        if scope["method"] == "HEAD":
            start["headers"] = _varied(_without_length(headers))
            return send
        start["headers"] = headers
        return _Responder(self._app, send, self._threads).send_with_compression


class _Responder(GZipResponder):
    """Compresses the body of one response: small pieces in the event loop, large ones in one of a few threads."""

    def __init__(self, app: ASGIApp, send: Send, threads: asyncio.Semaphore) -> None:
        super().__init__(app, MINIMUM_BYTES, _LEVEL, thread_minimum_size=_MAX_INLINE_BYTES)
        self.send = send
        self._threads = threads

    async def apply_compression(self, body: bytes, *, more_body: bool) -> bytes:
        if len(body) < self.thread_minimum_size:
            return await super().apply_compression(body, more_body=more_body)
        async with self._threads:
            return await super().apply_compression(body, more_body=more_body)


def _may_be_large(headers: Headers) -> bool:
    for name, value in headers:
        if name == b"content-length":
            return len(value) >= _MINIMUM_DIGITS
    return True


def _is_compressible(headers: Headers) -> bool:
    content_type = b""
    for name, value in headers:
        if name == b"content-encoding":
            return False
        if name == b"content-type":
            content_type = value
    return _is_text(content_type)


@lru_cache(maxsize=128)
def _is_text(content_type: bytes) -> bool:
    media_type = content_type.decode("latin-1").partition(";")[0].strip().lower()
    return media_type in _MEDIA_TYPES or (media_type.startswith("text/") and media_type != "text/event-stream")


def _is_wanted(scope: Scope) -> bool:
    """Return True if the client can read a compressed response, whose length is often not known (HTTP/1.1)."""
    return scope.get("http_version") != "1.0" and accepts_gzip(scope["headers"])


def accepts_gzip(headers: Headers) -> bool:
    """Return True if the request prefers gzip to no encoding (RFC 9110, section 12.5.3)."""
    accepted = b""
    for name, value in headers:
        if name == b"accept-encoding":
            accepted = accepted + b"," + value if accepted else value
    return accepted != b"" and _prefers_gzip(accepted)


@lru_cache(maxsize=128)  # clients send few different values
def _prefers_gzip(accept_encoding: bytes) -> bool:
    if len(accept_encoding) > _MAX_HEADER_BYTES:
        return False
    qualities = dict(map(parse_preference, accept_encoding.decode("latin-1").split(",")))
    quality = next((qualities[name] for name in ("gzip", "x-gzip", "*") if name in qualities), 0.0)
    return quality > 0 and quality >= qualities.get("identity", 0.0)


def _varied(headers: Headers) -> Headers:
    """Return the headers with Accept-Encoding as a part of ``Vary``."""
    for index, (name, value) in enumerate(headers):
        if name == b"vary":
            return [*headers[:index], (name, value + b", Accept-Encoding"), *headers[index + 1 :]]
    return [*headers, (b"vary", b"Accept-Encoding")]


def _coded(headers: Headers) -> Headers:
    """Return the headers with a weak entity tag, because the same content has other bytes (RFC 9110, section 8.8.1).

    Ranges are not offered: they would be those of the uncompressed content.
    """
    return [
        (name, b"W/" + value if name == b"etag" and not value.startswith(b"W/") else value)
        for name, value in headers
        if name != b"accept-ranges"
    ]


def _without_length(headers: Headers) -> Headers:
    """Return the headers for HEAD, which do not contain the length that the compressed content would have."""
    return [*(header for header in headers if header[0] != b"content-length"), (b"content-encoding", b"gzip")]
