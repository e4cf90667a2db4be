"""The arguments of lists: which page is asked for, in the words of the Relay Cursor Connections specification."""

from typing import Annotated, TypeAlias, TypeVar

import strawberry
from graphql import VariableNode

from bpmn_events.domain.errors import InvalidArgument
from bpmn_events.domain.pages import DEFAULT_PAGE, MAX_PAGE, PageRequest
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.cursors import decode_cursor
from bpmn_events.web.gql.strawberry_bridge import core_info

T = TypeVar("T")

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"The first so many items, 1 to {MAX_PAGE}, after `after` where that is given; null stands for "
        f"{DEFAULT_PAGE}."
    ),
]
After: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only what follows this cursor: the `endCursor` of the page before.")
]
Last: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description=f"The last so many items, 1 to {MAX_PAGE}, before `before` where that is given. Not together with "
        "`first`."
    ),
]
Before: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Only what precedes this cursor: the `startCursor` of the page after."),
]


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


def is_given(info: Info, argument: str) -> bool:
    """Tell whether the request itself gives the argument, as opposed to the schema's default for it."""
    raw = core_info(info)
    for node in raw.field_nodes[0].arguments or ():
        if node.name.value == argument:
            return not isinstance(node.value, VariableNode) or node.value.name.value in raw.variable_values.coerced
    return False


def _checked(argument: str, count: int) -> int:
    if not 1 <= count <= MAX_PAGE:
        raise InvalidArgument(argument, f"takes 1 to {MAX_PAGE}")
    return count
