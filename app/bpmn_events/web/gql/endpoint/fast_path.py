"""The common POST, read straight from ASGI's messages: JSON of a known length that is answered as JSON.

Most requests are that plain. A request with anything else about it goes the general way through Starlette's ``Request``
and gets the same answer, which a test compares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from bpmn_events.web.gql.endpoint.requests import too_large

_JSON = frozenset((b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"))
_ANSWERED_AS_JSON = frozenset(
    (b"*/*", b"application/json", b"application/json, */*", b"application/json, text/plain, */*")
)
_ENCODED = frozenset((b"content-encoding", b"transfer-encoding"))


@dataclass(frozen=True, slots=True)
class FastPathRequest:
    """``authorization`` holds the values of every such header."""

    authorization: Sequence[str]

    @classmethod
    def of(cls, scope: Scope, max_body_bytes: int) -> "FastPathRequest | None":
        """None for a request with something unusual about it."""
        if scope["method"] != "POST":
            return None
        authorization: list[str] = []
        is_json, length = False, -1
        for name, value in scope["headers"]:
            if name == b"content-type":
                if is_json or value not in _JSON:
                    return None
                is_json = True
            elif name == b"content-length":
                if length >= 0 or not value.isdigit() or len(value) > 15:
                    return None
                length = int(value)
            elif name == b"authorization":
                authorization.append(value.decode("latin-1"))
            elif name in _ENCODED or (name == b"accept" and value not in _ANSWERED_AS_JSON):
                return None
        return cls(authorization) if is_json and 0 <= length <= max_body_bytes else None


async def received(receive: Receive, max_body_bytes: int) -> bytes:
    """The whole body.

    Raises:
        BadRequest: it is larger than that, whatever its length was said to be.
        ClientDisconnect: it does not come.
    """
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > max_body_bytes:
            raise too_large(max_body_bytes)
    return body


async def send_json(send: Send, content: bytes) -> None:
    headers = [
        (b"cache-control", b"no-store"),
        (b"content-length", b"%d" % len(content)),
        (b"content-type", b"application/json; charset=utf-8"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})
