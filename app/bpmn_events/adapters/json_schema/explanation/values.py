"""A value of a payload with its path and size."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from bpmn_events.adapters.json_schema.costs.payload_size import to_json
from bpmn_events.domain.payload import pointer

# Messages about smaller values are built by jsonschema-rs from the whole value.
SMALL = 2_000
# The search checks the largest member of larger values last.
_UNDIVIDED = 2_000
_SCALAR = 16
_CHUNK = 250
_FEW = 8

# A member of an object or an item of an array, with its name or index.
Member: TypeAlias = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """A value inside of the payload.

    Attributes:
        content: The value.
        path: Its JSON Pointer.
        size: About the bytes of its JSON text.
    """

    content: Any
    path: str = ""
    size: int = field(default=0)

    @property
    def is_small(self) -> bool:
        return self.size <= SMALL

    def member(self, key: str | int, content: Any, size: int) -> "Value":
        return Value(content, pointer(self.path, key), size)


def size_of(content: Any) -> int:
    """Return about the bytes of the JSON text of a value."""
    if isinstance(content, dict | list):
        return len(to_json(content)) if content else 2
    return len(content) + 2 if isinstance(content, str) else _SCALAR


def members_of(content: Any) -> Iterator[Member]:
    """Return the members of an object or the items of an array."""
    return iter(content.items()) if isinstance(content, dict) else enumerate(content)


def find_largest(value: Value) -> tuple[Member, int] | None:
    """Return the member that has more than half of the size of a large value, with its size; None if there is none."""
    if value.size <= _UNDIVIDED or not value.content:
        return None
    return _by_exclusion(value) if len(value.content) <= _FEW else _by_size(value)


def _by_exclusion(value: Value) -> tuple[Member, int] | None:
    """Measure all members but the one with the most members: in a deep payload, this one contains almost everything."""
    *others, last = sorted(members_of(value.content), key=lambda member: _count(member[1]))
    size = value.size - sum(size_of(content) for _, content in others)
    return (last, size) if size > value.size / 2 else _by_size(value)


def _count(content: Any) -> int:
    return len(content) if isinstance(content, dict | list | str) else 0


def _by_size(value: Value) -> tuple[Member, int] | None:
    left = half = value.size / 2
    for chunk in _chunks(value.content):
        size = size_of([content for _, content in chunk]) if len(value.content) > _CHUNK else value.size
        for member in chunk if size > half else ():
            size = size_of(member[1])
            if size > half:
                return member, size
        left -= size
        if left < 0:
            return None
    return None


def find_each(value: Value, without: Member | None, are_valid: Callable[[list[Member]], bool]) -> Iterator[Member]:
    """Yield the members that are invalid, apart from one. Check many at once: most of them are valid."""
    for chunk in _chunks(value.content):
        members = [member for member in chunk if without is None or member[0] != without[0]]
        if members and not are_valid(members):
            yield from (member for member in members if not are_valid([member]))


def _chunks(content: Any) -> Iterator[list[Member]]:
    members = members_of(content)
    while chunk := list(islice(members, _CHUNK)):
        yield chunk
