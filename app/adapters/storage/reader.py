"""What all reads share: a connection for one statement, and pages of lists, alone or one for each of many parents."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy import Executable, FromClause, literal, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.sql.elements import ColumnElement, KeyedColumnElement

from app.adapters.storage.keyset import Order, PagePlan, Walk, plan_page
from app.adapters.storage.sets import rows_of, usable
from app.adapters.storage.statements import AnyRow, AnySelect
from app.application.pages import Page, PageRequest

T = TypeVar("T")

EMPTY: Page[Any] = Page((), has_next=False, has_previous=False)


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """An ordered list: the columns of one table, and ranges of its rows, of which no row lies in two."""

    table: FromClause
    columns: Sequence[KeyedColumnElement[Any]]
    ranges: Sequence[Sequence[ColumnElement[bool]]]
    order: Order
    parse: Callable[[Sequence[Any]], T]
    within: FromClause | None = None

    def walk(self, walk: Walk) -> AnySelect:
        """The rows of that stretch. Several ranges are each read in order, then merged."""
        if len(self.ranges) == 1:
            return self._range(walk, self.ranges[0])
        ahead = None if walk.limit is None else walk.limit + walk.offset
        each = replace(walk, limit=ahead, offset=0)
        parts = [self._range(each, conditions).subquery() for conditions in self.ranges]
        merged = union_all(*map(select, parts)).subquery("merged")
        return replace(walk, bounds=()).of(select(merged), merged)

    def _range(self, walk: Walk, conditions: Sequence[ColumnElement[bool]]) -> AnySelect:
        statement = walk.of(select(*self.columns).where(*conditions))
        return statement if self.within is None else statement.correlate(self.within)


class Reader:
    """Executes each statement on a connection of its own, outside any transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def _fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        async with self._engine.connect() as connection:
            return (await connection.execute(statement, parameters or {})).all()

    async def _page(self, request: PageRequest, listing: Listing[T]) -> Page[T]:
        plan = plan_page(request, listing.order)
        found = await self._fetch(listing.walk(plan.rows))
        flags = _flags(plan, listing)
        behind, beyond = (await self._fetch(select(*flags)))[0] if plan.behind or plan.beyond else (False, False)
        return plan.page([listing.parse(row) for row in found], behind=bool(behind), beyond=bool(beyond))

    async def _pages_of(
        self,
        parent_ids: Collection[str],
        request: PageRequest,
        listing_of: Callable[[ColumnElement[Any]], Listing[T]],
    ) -> dict[str, Page[T]]:
        """The same page of each parent's list, in one statement; ``parent_ids`` without a row have an empty page."""
        parents = rows_of([(parent,) for parent in usable(parent_ids)]).alias("parents")
        listing = replace(listing_of(parents.c.c0), within=parents)
        plan = plan_page(request, listing.order)
        nested = _lateral if self._engine.dialect.name == "postgresql" else _by_id
        found = await self._fetch(nested(parents, plan, listing))
        grouped: dict[str, list[AnyRow]] = {}
        for row in found:
            grouped.setdefault(row[0], []).append(row)
        return dict.fromkeys(parent_ids, EMPTY) | {
            parent: _page_of(group, plan, listing) for parent, group in grouped.items()
        }


def _flags(plan: PagePlan, listing: Listing[Any]) -> list[ColumnElement[bool]]:
    return [literal(False) if walk is None else listing.walk(walk).exists() for walk in (plan.behind, plan.beyond)]


def _lateral(parents: FromClause, plan: PagePlan, listing: Listing[Any]) -> AnySelect:
    page = listing.walk(plan.rows).lateral("page")
    return (
        select(parents.c.c0, *_flags(plan, listing), *page.c)
        .select_from(parents.outerjoin(page, true()))
        .order_by(*listing.order.sort(plan.request.backward, page))
    )


def _by_id(parents: FromClause, plan: PagePlan, listing: Listing[Any]) -> AnySelect:
    """SQLite has no LATERAL, but looks up the ids that a correlated subquery answers."""
    page = listing.table.alias("page")
    sorted_by = [listing.table.c[name] for name in dict.fromkeys(("id", *listing.order.names))]
    ids = replace(listing, columns=sorted_by).walk(plan.rows).subquery("ids")
    columns = [page.c[column.key] for column in listing.columns]
    return (
        select(parents.c.c0, *_flags(plan, listing), *columns)
        .select_from(parents.outerjoin(page, page.c.id.in_(select(ids.c.id).correlate(parents))))
        .order_by(*listing.order.sort(plan.request.backward, page))
    )


def _page_of(group: Sequence[AnyRow], plan: PagePlan, listing: Listing[T]) -> Page[T]:
    _, behind, beyond, *first = group[0]
    found = [listing.parse(row[3:]) for row in group] if any(value is not None for value in first) else []
    return plan.page(found, behind=bool(behind), beyond=bool(beyond))
