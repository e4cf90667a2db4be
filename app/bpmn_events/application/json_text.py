"""Strict parsing of JSON texts from callers (RFC 8259)."""

from typing import Any

import msgspec

from bpmn_events.domain.errors import InvalidPayload, PayloadViolation

_MALFORMED = "JSON is malformed: "


def parse_json(text: bytes | str) -> Any:
    """Return the value of a JSON text.

    Raises:
        InvalidPayload: The text is not JSON, not UTF-8, nested too deeply, or has a number out of range.
    """
    try:
        return msgspec.json.decode(text)
    except (UnicodeError, RecursionError, msgspec.DecodeError) as error:
        raise InvalidPayload((_violation(error),)) from None


def _violation(error: Exception) -> PayloadViolation:
    match error:
        case UnicodeError():
            return PayloadViolation("", "json", "this is not UTF-8")
        case RecursionError():
            return PayloadViolation("", "maxDepth", "nested too deeply")
        case msgspec.ValidationError():  # a number out of range, such as 1e999
            return PayloadViolation("", "number", str(error))
        case _:
            reason = str(error)
            where = f": {reason.removeprefix(_MALFORMED)}" if reason.startswith(_MALFORMED) else ""
            return PayloadViolation("", "json", f"this is not valid JSON{where}")
