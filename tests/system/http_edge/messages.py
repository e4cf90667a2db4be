"""Requests as bytes."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from tests.api.rest.client import trigger_path
from tests.api.tokens import token

H2C = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    b"HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"
)
CLOSE = b"Connection: close\r\n"
PAYLOAD = {"amount": 5}

# Returns header and body of a request, for the header without its end and the body without coding.
Frame: TypeAlias = Callable[[bytes, bytes], tuple[bytes, bytes]]


def get(path: bytes = b"/healthz", fields: bytes = b"") -> bytes:
    return b"GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n" % (path, fields)


def post_head(path: bytes, fields: bytes = b"") -> bytes:
    """Return the header of a POST without its end."""
    return b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s" % (path, fields)


def with_length(head: bytes, body: bytes) -> tuple[bytes, bytes]:
    """Return header and body of a request with a Content-Length."""
    return head + b"Content-Length: %d\r\n\r\n" % len(body), body


def in_chunks(head: bytes, body: bytes, size: int = 7, trailers: bytes = b"") -> tuple[bytes, bytes]:
    """Return header and body of a request in chunks."""
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    coded = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head + b"Transfer-Encoding: chunked\r\n\r\n", coded + b"0\r\n" + trailers + b"\r\n"


def dry_run_head(fields: bytes = b"") -> bytes:
    """Return the header of a dry run of the trigger at ``first``, whose response has the payload as variables."""
    authorization = f"Authorization: Bearer {token()}\r\n".encode()
    path = f"{trigger_path('two-steps', 'c-1', 'first')}?dry_run=true".encode()
    return post_head(path, authorization + fields)


def dry_run(payload: Any = PAYLOAD, fields: bytes = b"") -> bytes:
    return b"".join(with_length(dry_run_head(fields), json.dumps(payload).encode()))
