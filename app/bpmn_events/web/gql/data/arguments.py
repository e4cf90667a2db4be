"""Paging arguments of lists, validated and decoded."""

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

import strawberry

from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.pages import DEFAULT_PAGE, MAX_PAGE, PageRequest
from bpmn_events.web.gql.data.cursors import decode_cursor

T = TypeVar("T")


def none_if_unset(value: T | None) -> T | None:
    """Return the value, or None for an omitted argument: omitted and null mean the same in this schema."""
    return None if value is strawberry.UNSET else value


def forward_page_request(list_name: str, first: int | None, after: str | None) -> PageRequest:
    """Return the page request for a list that pages forward only.

    Raises:
        InvalidArgument: ``first`` is out of range, or ``after`` is not a cursor of this list.
    """
    return page_request(list_name, first, after, None, None)


def page_request(
    list_name: str, first: int | None, after: str | None, last: int | None, before: str | None
) -> PageRequest:
    """Return the page request for a list that pages in both directions; ``last`` counts from its end.

    Raises:
        InvalidArgument: ``first`` or ``last`` is out of range, both are set, or a cursor is not of this list.
    """
    first, after, last, before = (
        none_if_unset(first),
        none_if_unset(after),
        none_if_unset(last),
        none_if_unset(before),
    )
    if first is not None and last is not None:
        raise InvalidArgument("last", "cannot be combined with first")
    first = None if first is None else _check_size("first", first)
    last = None if last is None else _check_size("last", last)
    return PageRequest(
        limit=first or last or DEFAULT_PAGE,
        after=None if after is None else decode_cursor(list_name, after, "after"),
        before=None if before is None else decode_cursor(list_name, before, "before"),
        backward=last is not None,
    )


def with_changes_cursor(request: PageRequest, fields: Collection[str]) -> PageRequest:
    """Return the request, which asks for the cursor of changes if the document has a field of that name."""
    return replace(request, with_changes_cursor=True) if "changesCursor" in fields else request


def _check_size(argument: str, size: int) -> int:
    if not 1 <= size <= MAX_PAGE:
        raise InvalidArgument(argument, f"takes 1 to {MAX_PAGE}")
    return size
