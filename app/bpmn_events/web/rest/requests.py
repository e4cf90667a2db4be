"""Helpers of the plain HTTP API that read requests and write responses."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bpmn_events.application.json_text import parse_json
from bpmn_events.application.ports.response_budget import ResponseTooLarge
from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.payload import violation
from bpmn_events.web.http.bodies import check_content_type, read_body


async def read_payload(request: Request, max_body_bytes: int) -> Any:
    """Return the JSON payload in the body, or None without a body. Raise ``InvalidPayload`` if it is ``null``."""
    body = await read_body(request, max_body_bytes)
    if not body:
        return None
    check_content_type(request)
    payload = parse_json(body)
    if payload is None:
        raise violation("", "type", "a payload is a JSON object")
    return payload


def idempotency_key(request: Request) -> str | None:
    """Return the Idempotency-Key of the request, or None.

    Raises:
        InvalidArgument: The request has several.
    """
    keys = request.headers.getlist("idempotency-key")
    if len(keys) > 1:
        raise InvalidArgument("Idempotency-Key", "was sent more than once")
    return keys[0] if keys else None


NO_STORE = {"Cache-Control": "no-store"}


def json_response(document: Any) -> Response:
    """Return the document as a JSON response that caches must not store."""
    return Response(msgspec.json.encode(document), headers=NO_STORE, media_type="application/json")


def limited_json_response(request: Request, document: Any) -> Response:
    """Return the document as ``json_response`` does, unless it has more bytes than the server sends.

    Raises:
        ResponseTooLarge: The document is too large.
    """
    response, max_bytes = json_response(document), request.app.state.max_response_bytes
    if len(response.body) > max_bytes:
        raise ResponseTooLarge(max_bytes)
    return response
