"""The GraphQL request, and the error for a request that fails with an HTTP status."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Precedes the SHA-256 of a document in its id.
ID_PREFIX = "sha256:"

_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    413: "CONTENT_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "TOO_MANY_REQUESTS",
}


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One GraphQL request, with either the text of its document or a document id.

    Attributes:
        query: The text of the document; None if the request has a document id.
        is_persisted_query: True if the id comes from the ``persistedQuery`` extension of Apollo clients.
        size: The number of bytes, or characters in a URL, that the request was sent in.
    """

    query: str | None
    operation_name: str | None
    variables: dict[str, Any]
    document_id: str | None = None
    is_persisted_query: bool = False
    size: int = 0


class BadRequest(Exception):
    """The request fails with an HTTP status before anything is executed."""

    def __init__(
        self,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        code: str | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code or _CODES[status]
        self.message = message
        self.headers = dict(headers or {})
        self.extensions = dict(extensions or {})
