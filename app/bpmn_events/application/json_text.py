"""Strict parsing of JSON texts from callers (RFC 8259)."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE
from typing import Any

import msgspec

from bpmn_events.domain.errors import InvalidPayload, PayloadViolation

_MALFORMED = "JSON is malformed: "
_BYTE_ORDER_MARK = "\ufeff"
_WIDE_BYTE_ORDER_MARKS = (BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_BE)  # that of UTF-32-LE begins with that of UTF-16-LE


def parse_json(text: bytes | str) -> Any:
    """Return the value of a JSON text.

    A byte order mark before the text is ignored, because programs on Windows write one (RFC 8259, section 8.1).

    Raises:
        InvalidPayload: The text is not JSON, not UTF-8, nested too deeply, or has a number out of range.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK) if isinstance(text, str) else text.removeprefix(BOM_UTF8)
    try:
        return msgspec.json.decode(text)
    except (UnicodeError, RecursionError, msgspec.DecodeError) as error:
        raise InvalidPayload((_violation(text, error),)) from None


def _violation(text: bytes | str, error: Exception) -> PayloadViolation:
    if isinstance(text, bytes) and _is_wide(text):
        return PayloadViolation("", "json", "this looks like UTF-16 or UTF-32, but JSON has to be UTF-8")
    match error:
        case UnicodeError():
            return PayloadViolation("", "json", "this is not UTF-8")
        case RecursionError():
            return PayloadViolation("", "maxDepth", "nested too deeply")
        case msgspec.ValidationError():  # a number out of range, such as 1e999
            return PayloadViolation("", "number", str(error).partition(" - at ")[0])  # without the place: `$[...]`
        case _:
            reason = str(error)
            where = f": {reason.removeprefix(_MALFORMED)}" if reason.startswith(_MALFORMED) else ""
            return PayloadViolation("", "json", f"this is not valid JSON{where}")


def _is_wide(text: bytes) -> bool:
    """Return True if the text begins like UTF-16 or UTF-32: with a byte order mark, or with an ASCII character."""
    return text.startswith(_WIDE_BYTE_ORDER_MARKS) or 0 in text[:2]
