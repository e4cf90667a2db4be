"""What is to be executed, and the refusal of a request that HTTP itself has a word for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Before the SHA-256 of a document, where that is its id.
ID_PREFIX = "sha256:"

_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    413: "CONTENT_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """Has the text of the document as ``query``, or else its ``document_id``.

    ``is_persisted_query`` says that the id came as clients of Apollo's kind send it.
    """

    query: str | None
    operation_name: str | None
    variables: dict[str, Any]
    document_id: str | None = None
    is_persisted_query: bool = False


class BadRequest(Exception):
    """HTTP itself is the problem; nothing was executed."""

    def __init__(
        self, status: int, message: str, headers: Mapping[str, str] | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code or _CODES[status]
        self.message = message
        self.headers = dict(headers or {})
