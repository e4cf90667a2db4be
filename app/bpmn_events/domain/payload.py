"""The form of payloads: JSON objects within limits, with values that every database can store."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from bpmn_events.domain.errors import InvalidPayload, PayloadViolation
from bpmn_events.domain.events import JsonObject

MIN_INTEGER = -(2**63)
MAX_INTEGER = 2**64 - 1


@dataclass(frozen=True, slots=True)
class PayloadLimits:
    """The limits of a payload.

    ``max_bytes`` limits its compact JSON form, ``max_depth`` the nesting of objects and arrays.
    """

    max_bytes: int = 262_144
    max_depth: int = 64


def violation(path: str, keyword: str, message: str) -> InvalidPayload:
    """Return the error for a payload with one violation."""
    return InvalidPayload((PayloadViolation(path, keyword, message),))


def check_payload(payload: Any, limits: PayloadLimits) -> JsonObject | None:
    """Return the payload as a JSON object, or None if there is no payload.

    Raises:
        InvalidPayload: The payload is not an object, is nested too deeply, or has a value that JSON (RFC 8259) or a
            64-bit integer cannot represent.
    """
    if payload is None:
        return None
    if not isinstance(payload, dict):
        raise InvalidPayload((PayloadViolation("", "type", "a payload is a JSON object"),))
    first = next(_find_violations(payload, "", limits.max_depth), None)
    if first is not None:
        raise InvalidPayload((first,))
    return payload


def check_size(encoded: bytes, limits: PayloadLimits) -> None:
    """Raise ``InvalidPayload`` if the payload's compact JSON form is larger than ``limits.max_bytes``."""
    if len(encoded) > limits.max_bytes:
        raise violation("", "maxBytes", f"{len(encoded)} bytes; at most {limits.max_bytes} are accepted")


def pointer(path: str, member: str | int) -> str:
    """Return the JSON Pointer (RFC 6901) of a member of the value at ``path``."""
    return f"{path}/{str(member).replace('~', '~0').replace('/', '~1')}"


def _find_violations(value: Any, path: str, depth_left: int) -> Iterator[PayloadViolation]:
    match value:
        case dict() | list() if depth_left == 0:
            yield PayloadViolation(path, "maxDepth", "nested too deeply")
        case dict():
            for key, member in value.items():
                yield from _find_text_violations(key, path)
                yield from _find_violations(member, pointer(path, key), depth_left - 1)
        case list():
            for index, item in enumerate(value):
                yield from _find_violations(item, pointer(path, index), depth_left - 1)
        case str():
            yield from _find_text_violations(value, path)
        case bool() | None:
            return
        case int() if not MIN_INTEGER <= value <= MAX_INTEGER:
            yield PayloadViolation(path, "integer", "an integer beyond 64 bits")
        case float() if not isfinite(value):
            yield PayloadViolation(path, "number", "a number must be finite")
        case int() | float():
            return
        case _:
            yield PayloadViolation(path, "type", "not a JSON value")


def _find_text_violations(text: str, path: str) -> Iterator[PayloadViolation]:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        yield PayloadViolation(path, "string", "a string with half a surrogate pair")
