"""Trusted documents, which clients may name by their SHA-256 instead of sending the text.

See GraphQL over HTTP, appendix A, "Persisted Documents". They are loaded at startup; no request adds to them.
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

# The text of each document by its SHA-256, in lower-case hexadecimal digits.
DocumentTexts: TypeAlias = Mapping[str, str]


class BadTrustedDocuments(Exception):
    """A trusted document, or the file of them, is not usable. The message is one line with the reason."""


def published_documents() -> DocumentTexts:
    """Return the documents of this project, which its generated clients send, and those of earlier versions."""
    folder = client_documents.folder() / "graphql"
    files = (folder / "earlier-documents.json", folder / "trusted-documents.json")
    return {
        identifier: text
        for file in files
        for identifier, text in msgspec.json.decode(file.read_bytes(), type=dict[str, str]).items()
    }


def read_documents(file: Path) -> DocumentTexts:
    """Return the documents in a file, which holds a JSON object such as ``{"<sha256>": "<text>"}``.

    Raises:
        BadTrustedDocuments: The file is unreadable or holds no such object, or an id does not match its text.
    """
    try:
        texts = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except OSError as error:
        raise BadTrustedDocuments(f"{file} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadTrustedDocuments(f"{file} is no JSON object of texts by their SHA-256: {error}") from None
    documents = {identifier.removeprefix(ID_PREFIX): text for identifier, text in texts.items()}
    for identifier, text in documents.items():
        expected = hashlib.sha256(text.encode()).hexdigest()
        if identifier != expected:
            raise BadTrustedDocuments(f"{file}: {identifier!r} is not the SHA-256 of its text, which is {expected!r}")
    return documents


class TrustedDocuments:
    """The trusted documents of one server: those of this project and the configured ones.

    Attributes:
        configured: The documents from the operator's file.
        only: True if the server executes no other documents.
    """

    def __init__(self, configured: DocumentTexts | None = None, *, only: bool = False) -> None:
        self.configured = configured or {}
        self.only = only
        self._by_id = {**published_documents(), **self.configured}
        self._texts = frozenset(self._by_id.values())

    def text(self, request: GraphQLRequest) -> str:
        """Return the text of the request's document.

        Raises:
            BadRequest: No document has the id, or the server executes only trusted documents and this is none.
        """
        if request.query is not None:
            if self.only and request.query not in self._texts:
                raise BadRequest(400, ONLY_TRUSTED, code=NOT_TRUSTED)
            return request.query
        identifier = request.document_id or ""
        text = self._by_id.get(identifier.removeprefix(ID_PREFIX))
        if text is None:
            raise BadRequest(404, _not_found_message(identifier, request.is_persisted_query), code=NOT_FOUND)
        return text


def _not_found_message(identifier: str, is_persisted_query: bool) -> str:
    """Return the message. Apollo clients send the text only after exactly ``PersistedQueryNotFound``."""
    return "PersistedQueryNotFound" if is_persisted_query else f"No trusted document has the id {identifier[:100]!r}."
