"""Keyset pagination for SELECT statements.

An ``Order`` turns a position into a row comparison such as ``(waiting_since, id) > (?, ?)``. A ``Slice`` adds ORDER BY,
LIMIT and OFFSET to a statement. A ``PagePlan`` combines the slice of a page with the two probes that set its flags.
With an index on the sort columns each slice is one index range scan: its cost does not depend on the rows before it.

Directions are those of the scan: a backward page scans its list from the end, so the rows "after" it are the earlier
rows of the list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import ColumnCollection, FromClause, func, literal_column, tuple_
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage.schema.tables import NEVER
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.pages import Page, PageRequest, Position

T = TypeVar("T")
Columns: TypeAlias = ColumnCollection[str, Any]


# No index contains the sum of a column and zero, so neither planner can choose the index of the sort order over the one
# that the access path names. PostgreSQL would do so wherever it overestimates the number of matching rows.
_ZERO: ColumnElement[int] = literal_column("0")


@dataclass(frozen=True, slots=True)
class Order:
    """The sort columns of a table, all in the same direction; the last one is unique.

    Attributes:
        table: The sorted table.
        names: The names of the sort columns.
        values: Returns the values of a position, one for each sort column.
        descending: True if the columns sort in descending order.
        is_indexed: True if the access path reads the index of this order. Otherwise the rows are sorted.
    """

    table: FromClause
    names: tuple[str, ...]
    values: Callable[[Position], tuple[Any, ...]]
    descending: bool = False
    is_indexed: bool = True

    def order_by(self, backward: bool, columns: Columns | None = None) -> list[ColumnElement[Any]]:
        """Return the ORDER BY terms for the columns of this table, or for ``columns`` of the same names."""
        descending = self.descending is not backward
        sort_columns = self._columns() if columns is None else [columns[name] for name in self.names]
        return [column.desc() if descending else column.asc() for column in sort_columns]

    def _columns(self) -> list[ColumnElement[Any]]:
        columns: list[ColumnElement[Any]] = [self.table.c[name] for name in self.names]
        return columns if self.is_indexed else [columns[0] + _ZERO, *columns[1:]]

    def after(self, position: Position, *, backward: bool, inclusive: bool) -> ColumnElement[bool]:
        """Return the condition that a row comes after the position; ``inclusive`` includes the position itself."""
        columns, values = self._columns(), self.values(position)
        row: Any = tuple_(*columns) if len(columns) > 1 else columns[0]
        bound: Any = tuple_(*values) if len(values) > 1 else values[0]
        if self.descending is not backward:
            return cast("ColumnElement[bool]", row <= bound if inclusive else row < bound)
        return cast("ColumnElement[bool]", row >= bound if inclusive else row > bound)

    def not_after(self, value: Any, *, backward: bool) -> ColumnElement[bool]:
        """Return the condition that keeps rows up to a value of the first sort column. NULL sets no bound."""
        column: ColumnElement[Any] = self._columns()[0]
        if self.descending is not backward:
            return column >= func.coalesce(value, -NEVER)
        return column <= func.coalesce(value, NEVER)


def order_by_id(table: FromClause, *, descending: bool = False) -> Order:
    """Return the order by id; ids are time-ordered, so it is the order of creation."""
    return Order(table, ("id",), lambda position: (position.id,), descending)


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice of an ordered list: the rows within the bounds, ``limit`` of them after skipping ``offset``."""

    order: Order
    backward: bool
    bounds: tuple[ColumnElement[bool], ...]
    limit: int | None
    offset: int = 0

    def apply(self, statement: Any, columns: Columns | None = None) -> Any:
        """Return the SELECT or UNION with the WHERE, ORDER BY, LIMIT and OFFSET of this slice.

        ``columns`` are the columns to sort by, if not those of the order's table.
        """
        if self.bounds:
            statement = statement.where(*self.bounds)
        statement = statement.order_by(*self.order.order_by(self.backward, columns))
        if self.limit is not None:
            statement = statement.limit(self.limit)
        elif self.offset:
            statement = statement.limit(_NO_LIMIT)
        return statement.offset(self.offset) if self.offset else statement


_NO_LIMIT = 2**62  # SQLite has no OFFSET without LIMIT


@dataclass(frozen=True, slots=True)
class PagePlan:
    """The slices that a page needs.

    Attributes:
        request: The requested page.
        rows: The rows of the page and one more, which shows that there are rows after the page.
        before: A probe for one row before the page, or None if there can be none.
        after: A probe for one row after the end of the request, or None if the request sets no end.
    """

    request: PageRequest
    rows: Slice
    before: Slice | None
    after: Slice | None

    def build_page(
        self, items: Sequence[T], *, has_before: bool, has_after: bool, changes_cursor: ChangesCursor | None = None
    ) -> Page[T]:
        """Return the page. ``items`` are those of ``rows`` in scan order; the flags are the results of the probes."""
        limit = self.request.limit
        has_after = has_after or (limit is not None and len(items) > limit)
        page_items = tuple(items if limit is None else items[:limit])
        if self.request.backward:
            return Page(page_items[::-1], has_before, has_after, changes_cursor)
        return Page(page_items, has_after, has_before, changes_cursor)


def plan_page(request: PageRequest, order: Order) -> PagePlan:
    """Return the slices that read the requested page of a list in that order."""
    backward = request.backward
    start, end = (request.before, request.after) if backward else (request.after, request.before)
    after_start = () if start is None else (order.after(start, backward=backward, inclusive=False),)
    before_end = () if end is None else (order.after(end, backward=not backward, inclusive=False),)
    limit = None if request.limit is None else request.limit + 1
    rows = Slice(order, backward, (*after_start, *before_end), limit, request.offset)
    before = None if start is None else _probe_from(order, start, not backward)
    if request.offset:
        # Any row before the end of the request is either skipped by the offset or comes before its start.
        before = Slice(order, backward, before_end, 1)
    return PagePlan(request, rows, before, None if end is None else _probe_from(order, end, backward))


def _probe_from(order: Order, position: Position, backward: bool) -> Slice:
    return Slice(order, backward, (order.after(position, backward=backward, inclusive=True),), 1)
