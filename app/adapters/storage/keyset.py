"""Keyset pages: each is one range of an ordered index, so its cost does not depend on what lies before it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from sqlalchemy import FromClause, tuple_
from sqlalchemy.sql.elements import ColumnElement

from app.adapters.storage.sets import aside
from app.adapters.storage.statements import AnySelect
from app.application.pages import Page, PageRequest, Position

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order:
    """The columns a table is sorted by, all in the same direction; the last one is unique.

    ``values`` are those of a position, column by column. ``carried`` is false where another index than the order's own
    carries the list.
    """

    table: FromClause
    names: tuple[str, ...]
    values: Callable[[Position], tuple[Any, ...]]
    descending: bool = False
    carried: bool = True

    def sort(self, backward: bool, table: FromClause | None = None) -> list[ColumnElement[Any]]:
        """What ORDER BY takes, for this table or another one with the same columns."""
        descending = self.descending is not backward
        columns = self._columns() if table is None else replace(self, table=table, carried=True)._columns()
        return [column.desc() if descending else column.asc() for column in columns]

    def _columns(self) -> list[ColumnElement[Any]]:
        columns: list[ColumnElement[Any]] = [self.table.c[name] for name in self.names]
        return columns if self.carried else [aside(column) for column in columns]

    def beyond(self, position: Position, *, backward: bool, inclusive: bool) -> ColumnElement[bool]:
        """What lies past the position in that direction; ``inclusive`` adds the position itself."""
        columns, values = self._columns(), self.values(position)
        row: Any = tuple_(*columns) if len(columns) > 1 else columns[0]
        bound: Any = tuple_(*values) if len(values) > 1 else values[0]
        if self.descending is not backward:
            return cast("ColumnElement[bool]", row <= bound if inclusive else row < bound)
        return cast("ColumnElement[bool]", row >= bound if inclusive else row > bound)


def by_id(table: FromClause, *, descending: bool = False) -> Order:
    """The order of ids, which is that of time."""
    return Order(table, ("id",), lambda position: (position.id,), descending)


@dataclass(frozen=True, slots=True)
class Walk:
    """A stretch of an ordered list: from its bounds on in one direction, ``limit`` rows after skipping ``offset``."""

    order: Order
    backward: bool
    bounds: tuple[ColumnElement[bool], ...]
    limit: int | None
    offset: int = 0

    def of(self, statement: AnySelect, table: FromClause | None = None) -> AnySelect:
        """The statement, cut down to this stretch; ``table`` is what it selects from, if not the order's own."""
        statement = statement.where(*self.bounds).order_by(*self.order.sort(self.backward, table))
        if self.limit is not None:
            statement = statement.limit(self.limit)
        elif self.offset:
            statement = statement.limit(_ALL)
        return statement.offset(self.offset) if self.offset else statement


_ALL = 2**62  # SQLite has no OFFSET without LIMIT


@dataclass(frozen=True, slots=True)
class PagePlan:
    """The walks a page needs: its rows with one to spare, and what tells whether more lie behind and beyond."""

    request: PageRequest
    rows: Walk
    behind: Walk | None
    beyond: Walk | None

    def page(self, items: Sequence[T], *, behind: bool, beyond: bool) -> Page[T]:
        """The page, from the items of ``rows`` in walking order and the findings of the other two walks."""
        limit = self.request.limit
        beyond = beyond or (limit is not None and len(items) > limit)
        kept = tuple(items if limit is None else items[:limit])
        if self.request.backward:
            return Page(kept[::-1], has_next=behind, has_previous=beyond)
        return Page(kept, has_next=beyond, has_previous=behind)


def plan_page(request: PageRequest, order: Order) -> PagePlan:
    """How to read the page of that order."""
    backward = request.backward
    start, end = (request.before, request.after) if backward else (request.after, request.before)
    since = () if start is None else (order.beyond(start, backward=backward, inclusive=False),)
    until = () if end is None else (order.beyond(end, backward=not backward, inclusive=False),)
    spare = None if request.limit is None else request.limit + 1
    rows = Walk(order, backward, (*since, *until), spare, request.offset)
    behind = None if start is None else _past(order, start, not backward)
    if request.offset:
        # Whatever comes before the end: if it is not skipped, it lies before the start.
        behind = Walk(order, backward, until, 1)
    return PagePlan(request, rows, behind, None if end is None else _past(order, end, backward))


def _past(order: Order, position: Position, backward: bool) -> Walk:
    return Walk(order, backward, (order.beyond(position, backward=backward, inclusive=True),), 1)
