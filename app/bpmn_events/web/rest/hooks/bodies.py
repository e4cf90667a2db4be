"""The bodies of deliveries, as the values that the expressions of a hook read."""

from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from bpmn_events.application.json_text import parse_json
from bpmn_events.domain.payload import violation
from bpmn_events.web.http.bodies import check_content_type

_FORM, _TEXT = "application/x-www-form-urlencoded", "text/plain"
MEDIA_TYPES = ("application/json", _FORM, _TEXT)
_MAX_FIELDS = 1_000


def read_document(request: Request, body: bytes, json_field: str | None) -> Any:
    """Return the JSON value of the body, the fields of a form, or a plain text. An empty body is null.

    A field that occurs several times is a list of its texts. ``json_field`` names the field of a form whose text is the
    JSON value.

    Raises:
        InvalidPayload: The body does not match its Content-Type.
        HTTPException: 415, the Content-Type is none of ``MEDIA_TYPES``.
    """
    if not body:
        return None
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == _FORM:
        fields = _read_form(body)
        return fields if json_field is None else _read_field(fields, json_field)
    if media_type == _TEXT:
        return _read_text(body)
    check_content_type(request)
    return parse_json(body)


def _read_text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise violation("", "text", "this is not UTF-8") from None


def _read_form(body: bytes) -> dict[str, str | list[str]]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError:  # not ASCII, not UTF-8 when decoded, or too many fields
        raise violation("", "form", f"this is not a form in UTF-8 of at most {_MAX_FIELDS} fields") from None
    fields: dict[str, list[str]] = {}
    for name, text in pairs:
        fields.setdefault(name, []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in fields.items()}


def _read_field(fields: dict[str, str | list[str]], name: str) -> Any:
    text = fields.get(name)
    if not isinstance(text, str):
        raise violation("", "form", "the form does not have the field with the JSON value once")
    return parse_json(text)
