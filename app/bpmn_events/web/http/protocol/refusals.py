"""Refusals: the responses to requests that the application never sees, as problem documents (RFC 9457)."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from bpmn_events.web.http.problems import CONSUMER_PREFIX, MEDIA_TYPE
from bpmn_events.web.problem_documents import problem_type

_CONSUMER_PREFIX = f"{CONSUMER_PREFIX}/".encode()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A response that refuses a request or a connection, after which the connection ends.

    Attributes:
        phrase: The reason phrase of the status (RFC 9110, section 15), which is also the title of the problem.
        code: The stable code of the problem, for programs.
        type: The URI that identifies the problem type; ``about:blank`` means that the status says it all.
        retry_after: The seconds after which another attempt makes sense, or None.
    """

    status: int
    phrase: str
    code: str
    detail: str
    type: str = "about:blank"
    retry_after: int | None = None

    def encode(self, headers: Iterable[tuple[bytes, bytes]], target: bytes, *, has_body: bool) -> bytes:
        """Return the response. ``headers`` precede its own headers; a response to HEAD has no body."""
        body = self._document(target)
        lines = [
            b"HTTP/1.1 %d %s" % (self.status, self.phrase.encode()),
            *(b"%s: %s" % header for header in headers),
            b"cache-control: no-store",
            b"x-content-type-options: nosniff",
            *([] if self.retry_after is None else [b"retry-after: %d" % self.retry_after]),
            b"content-type: %s" % MEDIA_TYPE.encode(),
            b"content-length: %d" % len(body),
            b"connection: close",
        ]
        return b"\r\n".join([*lines, b"", body if has_body else b""])

    def _document(self, target: bytes) -> bytes:
        document: dict[str, object] = {
            "type": self.type,
            "title": self.phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if _CONSUMER_PREFIX in target:
            document["message"] = self.detail
        return msgspec.json.encode(document)


def _bad_request(detail: str) -> Refusal:
    return Refusal(400, "Bad Request", "BAD_REQUEST", detail)


def _not_implemented(detail: str) -> Refusal:
    return Refusal(501, "Not Implemented", "NOT_IMPLEMENTED", detail)


def _fields_too_large(detail: str) -> Refusal:
    return Refusal(431, "Request Header Fields Too Large", "REQUEST_HEADER_FIELDS_TOO_LARGE", detail)


MALFORMED = _bad_request("The request is not valid HTTP/1.1.")
INVALID_HOST = _bad_request("A request has one Host header with a valid host name.")
INVALID_TARGET = _bad_request("The request target must be a path, or a URL with http or https.")
OLD_CHUNKED = _bad_request("A request with Transfer-Encoding must be HTTP/1.1.")
REQUEST_TIMEOUT = Refusal(408, "Request Timeout", "REQUEST_TIMEOUT", "The request did not arrive in time.")
TARGET_TOO_LONG = Refusal(414, "URI Too Long", "URI_TOO_LONG", "The request target is too long.")
HEAD_TOO_LARGE = _fields_too_large("The header of the request is too large.")
FRAMING_TOO_LARGE = _fields_too_large("The trailers or the chunk extensions of the request are too large.")
UNSUPPORTED_CODING = _not_implemented("The only supported transfer coding is chunked.")
UNSUPPORTED_METHOD = _not_implemented("This server is no proxy and does not support CONNECT.")
UNSUPPORTED_VERSION = Refusal(
    505, "HTTP Version Not Supported", "HTTP_VERSION_NOT_SUPPORTED", "This server supports HTTP/1.1 and HTTP/1.0."
)
OVERLOADED = Refusal(
    503,
    "Service Unavailable",
    "SERVICE_UNAVAILABLE",
    "The server needs the room of this request, which arrives slowly, for others: send it again.",
    retry_after=1,
)
TOO_MANY_CONNECTIONS = Refusal(
    503,
    "Service Unavailable",
    "TOO_MANY_CONNECTIONS",
    "The server has as many connections as it accepts.",
    problem_type("TOO_MANY_CONNECTIONS"),
    retry_after=1,
)
