"""The members of a GraphQL request (GraphQL over HTTP, draft), the same over every transport."""

from collections.abc import Mapping
from typing import Any, TypeVar

from bpmn_events.web.gql.execution.request import ID_PREFIX, BadRequest, GraphQLRequest

T = TypeVar("T")


def build_request(members: Any, size: int) -> GraphQLRequest:
    """Return the GraphQL request with these members, which took ``size`` bytes or characters.

    Raises:
        BadRequest: A member is missing or not acceptable.
    """
    if isinstance(members, list):
        raise BadRequest(400, "Send one operation per request: batches are not supported.")
    if not isinstance(members, dict):
        raise BadRequest(400, "The request body must be a JSON object.")
    query = _member(members, "query", str, "a string")
    name = _member(members, "operationName", str, "a string") or None
    variables = _member(members, "variables", dict, "an object") or {}
    extensions = _member(members, "extensions", dict, "an object")
    document_id = _member(members, "documentId", str, "a string")
    if query and document_id is None:
        # Clients that also send the hash expect the server to store the text, which it never does.
        return GraphQLRequest(query, name, variables, size=size)
    if query:
        raise BadRequest(400, "Send either the 'query' or the 'documentId', not both.")
    persisted_id = _persisted_query_id(extensions) if extensions else None
    if document_id is not None:
        if persisted_id not in (None, document_id.removeprefix(ID_PREFIX)):
            raise BadRequest(400, "The 'documentId' and the 'persistedQuery' name different documents.")
        return GraphQLRequest(None, name, variables, document_id, size=size)
    if persisted_id is not None:
        return GraphQLRequest(None, name, variables, persisted_id, is_persisted_query=True, size=size)
    if query is None:
        raise BadRequest(400, "The request has no 'query', nor the id of a document.")
    return GraphQLRequest(query, name, variables, size=size)


def _persisted_query_id(extensions: Mapping[str, Any]) -> str | None:
    """Return the document id in the ``persistedQuery`` extension of Apollo clients, or None without one."""
    persisted_query = _member(extensions, "persistedQuery", dict, "an object")
    if persisted_query is None:
        return None
    version = persisted_query.get("version")
    if version != 1 or isinstance(version, bool):
        raise BadRequest(400, "The member 'version' of a 'persistedQuery' must be 1.")
    identifier = _member(persisted_query, "sha256Hash", str, "a string")
    if identifier is None:
        raise BadRequest(400, "The 'persistedQuery' has no 'sha256Hash'.")
    return identifier


def _member(members: Mapping[str, Any], name: str, kind: type[T], expected: str) -> T | None:
    value = members.get(name)
    if value is not None and not isinstance(value, kind):
        raise BadRequest(400, f"The member {name!r} must be {expected}.")
    return value
