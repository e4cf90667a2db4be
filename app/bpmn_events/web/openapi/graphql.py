"""The two operations of ``/graphql``, as far as plain HTTP can tell."""

from typing import Any

import msgspec

from bpmn_events.web.http.operation import Answer, Body, Operation, Parameter


class GraphQLResponse(msgspec.Struct):
    """A GraphQL response (GraphQL specification, section 7): it has at least one of the two."""

    data: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    errors: list[dict[str, Any]] | msgspec.UnsetType = msgspec.UNSET


_REFUSED = {
    400: "The request is no GraphQL request, or the document is refused (the latter as "
    "`application/graphql-response+json` only; as `application/json` it is answered by 200).",
    401: "There is a credential, and it is not valid. (Without one, fields answer `UnauthorizedError`.)",
    404: "There is no trusted document with this id.",
    405: "A mutation was sent by GET.",
    406: "The answer is JSON, which the client does not accept.",
}
_ANSWERS = [
    Answer("The answer, with or without errors.", GraphQLResponse),
    *(Answer(text, GraphQLResponse, status) for status, text in _REFUSED.items()),
]
_TEXT = {"type": "string"}
_JSON_OBJECT = {"type": ["object", "null"]}
_DOCUMENT_ID = "Instead of the document: the SHA-256 of a trusted one, as `sha256:` and 64 hexadecimal digits."
_EXTENSIONS = (
    "`persistedQuery`, with `version` 1 and a `sha256Hash`, is another way to send the id of a trusted document."
)
_PERSISTED_QUERY = {
    "type": "object",
    "required": ["persistedQuery"],
    "properties": {
        "persistedQuery": {
            "type": "object",
            "required": ["version", "sha256Hash"],
            "properties": {"version": {"const": 1}, "sha256Hash": _TEXT},
        }
    },
}
_REQUEST = {
    "type": "object",
    "anyOf": [
        {"required": ["query"], "properties": {"query": _TEXT, "documentId": {"type": "null"}}},
        {"required": ["documentId"], "properties": {"query": {"type": "null"}, "documentId": _TEXT}},
        {"required": ["extensions"], "properties": {"query": {"type": "null"}, "extensions": _PERSISTED_QUERY}},
    ],
    "properties": {
        "query": {"type": ["string", "null"], "description": "The GraphQL document."},
        "documentId": {"type": ["string", "null"], "description": _DOCUMENT_ID},
        "operationName": {"type": ["string", "null"], "description": "Which operation, where there are several."},
        "variables": _JSON_OBJECT,
        "extensions": {**_JSON_OBJECT, "description": _EXTENSIONS},
    },
}

OPERATIONS = {
    "POST": Operation(
        "execute",
        "Execute a GraphQL operation",
        "The schema is in `schema.graphql`, and introspection answers it.",
        [
            *_ANSWERS,
            Answer("The body is larger than the server accepts.", GraphQLResponse, 413),
            Answer("The body is not `application/json`.", GraphQLResponse, 415),
        ],
        body=Body("A GraphQL request (GraphQL over HTTP).", _REQUEST, required=True),
        tag="GraphQL",
        problems=False,
    ),
    "GET": Operation(
        "query",
        "Execute a GraphQL query",
        "As POST, for queries only. A browser gets an editor instead.",
        _ANSWERS,
        parameters=[
            Parameter("query", "query", "The GraphQL document.", _TEXT),
            Parameter("documentId", "query", _DOCUMENT_ID, _TEXT),
            Parameter("operationName", "query", "Which operation, where there are several.", _TEXT),
            Parameter("variables", "query", "The variables.", _JSON_OBJECT, is_json=True),
            Parameter("extensions", "query", _EXTENSIONS, _JSON_OBJECT, is_json=True),
        ],
        tag="GraphQL",
        problems=False,
    ),
}
