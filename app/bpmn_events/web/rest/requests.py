"""What the handlers of the plain HTTP API read from a request, and how they answer."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bpmn_events.application.json_text import parse_json
from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.payload import violation
from bpmn_events.web.http.bodies import check_content_type, read_body


async def read_payload(request: Request, max_body_bytes: int) -> Any:
    """None where there is no body. A body must be an object: ``null`` is refused like any other value."""
    body = await read_body(request, max_body_bytes)
    if not body:
        return None
    check_content_type(request)
    payload = parse_json(body)
    if payload is None:
        raise violation("", "type", "a payload is a JSON object")
    return payload


def idempotency_key(request: Request) -> str | None:
    keys = request.headers.getlist("idempotency-key")
    if len(keys) > 1:
        raise InvalidArgument("Idempotency-Key", "was sent more than once")
    return keys[0] if keys else None


def query_value(request: Request, name: str) -> str | None:
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise InvalidArgument(name, "was given more than once")
    return values[0] if values else None


NOT_STORED = {"Cache-Control": "no-store"}


def json_answer(document: Any) -> Response:
    return Response(msgspec.json.encode(document), headers=NOT_STORED, media_type="application/json")
