"""Trusted documents: texts that are known beforehand, which clients may name by their SHA-256 instead of sending them.

(GraphQL over HTTP, appendix A, "Persisted Documents".) Nothing is ever added to them by a request.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from bpmn_events import client_documents
from bpmn_events.web.gql.execution.request import ID_PREFIX, BadRequest, GraphQLRequest

NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
ONLY_TRUSTED = "This server executes only trusted documents: send the id of one as 'documentId'."

# Texts by their SHA-256, in lower-case hexadecimal digits.
Texts: TypeAlias = Mapping[str, str]


class BadTrustedDocuments(Exception):
    """A file of trusted documents cannot be used. The text is one line that says why."""


def published_documents() -> Texts:
    """The documents of this project, which its generated clients send."""
    file = client_documents.folder() / "graphql" / "trusted-documents.json"
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str])


def read_documents(file: Path) -> Texts:
    """The documents of a file, a JSON object such as ``{"<sha256>": "<text>"}``.

    Raises:
        BadTrustedDocuments: it cannot be read, is no such object, or an id is not that of its text.
    """
    try:
        texts = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except OSError as error:
        raise BadTrustedDocuments(f"{file} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadTrustedDocuments(f"{file} is no JSON object of texts by their SHA-256: {error}") from None
    found = {identifier.removeprefix(ID_PREFIX): text for identifier, text in texts.items()}
    for identifier, text in found.items():
        expected = hashlib.sha256(text.encode()).hexdigest()
        if identifier != expected:
            raise BadTrustedDocuments(f"{file}: {identifier!r} is not the SHA-256 of its text, which is {expected!r}")
    return found


class TrustedDocuments:
    """Those of this project, and ``own`` ones of whoever runs the server. ``only``: no others are executed."""

    def __init__(self, own: Texts | None = None, *, only: bool = False) -> None:
        self.own = own or {}
        self.only = only
        self._by_id = {**published_documents(), **self.own}
        self._texts = frozenset(self._by_id.values())

    def text(self, request: GraphQLRequest) -> str:
        """The text of the document that the request asks for.

        Raises:
            BadRequest: there is none with this id, or it is not trusted and has to be.
        """
        if request.query is not None:
            if self.only and request.query not in self._texts:
                raise BadRequest(400, ONLY_TRUSTED, code=NOT_TRUSTED)
            return request.query
        identifier = request.document_id or ""
        text = self._by_id.get(identifier.removeprefix(ID_PREFIX))
        if text is None:
            raise BadRequest(404, _unknown(identifier, request.is_persisted_query), code=NOT_FOUND)
        return text


def _unknown(identifier: str, is_persisted_query: bool) -> str:
    """Clients of Apollo's kind look for this very message, and then send the text."""
    return "PersistedQueryNotFound" if is_persisted_query else f"No trusted document has the id {identifier[:100]!r}."
