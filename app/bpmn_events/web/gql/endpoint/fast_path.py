"""A fast path for the common POST: JSON of known length with a JSON response, read directly from ASGI messages.

Most requests are that plain. All others use Starlette's ``Request``, and a test compares the responses of both paths.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from bpmn_events.web.gql.endpoint.requests import too_large

_JSON_CONTENT_TYPES = frozenset(
    (b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8")
)
_JSON_ACCEPT_VALUES = frozenset(
    (b"*/*", b"application/json", b"application/json, */*", b"application/json, text/plain, */*")
)
_ENCODING_HEADERS = frozenset((b"content-encoding", b"transfer-encoding"))


@dataclass(frozen=True, slots=True)
class FastPathRequest:
    """A request that the fast path can serve.

    ``authorization``: the values of all Authorization headers.
    """

    authorization: Sequence[str]

    @classmethod
    def from_scope(cls, scope: Scope, max_body_bytes: int) -> "FastPathRequest | None":
        """Return the request, or None if it needs Starlette's ``Request``."""
        if scope["method"] != "POST":
            return None
        authorization: list[str] = []
        is_json, length = False, -1
        for name, value in scope["headers"]:
            if name == b"content-type":
                if is_json or value not in _JSON_CONTENT_TYPES:
                    return None
                is_json = True
            elif name == b"content-length":
                if length >= 0 or not value.isdigit() or len(value) > 15:
                    return None
                length = int(value)
            elif name == b"authorization":
                authorization.append(value.decode("latin-1"))
            elif name in _ENCODING_HEADERS or (name == b"accept" and value not in _JSON_ACCEPT_VALUES):
                return None
        return cls(authorization) if is_json and 0 <= length <= max_body_bytes else None


async def receive_body(receive: Receive, max_body_bytes: int) -> bytes:
    """Return the whole body. Raise BadRequest if it is too large, ClientDisconnect if it stays incomplete."""
    body, has_more = b"", True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        has_more = message.get("more_body", False)
        if len(body) > max_body_bytes:
            raise too_large(max_body_bytes)
    return body


async def send_json(send: Send, content: bytes) -> None:
    """Send a 200 response with this JSON text, which caches must not store."""
    headers = [
        (b"cache-control", b"no-store"),
        (b"content-length", b"%d" % len(content)),
        (b"content-type", b"application/json; charset=utf-8"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})
