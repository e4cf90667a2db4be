"""GraphQL requests over HTTP, checked before anything is executed (GraphQL over HTTP, draft)."""

from collections.abc import Mapping
from functools import lru_cache
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
    """The operation a GET or POST asks for. Raises ``BadRequest``."""
    if request.method == "GET":
        return _checked(_query_members(request))
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise BadRequest(415, f"Send the request as Content-Type: {JSON}.")
    return parse_request(await _body(request, max_body_bytes))


def parse_request(body: bytes) -> GraphQLRequest:
    """The operation that the body of a POST asks for. Raises ``BadRequest``."""
    return _checked(_parsed("The request body", body))


def too_large(max_body_bytes: int) -> BadRequest:
    message = f"The request body is larger than the {max_body_bytes} bytes this server accepts."
    return BadRequest(413, message, {"Connection": "close"})


def accepted(request: Request, offered: tuple[str, ...]) -> str | None:
    """The media type among those offered that the client likes best; the first of them where it does not care."""
    return _chosen(",".join(request.headers.getlist("accept")), offered)


@lru_cache(maxsize=128)  # every client sends one of few
def _chosen(wanted: str, offered: tuple[str, ...]) -> str | None:
    wishes = [_wish(part) for part in wanted.split(",") if part.strip()]
    if not wishes:
        return offered[0]
    for media_range, quality in sorted(wishes, key=lambda wish: -wish[1]):
        matching = (each for each in offered if media_range in (each, "*/*", f"{each.partition('/')[0]}/*"))
        found = next(matching, None) if quality > 0 else None
        if found is not None:
            return found
    return None


def _wish(part: str) -> tuple[str, float]:
    media_range, *parameters = (each.strip().lower() for each in part.split(";"))
    quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        return media_range, float(quality)
    except ValueError:
        return media_range, 1.0


async def _body(request: Request, max_body_bytes: int) -> bytes:
    try:
        return await read_body(request, max_body_bytes)
    except BodyTooLarge:
        raise too_large(max_body_bytes) from None
    except HTTPException as error:
        raise BadRequest(error.status_code, error.detail) from None


def _parsed(what: str, text: bytes | str) -> Any:
    try:
        return parse_json(text)
    except InvalidPayload as error:
        raise BadRequest(400, f"{what} cannot be read: {error.violations[0].message}.") from None


def _query_members(request: Request) -> dict[str, Any]:
    parameters = request.query_params
    repeated = [name for name in parameters if len(parameters.getlist(name)) > 1]
    if repeated:
        raise BadRequest(400, f"The parameter {repeated[0]!r} was given more than once.")
    members: dict[str, Any] = dict(parameters)
    for name in ("variables", "extensions"):
        if name in members:
            members[name] = _parsed(f"The parameter {name!r}", members[name])
    return members


def _checked(members: Any) -> GraphQLRequest:
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
        # Clients that send the hash of the text, too, want it remembered, which it is not.
        return GraphQLRequest(query, name, variables)
    if query:
        raise BadRequest(400, "Send either the 'query' or the 'documentId', not both.")
    persisted = _persisted_query(extensions) if extensions else None
    if document_id is not None:
        if persisted not in (None, document_id.removeprefix(ID_PREFIX)):
            raise BadRequest(400, "The 'documentId' and the 'persistedQuery' name different documents.")
        return GraphQLRequest(None, name, variables, document_id)
    if persisted is not None:
        return GraphQLRequest(None, name, variables, persisted, is_persisted_query=True)
    if query is None:
        raise BadRequest(400, "The request has no 'query', nor the id of a document.")
    return GraphQLRequest(query, name, variables)


def _persisted_query(extensions: Mapping[str, Any]) -> str | None:
    """The id of a document as clients of Apollo's kind send it; None where they do not."""
    given = _member(extensions, "persistedQuery", dict, "an object")
    if given is None:
        return None
    version = given.get("version")
    if version != 1 or isinstance(version, bool):
        raise BadRequest(400, "The member 'version' of a 'persistedQuery' must be 1.")
    identifier = _member(given, "sha256Hash", str, "a string")
    if identifier is None:
        raise BadRequest(400, "The 'persistedQuery' has no 'sha256Hash'.")
    return identifier


def _member(members: Mapping[str, Any], name: str, kind: type[T], expected: str) -> T | None:
    value = members.get(name)
    if value is not None and not isinstance(value, kind):
        raise BadRequest(400, f"The member {name!r} must be {expected}.")
    return value
