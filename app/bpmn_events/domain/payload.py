"""The form of payloads: JSON objects within limits, with values that every database can store."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import repeat
from math import isfinite
from typing import Any

from bpmn_events.domain.errors import InvalidPayload, PayloadViolation
from bpmn_events.domain.events import JsonObject

MIN_INTEGER = -(2**63)
MAX_INTEGER = 2**64 - 1
# More values are checked together, if all have the same type.
_FEW_VALUES = 16


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
    if not _is_valid(payload, limits.max_depth):
        first = _find_violation(payload, "", limits.max_depth)
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


def _is_valid(value: Any, depth_left: int) -> bool:
    """Return True if the value certainly has no violation. A payload may have a hundred thousand values."""
    kind = type(value)
    if kind is str:
        return _is_storable(value)
    if kind is int:
        return MIN_INTEGER <= value <= MAX_INTEGER  # type: ignore[no-any-return]
    if kind is float:
        return isfinite(value)
    if kind is dict:
        return depth_left > 0 and _are_valid(value, 1) and _are_valid(value.values(), depth_left - 1)
    if kind is list:
        return depth_left > 0 and _are_valid(value, depth_left - 1)
    return value is None or kind is bool


def _are_valid(values: Collection[Any], depth_left: int) -> bool:
    if len(values) > _FEW_VALUES:
        kinds = set(map(type, values))
        if kinds == {int}:
            return min(values) >= MIN_INTEGER and max(values) <= MAX_INTEGER  # type: ignore[no-any-return]
        if kinds == {float}:
            return all(map(isfinite, values))
        if kinds == {str}:
            return all(map(str.isascii, values)) or all(map(_is_storable, values))
    return all(map(_is_valid, values, repeat(depth_left)))


def _find_violation(value: Any, path: str, depth_left: int) -> PayloadViolation | None:
    """Return the first violation in the value at the path, or None if there is none."""
    match value:
        case dict() | list() if depth_left == 0:
            return PayloadViolation(path, "maxDepth", "nested too deeply")
        case dict() | list():
            return _find_inner_violation(value, path, depth_left - 1)
        case str() if not _is_storable(value):
            return PayloadViolation(path, "string", "a string with half a surrogate pair")
        case str() | bool() | None:
            return None
        case int() if not MIN_INTEGER <= value <= MAX_INTEGER:
            return PayloadViolation(path, "integer", "an integer beyond 64 bits")
        case float() if not isfinite(value):
            return PayloadViolation(path, "number", "a number must be finite")
        case int() | float():
            return None
    return PayloadViolation(path, "type", "not a JSON value")


def _find_inner_violation(value: dict[str, Any] | list[Any], path: str, depth_left: int) -> PayloadViolation | None:
    members: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in members:
        if isinstance(name, str) and (violation := _find_violation(name, path, 1)) is not None:
            return violation
        if not _is_valid(member, depth_left):
            violation = _find_violation(member, pointer(path, name), depth_left)
            if violation is not None:
                return violation
    return None


def _is_storable(text: str) -> bool:
    """Return False if the text has half a surrogate pair."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
