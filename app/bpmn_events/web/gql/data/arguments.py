"""What arguments ask for: whether one was given at all, and which page of a list."""

from typing import TypeVar

import strawberry

from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.pages import DEFAULT_PAGE, MAX_PAGE, PageRequest
from bpmn_events.web.gql.data.cursors import decode_cursor

T = TypeVar("T")


def given(value: T | None) -> T | None:
    """The value, where one was given; left out and null mean the same."""
    return None if value is strawberry.UNSET else value


def forward_page(list_name: str, first: int | None, after: str | None) -> PageRequest:
    """The page of a list that is only read forward.

    Raises:
        InvalidArgument: ``first`` is out of range, or ``after`` no cursor of this list.
    """
    return page(list_name, first, after, None, None)


def page(list_name: str, first: int | None, after: str | None, last: int | None, before: str | None) -> PageRequest:
    """The page of a list that is read in both directions; ``last`` takes items from its end.

    Raises:
        InvalidArgument: ``first`` or ``last`` is out of range, both are given, or a cursor is none of this list.
    """
    first, after, last, before = given(first), given(after), given(last), given(before)
    if first is not None and last is not None:
        raise InvalidArgument("last", "cannot be combined with first")
    first = None if first is None else _checked("first", first)
    last = None if last is None else _checked("last", last)
    return PageRequest(
        limit=first or last or DEFAULT_PAGE,
        after=None if after is None else decode_cursor(list_name, after, "after"),
        before=None if before is None else decode_cursor(list_name, before, "before"),
        backward=last is not None,
    )


def _checked(argument: str, count: int) -> int:
    if not 1 <= count <= MAX_PAGE:
        raise InvalidArgument(argument, f"takes 1 to {MAX_PAGE}")
    return count
