"""Keyset pages of lists (Relay Cursor Connections specification)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_PAGE = 500
DEFAULT_PAGE = 50


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a row in an ordered list: its sort value (microseconds since 1970, or None) and its id."""

    value: int | None
    id: str


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The page to read from a list. Rows always come in list order.

    Attributes:
        limit: The maximum number of rows. None means all rows, which only the plain HTTP API may request.
        after: Read only rows after this position.
        before: Read only rows before this position.
        backward: Take the last rows within these bounds instead of the first.
        offset: The number of rows to skip first.
    """

    limit: int | None = DEFAULT_PAGE
    after: Position | None = None
    before: Position | None = None
    backward: bool = False
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows in list order.

    ``has_next`` is True if the list has more rows after the page, ``has_previous`` if it has more before.
    """

    items: tuple[T, ...]
    has_next: bool
    has_previous: bool

    def map(self, change: Callable[[T], T]) -> "Page[T]":
        """Return the page with each item changed."""
        return replace(self, items=tuple(map(change, self.items)))
