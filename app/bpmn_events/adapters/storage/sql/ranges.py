"""Index range scans and skip scans, which read the rows of a list in its order.

A list is a sequence of disjoint ranges. An ``IndexRange`` reads one range of an index. A ``SkipScan`` reads one range
for each of many keys, and of each range only the rows that the page can contain. ``select_slice`` merges the ranges
with UNION ALL.

Every SELECT is built with a ``Projection``: the columns it returns, and the outer query if it is a correlated subquery.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from sqlalchemy import FromClause, and_, or_, select, true, tuple_, union_all
from sqlalchemy.sql.elements import ColumnElement, KeyedColumnElement

from bpmn_events.adapters.storage.connections.statements import AnySelect, Condition
from bpmn_events.adapters.storage.sql.keyset import Slice


@dataclass(frozen=True, slots=True)
class Projection:
    """The columns that a list selects from a table.

    Attributes:
        table: The table that is read.
        columns: The selected columns.
        dialect: The SQLAlchemy name of the dialect.
        outer_query: The query with a row for each parent, if the list is a correlated subquery of it.
    """

    table: FromClause
    columns: Sequence[KeyedColumnElement[Any]]
    dialect: str
    outer_query: FromClause | None = None

    def select(self, *conditions: Condition) -> AnySelect:
        """Return a SELECT of the columns, correlated with the outer query."""
        return self.correlate(select(*self.columns).where(*conditions))

    def correlate(self, statement: AnySelect, *tables: FromClause) -> AnySelect:
        """Return the statement, correlated with these tables and the outer query if there are any."""
        enclosing = tables if self.outer_query is None else (*tables, self.outer_query)
        return statement.correlate(*enclosing) if enclosing else statement


class Range(Protocol):
    """Some rows of a table."""

    def select(self, projection: Projection, part: Slice) -> AnySelect:
        """Return a SELECT of the rows of that slice."""
        ...

    def union_branch(self, projection: Projection, part: Slice) -> AnySelect:
        """Return a SELECT of the rows of that slice, and possibly of rows after it, for a UNION ALL."""
        ...


@dataclass(frozen=True, slots=True)
class IndexRange:
    """The rows that meet the conditions: one range of the index on the first conditions' columns.

    Attributes:
        conditions: The conditions, those of the index first.
        constant_column: A column that has the same value in all rows, where PostgreSQL cannot infer this from the
            conditions. PostgreSQL uses the order of the index only if the rows are sorted by this column first.
    """

    conditions: Sequence[Condition]
    constant_column: ColumnElement[Any] | None = None

    def select(self, projection: Projection, part: Slice) -> AnySelect:
        """Return a SELECT of the rows of that slice."""
        # SQLite uses the first of two bounds on the same side of a range, and the bounds of the slice are tighter.
        statement = projection.select(*part.bounds, *self.conditions)
        if self.constant_column is not None:
            backward = part.order.descending is not part.backward
            statement = statement.order_by(self.constant_column.desc() if backward else self.constant_column.asc())
        limited: AnySelect = replace(part, bounds=()).apply(statement)
        return limited

    def union_branch(self, projection: Projection, part: Slice) -> AnySelect:
        """Return the branch of a UNION ALL."""
        if projection.dialect == "postgresql":
            return _limited_branch(self, projection, part)
        # Neither sorted nor limited: SQLite merges such branches row by row and stops when it has enough rows.
        return projection.select(*part.bounds, *self.conditions)


@dataclass(frozen=True, slots=True)
class SkipScan:
    """The rows that meet the conditions and have one of the keys, read as one index range for each key.

    Attributes:
        table: The table that is read.
        keys: A SELECT of the keys, from a table that has columns of the same names.
        min_keys: A lower bound on the number of keys, at least 1.
        conditions: The other conditions.
    """

    table: FromClause
    keys: AnySelect
    min_keys: int
    conditions: Sequence[Condition]

    def select(self, projection: Projection, part: Slice) -> AnySelect:
        """Return a SELECT of the rows of that slice."""
        if part.limit is None:
            keys = projection.correlate(self.keys)
            return IndexRange([has_key(self.table, keys), *self.conditions]).select(projection, part)
        page = replace(part, limit=part.limit + part.offset, offset=0)
        if projection.outer_query is None:  # a correlated subquery would compute the bound again for each key
            page = replace(page, bounds=(*page.bounds, self._page_end(projection, page)))
        rows, joined = self._first_rows(projection, page)
        statement = select(*(rows.c[column.key] for column in projection.columns)).select_from(joined)
        sorted_rows: AnySelect = replace(part, bounds=()).apply(statement, rows.c)
        return projection.correlate(sorted_rows)

    def union_branch(self, projection: Projection, part: Slice) -> AnySelect:
        """Return the branch of a UNION ALL."""
        return _limited_branch(self, projection, part)

    def _page_end(self, projection: Projection, part: Slice) -> Condition:
        """Return a bound on the first sort column that every row of the page meets.

        The first ``limit / min_keys`` rows of each key are together at least ``limit`` rows, so the page ends no later
        than the last of these. If they are fewer, there is no bound. The bound saves reading a page for each key.
        """
        assert part.limit is not None
        name = part.order.names[0]
        columns = [self.table.c[key] for key in dict.fromkeys((*part.order.names, "id"))]
        first = replace(part, limit=-(-part.limit // self.min_keys))
        rows, joined = self._first_rows(replace(projection, columns=columns), first, "first_rows")
        last = replace(part, bounds=(), limit=1, offset=part.limit - 1)
        end = last.apply(select(rows.c[name]).select_from(joined), rows.c).scalar_subquery()
        return part.order.not_after(end, backward=part.backward)

    def _first_rows(
        self, projection: Projection, part: Slice, name: str = "page_rows"
    ) -> tuple[FromClause, FromClause]:
        """Return the first rows of each key in that slice, and the join of the keys with them."""
        keys = projection.correlate(self.keys).subquery("keys")
        has_this_key = and_(*(self.table.c[column.key] == column for column in keys.c))
        if projection.dialect == "postgresql":
            first = part.apply(select(*projection.columns).where(has_this_key, *self.conditions))
            rows: FromClause = projection.correlate(first, keys).lateral(name)
            return rows, keys.join(rows, true())
        # SQLite has no LATERAL, but looks up the ids that a correlated subquery returns.
        rows = _alias(self.table, name)
        ids = part.apply(select(self.table.c.id).where(has_this_key, *self.conditions))
        return rows, keys.join(rows, rows.c.id.in_(projection.correlate(ids, keys)))


def _limited_branch(scan: Range, projection: Projection, part: Slice) -> AnySelect:
    """Return a branch that is sorted and limited by itself."""
    limit = None if part.limit is None else part.limit + part.offset
    return projection.correlate(select(scan.select(projection, replace(part, limit=limit, offset=0)).subquery()))


@cache
def _alias(table: FromClause, name: str) -> FromClause:
    """Return the table under an alias; SQLAlchemy takes as long to make one as SQLite to execute the statement."""
    return table.alias(name)


def has_key(table: FromClause, keys: AnySelect) -> Condition:
    """Return the condition that the row has one of the keys, which another table has in columns of the same names."""
    return tuple_(*(table.c[name] for name in keys.selected_columns.keys())).in_(keys)  # noqa: SIM118  no mapping


def select_slice(ranges: Sequence[Range], projection: Projection, part: Slice) -> Any:
    """Return a SELECT or UNION ALL of that slice of a list of disjoint ranges."""
    if len(ranges) == 1:
        return ranges[0].select(projection, part)
    merged = union_all(*(scan.union_branch(projection, part) for scan in ranges))
    return replace(part, bounds=()).apply(merged, merged.selected_columns)


def slice_exists(ranges: Sequence[Range], projection: Projection, part: Slice) -> Condition:
    """Return the condition that the slice has any row."""
    return or_(*(scan.select(projection, part).exists() for scan in ranges))
