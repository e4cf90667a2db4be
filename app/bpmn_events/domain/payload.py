"""The form of payloads: JSON objects within limits, with values that every database can store."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from bpmn_events.domain.errors import InvalidPayload, PayloadViolation
from bpmn_events.domain.events import JsonObject

MIN_INTEGER = -(2**63)
MAX_INTEGER = 2**64 - 1

_DIGITS_AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_BIG_INTEGER = b"0" * 19  # 64 bits have 19 or 20 digits
_AS_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


@dataclass(frozen=True, slots=True)
class PayloadLimits:
    """The limits of a payload.

    ``max_bytes`` limits its compact JSON form, ``max_depth`` the nesting of objects and arrays.
    """

    max_bytes: int = 262_144
    max_depth: int = 64


@dataclass(slots=True)
class _Found:
    """A violation. ``members`` lead to its value, from the inside outwards."""

    keyword: str
    message: str
    members: list[str | int] = field(default_factory=list)

    @property
    def path(self) -> str:
        path = ""
        for member in reversed(self.members):
            path = pointer(path, member)
        return path


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
    found = _find_violation(payload, limits.max_depth)
    if found is not None:
        raise InvalidPayload((PayloadViolation(found.path, found.keyword, found.message),))
    return payload


def check_size(encoded: bytes, limits: PayloadLimits) -> None:
    """Raise ``InvalidPayload`` if the payload's compact JSON form is larger than ``limits.max_bytes``."""
    if len(encoded) > limits.max_bytes:
        raise violation("", "maxBytes", f"{len(encoded)} bytes; at most {limits.max_bytes} are accepted")


def is_surely_valid(encoded: bytes, limits: PayloadLimits) -> bool:
    """Return True if the JSON form of an object shows that ``check_payload`` accepts it, if its numbers are finite.

    It looks at bytes only, because a large payload has a hundred thousand values. False says nothing.
    """
    outside = without_texts(encoded)
    if _BIG_INTEGER in outside.translate(_DIGITS_AS_ZEROS):
        return False
    return _has_depth(outside.translate(_AS_BRACKETS, _NO_BRACKETS), limits.max_depth)


def without_texts(encoded: bytes) -> bytes:
    """Return the compact JSON form without the contents of names and texts, which may look like anything else."""
    unescaped = encoded.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in encoded else encoded
    return b'"'.join(unescaped.split(b'"')[::2])


def _has_depth(brackets: bytes, max_depth: int) -> bool:
    """Return True if the brackets are nested at most so deeply. Each step removes the innermost ones."""
    for _ in range(max_depth):
        if not brackets:
            break
        brackets = brackets.replace(b"[]", b"")
    return not brackets


def pointer(path: str, member: str | int) -> str:
    """Return the JSON Pointer (RFC 6901) of a member of the value at ``path``."""
    return f"{path}/{str(member).replace('~', '~0').replace('/', '~1')}"


def _find_violation(value: Any, depth_left: int) -> _Found | None:
    """Return the first violation in the value, or None if there is none.

    Only a violation gets a path, on the way out: most payloads have none, and each of their values would pay for one.
    """
    if isinstance(value, str):
        return _find_in_text(value)
    if isinstance(value, dict | list):
        return _find_in_members(value, depth_left) if depth_left else _Found("maxDepth", "nested too deeply")
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        is_stored = MIN_INTEGER <= value <= MAX_INTEGER
        return None if is_stored else _Found("integer", "an integer beyond 64 bits")
    if isinstance(value, float):
        return None if isfinite(value) else _Found("number", "a number must be finite")
    return _Found("type", "not a JSON value")


def _find_in_members(value: JsonObject | list[Any], depth_left: int) -> _Found | None:
    if isinstance(value, list) and _are_plain(value):
        return None
    members: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in members:
        found = _find_in_text(key) if isinstance(key, str) else None
        if found is not None:
            return found
        found = _find_violation(member, depth_left - 1)
        if found is not None:
            found.members.append(key)
            return found
    return None


def _are_plain(items: list[Any]) -> bool:
    """Return True for integers, or texts, that are all valid. A payload may have a hundred thousand of them."""
    kinds = set(map(type, items))
    if kinds == {int}:
        return min(items) >= MIN_INTEGER and max(items) <= MAX_INTEGER  # type: ignore[no-any-return]
    return kinds == {str} and all(map(str.isascii, items))


def _find_in_text(text: str) -> _Found | None:
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return _Found("string", "a string with half a surrogate pair")
    return None
