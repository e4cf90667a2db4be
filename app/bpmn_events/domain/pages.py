"""Keyset pages: what a list is asked for and what it answers (Relay Cursor Connections specification)."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_PAGE = 500
DEFAULT_PAGE = 50


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two rows of an ordered list: the sort value (microseconds since 1970, or None) and the id."""

    value: int | None
    id: str


@dataclass(frozen=True, slots=True)
class PageRequest:
    """``limit`` rows after or before a position; ``backward`` takes them from the end. Rows always come in list order.

    ``limit`` None means all rows (only the plain HTTP API may ask for that); ``offset`` skips rows first.
    """

    limit: int | None = DEFAULT_PAGE
    after: Position | None = None
    before: Position | None = None
    backward: bool = False
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows in list order, and whether more lie on either side."""

    items: tuple[T, ...]
    has_next: bool
    has_previous: bool
