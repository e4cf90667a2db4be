"""Parsing and validation of GraphQL requests (GraphQL over HTTP, draft)."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bpmn_events.application.json_text import parse_json
from bpmn_events.domain.errors import InvalidPayload
from bpmn_events.web.gql.execution.request import BadRequest, GraphQLRequest
from bpmn_events.web.gql.execution.request_members import build_request
from bpmn_events.web.http.bodies import BodyTooLarge, read_body

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
