"""What all reads share: a connection for one statement, and pages of lists, alone or one for each of many parents."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy import Executable, FromClause, literal, select, true
from sqlalchemy.sql.elements import ColumnElement, KeyedColumnElement

from bpmn_events.adapters.storage.connections.readers import Readers
from bpmn_events.adapters.storage.sql.keyset import Order, PagePlan, plan_page
from bpmn_events.adapters.storage.sql.ranges import Range, Source, holds, walk
from bpmn_events.adapters.storage.sql.sets import rows_of, usable
from bpmn_events.adapters.storage.sql.statements import AnyRow, AnySelect
from bpmn_events.domain.pages import Page, PageRequest

T = TypeVar("T")

_FEW_ROWS = 1_000

EMPTY: Page[Any] = Page((), has_next=False, has_previous=False)


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """An ordered list: the columns of one table, and ranges of its rows, of which no row lies in two.

    ``exact`` says that the ranges hold nothing but the list, in its order: a page of it reads no more rows than it has.
    """

    table: FromClause
    columns: Sequence[KeyedColumnElement[Any]]
    ranges: Sequence[Range]
    order: Order
    parse: Callable[[Sequence[Any]], T]
    exact: bool = False


class Reader:
    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._fetch = readers.fetch
        self._dialect = readers.dialect

    async def _find(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        """As ``_fetch``, for rows that are looked up one by one."""
        return await self._readers.fetch(statement, parameters, brief=True)

    async def _page(self, request: PageRequest, listing: Listing[T]) -> Page[T]:
        if not listing.ranges:
            return EMPTY
        plan = plan_page(request, listing.order)
        found = await self._rows(plan, listing)
        return await self._page_with(found, plan, listing)

    async def _rows(self, plan: PagePlan, listing: Listing[Any]) -> Sequence[AnyRow]:
        rows = walk(listing.ranges, self._source(listing), plan.rows)
        return await self._readers.fetch(rows, brief=_is_brief(listing, plan.request))

    def _source(self, listing: Listing[Any], within: FromClause | None = None) -> Source:
        return Source(listing.table, listing.columns, self._dialect, within)

    async def _page_with(self, found: Sequence[AnyRow], plan: PagePlan, listing: Listing[T]) -> Page[T]:
        """The page of these rows, and whether there are more before and behind them."""
        behind, beyond = False, False
        if plan.behind or plan.beyond:
            flags = select(*_flags(plan, listing, self._source(listing)))
            behind, beyond = (await self._readers.fetch(flags, brief=_is_brief(listing, plan.request)))[0]
        return plan.page([listing.parse(row) for row in found], behind=bool(behind), beyond=bool(beyond))

    async def _pages_of(
        self,
        parent_ids: Collection[str],
        request: PageRequest,
        listing_of: Callable[[ColumnElement[Any]], Listing[T]],
    ) -> dict[str, Page[T]]:
        """The same page of each parent's list, in one statement; ``parent_ids`` without a row have an empty page."""
        parents = rows_of([(parent,) for parent in usable(parent_ids)]).alias("parents")
        listing = listing_of(parents.c.c0)
        plan = plan_page(request, listing.order)
        source = self._source(listing, parents)
        nested = _lateral if source.dialect == "postgresql" else _by_id
        brief = _is_brief(listing, request, len(parent_ids))
        found = await self._readers.fetch(nested(parents, plan, listing, source), brief=brief)
        grouped: dict[str, list[AnyRow]] = {}
        for row in found:
            grouped.setdefault(row[0], []).append(row)
        return dict.fromkeys(parent_ids, EMPTY) | {
            parent: _page_of(group, plan, listing) for parent, group in grouped.items()
        }


def _is_brief(listing: Listing[Any], request: PageRequest, parents: int = 1) -> bool:
    return listing.exact and request.limit is not None and (request.limit + request.offset) * parents <= _FEW_ROWS


def _flags(plan: PagePlan, listing: Listing[Any], source: Source) -> list[ColumnElement[bool]]:
    asked = (plan.behind, plan.beyond)
    return [literal(False) if along is None else holds(listing.ranges, source, along) for along in asked]


def _lateral(parents: FromClause, plan: PagePlan, listing: Listing[Any], source: Source) -> AnySelect:
    page = walk(listing.ranges, source, plan.rows).lateral("page")
    return (
        select(parents.c.c0, *_flags(plan, listing, source), *page.c)
        .select_from(parents.outerjoin(page, true()))
        .order_by(*listing.order.sort(plan.request.backward, page.c))
    )


def _by_id(parents: FromClause, plan: PagePlan, listing: Listing[Any], source: Source) -> AnySelect:
    """SQLite has no LATERAL, but looks up the ids that a correlated subquery answers."""
    page = listing.table.alias("page")
    sorted_by = [listing.table.c[name] for name in dict.fromkeys(("id", *listing.order.names))]
    ids = walk(listing.ranges, replace(source, columns=sorted_by), plan.rows).subquery("ids")
    columns = [page.c[column.key] for column in listing.columns]
    return (
        select(parents.c.c0, *_flags(plan, listing, source), *columns)
        .select_from(parents.outerjoin(page, page.c.id.in_(select(ids.c.id).correlate(parents))))
        .order_by(*listing.order.sort(plan.request.backward, page.c))
    )


def _page_of(group: Sequence[AnyRow], plan: PagePlan, listing: Listing[T]) -> Page[T]:
    _, behind, beyond, *first = group[0]
    found = [listing.parse(row[3:]) for row in group] if any(value is not None for value in first) else []
    return plan.page(found, behind=bool(behind), beyond=bool(beyond))
