"""Keyset pages of lists (Relay Cursor Connections specification)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from bpmn_events.domain.changes import ChangesCursor

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
        with_changes_cursor: Whether the page gets its ``changes_cursor``.
    """

    limit: int | None = DEFAULT_PAGE
    after: Position | None = None
    before: Position | None = None
    backward: bool = False
    offset: int = 0
    with_changes_cursor: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows in list order.

    Attributes:
        has_next: True if the list has more rows after the page.
        has_previous: True if the list has more rows before the page.
        changes_cursor: The cursor that knows exactly the changes that the page has seen; None if it was not requested.
    """

    items: tuple[T, ...]
    has_next: bool
    has_previous: bool
    changes_cursor: ChangesCursor | None = None

    def map(self, change: Callable[[T], T]) -> "Page[T]":
        """Return the page with each item changed."""
        return replace(self, items=tuple(map(change, self.items)))
