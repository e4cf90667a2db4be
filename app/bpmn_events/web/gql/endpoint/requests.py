"""Parsing and validation of GraphQL requests (GraphQL over HTTP, draft)."""

from collections.abc import Mapping
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bpmn_events.application.json_text import parse_json
from bpmn_events.domain.errors import InvalidPayload
from bpmn_events.web.gql.execution.request import ID_PREFIX, BadRequest, GraphQLRequest
from bpmn_events.web.http.bodies import BodyTooLarge, read_body

T = TypeVar("T")

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"


async def read_request(request: Request, max_body_bytes: int) -> GraphQLRequest:
    """Return the GraphQL request of a GET or POST.

    Raises:
        BadRequest: The media type, the size or a member of the request is not acceptable.
    """
    if request.method == "GET":
        return build_request(_query_members(request), len(request.url.query))
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise BadRequest(415, f"Send the request as Content-Type: {JSON}.")
    return parse_request(await _read_body(request, max_body_bytes))


def parse_request(body: bytes) -> GraphQLRequest:
    """Return the GraphQL request in the body of a POST.

    Raises:
        BadRequest: The body is no JSON object, or a member of it is not acceptable.
    """
    return build_request(_parse_json("The request body", body), len(body))


def too_large(max_body_bytes: int) -> BadRequest:
    """Return the error for a body that is larger than the server accepts."""
    message = f"The request body is larger than the {max_body_bytes} bytes this server accepts."
    return BadRequest(413, message, {"Connection": "close"})


async def _read_body(request: Request, max_body_bytes: int) -> bytes:
    try:
        return await read_body(request, max_body_bytes)
    except BodyTooLarge:
        raise too_large(max_body_bytes) from None
    except HTTPException as error:
        raise BadRequest(error.status_code, error.detail) from None


def _parse_json(source: str, text: bytes | str) -> Any:
    try:
        return parse_json(text)
    except InvalidPayload as error:
        raise BadRequest(400, f"{source} cannot be read: {error.violations[0].message}.") from None


def _query_members(request: Request) -> dict[str, Any]:
    parameters = request.query_params
    repeated = [name for name in parameters if len(parameters.getlist(name)) > 1]
    if repeated:
        raise BadRequest(400, f"The parameter {repeated[0]!r} was given more than once.")
    members: dict[str, Any] = dict(parameters)
    for name in ("variables", "extensions"):
        if name in members:
            members[name] = _parse_json(f"The parameter {name!r}", members[name])
    return members


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
