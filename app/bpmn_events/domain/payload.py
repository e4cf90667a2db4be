"""What every payload must be before a process sees it: a JSON object within limits that any database can hold."""

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
    """``max_bytes`` of its compact JSON form, and ``max_depth`` of nested objects and arrays."""

    max_bytes: int = 262_144
    max_depth: int = 64


def violation(path: str, keyword: str, message: str) -> InvalidPayload:
    return InvalidPayload((PayloadViolation(path, keyword, message),))


def checked_payload(payload: Any, limits: PayloadLimits) -> JsonObject | None:
    """The payload as a JSON object; None stays None and means that there is none.

    Raises:
        InvalidPayload: it is no object, too deep, or holds a value that JSON (RFC 8259) or 64 bits cannot.
    """
    if payload is None:
        return None
    if not isinstance(payload, dict):
        raise violation("", "type", "a payload is a JSON object")
    problem = next(_problems(payload, "", limits.max_depth), None)
    if problem is not None:
        raise InvalidPayload((problem,))
    return payload


def check_size(encoded: bytes, limits: PayloadLimits) -> None:
    """Raises ``InvalidPayload`` where the payload's compact JSON form is larger than the limit."""
    if len(encoded) > limits.max_bytes:
        raise violation("", "maxBytes", f"{len(encoded)} bytes; at most {limits.max_bytes} are accepted")


def pointer(path: str, member: str | int) -> str:
    """The JSON Pointer (RFC 6901) of a member below ``path``."""
    return f"{path}/{str(member).replace('~', '~0').replace('/', '~1')}"


def _problems(value: Any, path: str, depth_left: int) -> Iterator[PayloadViolation]:
    match value:
        case dict() | list() if depth_left == 0:
            yield PayloadViolation(path, "maxDepth", "nested too deeply")
        case dict():
            for key, member in value.items():
                yield from _text_problems(key, path)
                yield from _problems(member, pointer(path, key), depth_left - 1)
        case list():
            for index, item in enumerate(value):
                yield from _problems(item, pointer(path, index), depth_left - 1)
        case str():
            yield from _text_problems(value, path)
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


def _text_problems(text: str, path: str) -> Iterator[PayloadViolation]:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        yield PayloadViolation(path, "string", "a string with half a surrogate pair")
