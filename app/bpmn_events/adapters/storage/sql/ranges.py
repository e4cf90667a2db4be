"""The rows of a list: ranges of an index, each in the list's order, read side by side until there are enough."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from sqlalchemy import FromClause, and_, or_, select, true, tuple_, union_all
from sqlalchemy.sql.elements import ColumnElement, KeyedColumnElement

from bpmn_events.adapters.storage.connections.statements import AnySelect, Condition
from bpmn_events.adapters.storage.sql.keyset import Slice


@dataclass(frozen=True, slots=True)
class Source:
    """What a list selects from: columns of a table, ``within`` a query that has a row for each of many parents."""

    table: FromClause
    columns: Sequence[KeyedColumnElement[Any]]
    dialect: str
    within: FromClause | None = None

    def select(self, *conditions: Condition) -> AnySelect:
        return self.inside(select(*self.columns).where(*conditions))

    def inside(self, statement: AnySelect, *others: FromClause) -> AnySelect:
        """The statement as part of the enclosing queries, if there are any."""
        around = others if self.within is None else (*others, self.within)
        return statement.correlate(*around) if around else statement


class Range(Protocol):
    """Some rows of a table."""

    def rows(self, source: Source, part: Slice) -> AnySelect:
        """The rows of that stretch."""
        ...

    def union_branch(self, source: Source, part: Slice) -> AnySelect:
        """The rows of that stretch, and maybe more beyond it, to be merged with those of other ranges."""
        ...


@dataclass(frozen=True, slots=True)
class IndexRange:
    """The rows that meet the conditions: one range of the index that the first of them make use of.

    ``alike`` is a column that the conditions say is the same in all rows, in words from which PostgreSQL does not
    conclude that: it finds them in order only where they are sorted by it.
    """

    conditions: Sequence[Condition]
    alike: ColumnElement[Any] | None = None

    def rows(self, source: Source, part: Slice) -> AnySelect:
        # Of two bounds on the same side SQLite takes the first, and those of the walk are the nearer ones.
        statement = source.select(*part.bounds, *self.conditions)
        if self.alike is not None:
            backward = part.order.descending is not part.backward
            statement = statement.order_by(self.alike.desc() if backward else self.alike.asc())
        limited: AnySelect = replace(part, bounds=()).apply(statement)
        return limited

    def union_branch(self, source: Source, part: Slice) -> AnySelect:
        if source.dialect == "postgresql":
            return _complete(self, source, part)
        # Neither sorted nor limited: SQLite merges such parts row by row, and stops when it has enough.
        return source.select(*part.bounds, *self.conditions)


@dataclass(frozen=True, slots=True)
class SkipScan:
    """The rows that meet the conditions and have one of the keys: the rows of each key are a range of their own.

    ``keys`` selects columns of another table that this one has, too; there are at least ``spread`` keys.
    """

    table: FromClause
    keys: AnySelect
    spread: int
    others: Sequence[Condition]

    def rows(self, source: Source, part: Slice) -> AnySelect:
        if part.limit is None:
            return IndexRange([has_key(self.table, source.inside(self.keys)), *self.others]).rows(source, part)
        page = replace(part, limit=part.limit + part.offset, offset=0)
        if source.within is None:  # within another query, it would be found again for each key
            page = replace(page, bounds=(*page.bounds, self._within_reach(source, page)))
        rows, joined = self._first_rows(source, page)
        statement = select(*(rows.c[column.key] for column in source.columns)).select_from(joined)
        sorted_rows: AnySelect = replace(part, bounds=()).apply(statement, rows.c)
        return source.inside(sorted_rows)

    def union_branch(self, source: Source, part: Slice) -> AnySelect:
        return _complete(self, source, part)

    def _within_reach(self, source: Source, part: Slice) -> Condition:
        """What every row of a page fulfils, found among the first rows of each key: so many rows lie before it that the
        page ends there at the latest. It spares reading a whole page for each key.
        """
        assert part.limit is not None
        name = part.order.names[0]
        order = replace(source, columns=[self.table.c[each] for each in dict.fromkeys((*part.order.names, "id"))])
        rows, joined = self._first_rows(order, replace(part, limit=-(-part.limit // self.spread)), "first")
        last = replace(part, bounds=(), limit=1, offset=part.limit - 1)
        reach = last.apply(select(rows.c[name]).select_from(joined), rows.c).scalar_subquery()
        return part.order.up_to(reach, backward=part.backward)

    def _first_rows(self, source: Source, part: Slice, name: str = "found") -> tuple[FromClause, FromClause]:
        """The first rows of each key in that stretch, and the join that has them all."""
        keys = source.inside(self.keys).subquery("keys")
        own = and_(*(self.table.c[column.key] == column for column in keys.c))
        if source.dialect == "postgresql":
            first = part.apply(select(*source.columns).where(own, *self.others))
            rows: FromClause = source.inside(first, keys).lateral(name)
            return rows, keys.join(rows, true())
        # SQLite has no LATERAL, but looks up the ids that a correlated subquery answers.
        rows = _alias(self.table, name)
        ids = part.apply(select(self.table.c.id).where(own, *self.others))
        return rows, keys.join(rows, rows.c.id.in_(source.inside(ids, keys)))


def _complete(range: Range, source: Source, part: Slice) -> AnySelect:
    """A part that is sorted and limited by itself."""
    ahead = None if part.limit is None else part.limit + part.offset
    return source.inside(select(range.rows(source, replace(part, limit=ahead, offset=0)).subquery()))


@cache
def _alias(table: FromClause, name: str) -> FromClause:
    """The table by another name; making one takes as long as executing what it is for."""
    return table.alias(name)


def has_key(table: FromClause, keys: AnySelect) -> Condition:
    """Whether the row has one of the keys: columns of another table that this one has, too."""
    return tuple_(*(table.c[name] for name in keys.selected_columns.keys())).in_(keys)  # noqa: SIM118  no mapping


def select_slice(ranges: Sequence[Range], source: Source, part: Slice) -> Any:
    """The rows of that stretch of a list, of which no row lies in two ranges."""
    if len(ranges) == 1:
        return ranges[0].rows(source, part)
    merged = union_all(*(each.union_branch(source, part) for each in ranges))
    return replace(part, bounds=()).apply(merged, merged.selected_columns)


def slice_exists(ranges: Sequence[Range], source: Source, part: Slice) -> Condition:
    """Whether there is any row in that stretch of the list."""
    return or_(*(each.rows(source, part).exists() for each in ranges))
