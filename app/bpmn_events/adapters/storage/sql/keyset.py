"""Keyset pages: each is one range of an ordered index, so its cost does not depend on what lies before it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import ColumnCollection, FromClause, func, literal_column, tuple_
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage.schema.tables import NEVER
from bpmn_events.domain.pages import Page, PageRequest, Position

T = TypeVar("T")
Columns: TypeAlias = ColumnCollection[str, Any]


# A sum with it lies in no index: where another one carries the list, neither database can take that of the order for
# the cheaper one. PostgreSQL would, wherever it expects more rows than there are.
_ZERO: ColumnElement[int] = literal_column("0")


@dataclass(frozen=True, slots=True)
class Order:
    """The columns a table is sorted by, all in the same direction; the last one is unique.

    ``values`` are those of a position, column by column. ``indexed`` is false where another index than the order's own
    carries the list.
    """

    table: FromClause
    names: tuple[str, ...]
    values: Callable[[Position], tuple[Any, ...]]
    descending: bool = False
    indexed: bool = True

    def sort(self, backward: bool, columns: Columns | None = None) -> list[ColumnElement[Any]]:
        """What ORDER BY takes, for the columns of this table or others of the same names."""
        descending = self.descending is not backward
        sorted_by = self._columns() if columns is None else [columns[name] for name in self.names]
        return [column.desc() if descending else column.asc() for column in sorted_by]

    def _columns(self) -> list[ColumnElement[Any]]:
        columns: list[ColumnElement[Any]] = [self.table.c[name] for name in self.names]
        return columns if self.indexed else [columns[0] + _ZERO, *columns[1:]]

    def beyond(self, position: Position, *, backward: bool, inclusive: bool) -> ColumnElement[bool]:
        """What lies past the position in that direction; ``inclusive`` adds the position itself."""
        columns, values = self._columns(), self.values(position)
        row: Any = tuple_(*columns) if len(columns) > 1 else columns[0]
        bound: Any = tuple_(*values) if len(values) > 1 else values[0]
        if self.descending is not backward:
            return cast("ColumnElement[bool]", row <= bound if inclusive else row < bound)
        return cast("ColumnElement[bool]", row >= bound if inclusive else row > bound)

    def up_to(self, value: Any, *, backward: bool) -> ColumnElement[bool]:
        """What does not lie past a value of the first column in that direction; NULL is no bound."""
        column: ColumnElement[Any] = self._columns()[0]
        if self.descending is not backward:
            return column >= func.coalesce(value, -NEVER)
        return column <= func.coalesce(value, NEVER)


def by_id(table: FromClause, *, descending: bool = False) -> Order:
    """The order of ids, which is that of time."""
    return Order(table, ("id",), lambda position: (position.id,), descending)


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of an ordered list: from its bounds on in one direction, ``limit`` rows after skipping ``offset``."""

    order: Order
    backward: bool
    bounds: tuple[ColumnElement[bool], ...]
    limit: int | None
    offset: int = 0

    def apply(self, statement: Any, columns: Columns | None = None) -> Any:
        """The SELECT, or UNION of several, cut down to this stretch; ``columns`` are what it is sorted by, if not those
        of the order's own table.
        """
        if self.bounds:
            statement = statement.where(*self.bounds)
        statement = statement.order_by(*self.order.sort(self.backward, columns))
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
    rows: Slice
    behind: Slice | None
    beyond: Slice | None

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
    rows = Slice(order, backward, (*since, *until), spare, request.offset)
    behind = None if start is None else _past(order, start, not backward)
    if request.offset:
        # Whatever comes before the end: if it is not skipped, it lies before the start.
        behind = Slice(order, backward, until, 1)
    return PagePlan(request, rows, behind, None if end is None else _past(order, end, backward))


def _past(order: Order, position: Position, backward: bool) -> Slice:
    return Slice(order, backward, (order.beyond(position, backward=backward, inclusive=True),), 1)
