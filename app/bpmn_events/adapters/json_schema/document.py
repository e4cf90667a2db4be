"""Limits on the JSON text of a schema, before anything reads it as a schema.

A schema is compiled in one call that nothing can interrupt, so its size is limited. Its numbers are limited like those
of payloads: a number with 400 digits fits into no database, and each comparison with it would cost as much as a
thousand others.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from bpmn_events.adapters.json_schema.refusal import SchemaRefusal, to_pointer
from bpmn_events.domain.payload import MAX_INTEGER, MIN_INTEGER

MAX_DEPTH = 128
MAX_VALUES = 20_000
MAX_CHARACTERS = 1_000_000


def check_document(schema: Any) -> None:
    """Raise ``SchemaRefusal`` if the schema is too large or too deep, or has a number or text beyond the limits."""
    pending: list[_Place] = [_Place(None, "", schema, 1)]
    values = characters = 0
    while pending:
        place = pending.pop()
        values += 1
        if values > MAX_VALUES:
            raise SchemaRefusal(f"it has more than {MAX_VALUES} values")
        if isinstance(place.value, dict | list):
            characters += sum(map(len, place.value)) if isinstance(place.value, dict) else 0
            pending += place.members()
        else:
            characters += _check_scalar(place)
        if characters > MAX_CHARACTERS:
            raise SchemaRefusal(f"it has more than {MAX_CHARACTERS} characters")


class _Place:
    """A value of the schema, with the way to it. The way becomes a pointer only if the value is refused."""

    __slots__ = ("depth", "member", "parent", "value")

    def __init__(self, parent: "_Place | None", member: str | int, value: Any, depth: int) -> None:
        self.parent = parent
        self.member = member
        self.value = value
        self.depth = depth

    def members(self) -> "Iterator[_Place]":
        if self.depth > MAX_DEPTH:
            raise SchemaRefusal(f"it is nested more than {MAX_DEPTH} deep")
        members = self.value.items() if isinstance(self.value, dict) else enumerate(self.value)
        return (_Place(self, member, value, self.depth + 1) for member, value in members)

    def refuse(self, reason: str) -> SchemaRefusal:
        return SchemaRefusal(reason, to_pointer(reversed([place.member for place in self._way()])))

    def _way(self) -> "Iterator[_Place]":
        place = self
        while place.parent is not None:
            yield place
            place = place.parent


def _check_scalar(place: _Place) -> int:
    """Return the number of characters of a text, otherwise 0."""
    match place.value:
        case bool() | None:
            return 0
        case str(text):
            if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
                raise place.refuse("a text has half a surrogate pair")
            return len(text)
        case int(number) if not MIN_INTEGER <= number <= MAX_INTEGER:
            raise place.refuse("an integer is beyond 64 bits: from -2^63 to 2^64-1 are supported")
        case float(number) if not isfinite(number):
            raise place.refuse("a number is not finite")
        case int() | float():
            return 0
    raise place.refuse("a value is not JSON")
