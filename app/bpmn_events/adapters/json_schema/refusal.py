"""The refusal of a schema, with its place."""

from collections.abc import Iterable

from bpmn_events.domain.payload import pointer


class SchemaRefusal(Exception):
    """A schema is invalid, or too large to be used."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f'{reason}, at "{place}"' if place else reason)


class TooCostly(SchemaRefusal):
    """The schema is valid, but checking a small payload against it could take too long."""


def to_pointer(members: Iterable[str | int]) -> str:
    """Return the JSON Pointer (RFC 6901) of these members, each inside the one before."""
    path = ""
    for member in members:
        path = pointer(path, member)
    return path
