"""The OpenAPI description of the two HTTP operations of ``/graphql``."""

from typing import Any

import msgspec

from bpmn_events.web.gql.endpoint.requests import GRAPHQL_RESPONSE
from bpmn_events.web.gql.streaming.formats import EVENT_STREAM, MULTIPART
from bpmn_events.web.http.operation import Body, Operation, Parameter, ResponseDescription


class GraphQLResponse(msgspec.Struct):
    """A GraphQL response (GraphQL specification, section 7). It has at least one of the two members."""

    data: dict[str, Any] | msgspec.UnsetType | None = msgspec.UNSET
    errors: list[dict[str, Any]] | msgspec.UnsetType = msgspec.UNSET


_ERRORS = {
    400: "The request is not a GraphQL request, or its document is invalid. (The response to an invalid document has "
    "status 400 as `application/graphql-response+json` only; as `application/json` it has status 200.)",
    401: "The credential is not valid. (Without a credential, fields return `UnauthorizedError`.)",
    404: "There is no trusted document with this id.",
    405: "A mutation was sent by GET.",
    406: "The client accepts no form of the response: `text/event-stream` or `multipart/mixed` for a subscription, "
    "`application/json`, `application/graphql-response+json` or `text/event-stream` for others.",
    429: "The caller has used up the rate limit for requests.",
    503: "The credential cannot be checked, because the keys of the identity provider cannot be fetched at the moment. "
    "The header `Retry-After` says when to try again.",
}
_AS_JSON = {GRAPHQL_RESPONSE: GraphQLResponse}
_STREAMS = {form.media_type: {"type": "string"} for form in (EVENT_STREAM, MULTIPART)}
_RESPONSES = [
    ResponseDescription(
        "The GraphQL response, with or without errors. The responses of a subscription are a stream: server-sent "
        "events `next`, each with a GraphQL response, and a last one `complete` (GraphQL over Server-Sent Events, "
        "distinct connections mode), or parts whose `payload` is a GraphQL response (multipart subscriptions, version "
        "1.0).",
        GraphQLResponse,
        alternatives={**_AS_JSON, **_STREAMS},
    ),
    *(ResponseDescription(text, GraphQLResponse, status, alternatives=_AS_JSON) for status, text in _ERRORS.items()),
]
_TEXT = {"type": "string"}
_JSON_OBJECT = {"type": ["object", "null"]}
_DOCUMENT_ID = "The id of a trusted document, in place of `query`: `sha256:` and 64 hexadecimal digits."
_EXTENSIONS = "`persistedQuery`, with `version` 1 and a `sha256Hash`, is another form of the id of a trusted document."
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
        "operationName": {
            "type": ["string", "null"],
            "description": "The name of the operation to execute, if the document has several.",
        },
        "variables": _JSON_OBJECT,
        "extensions": {**_JSON_OBJECT, "description": _EXTENSIONS},
    },
}

OPERATIONS = {
    "POST": Operation(
        "execute",
        "Execute a GraphQL operation",
        "The schema is in `schema.graphql`; introspection returns it, too.",
        [
            *_RESPONSES,
            ResponseDescription(
                "The body is larger than the server accepts.", GraphQLResponse, 413, alternatives=_AS_JSON
            ),
            ResponseDescription("The body is not `application/json`.", GraphQLResponse, 415, alternatives=_AS_JSON),
        ],
        body=Body("A GraphQL request (GraphQL over HTTP).", _REQUEST, required=True),
        tag="GraphQL",
        problems=False,
    ),
    "GET": Operation(
        "query",
        "Execute a GraphQL query",
        "Like POST, for queries and subscriptions only. A browser receives the GraphiQL editor instead.",
        _RESPONSES,
        parameters=[
            Parameter("query", "query", "The GraphQL document.", _TEXT),
            Parameter("documentId", "query", _DOCUMENT_ID, _TEXT),
            Parameter(
                "operationName", "query", "The name of the operation to execute, if the document has several.", _TEXT
            ),
            Parameter("variables", "query", "The variables of the operation.", _JSON_OBJECT, is_json=True),
            Parameter("extensions", "query", _EXTENSIONS, _JSON_OBJECT, is_json=True),
        ],
        tag="GraphQL",
        problems=False,
    ),
}
