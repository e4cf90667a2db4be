"""What all reads share: a connection for one statement, and pages of lists, alone or one for each of many parents."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Executable, FromClause, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.sql.keyset import PagePlan, plan_page
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.nested_pages import nested_pages, page_flags
from bpmn_events.adapters.storage.sql.ranges import Source, select_slice
from bpmn_events.adapters.storage.sql.sets import rows_of, usable
from bpmn_events.domain.pages import Page, PageRequest

T = TypeVar("T")

_FEW_ROWS = 1_000

EMPTY: Page[Any] = Page((), has_next=False, has_previous=False)


class ListQuery:
    def __init__(self, connections: ReadConnections) -> None:
        self._connections = connections
        self._fetch = connections.fetch
        self._dialect = connections.dialect

    async def _fetch_inline(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[AnyRow]:
        """As ``_fetch``, for rows that are looked up one by one."""
        return await self._connections.fetch(statement, parameters, inline=True)

    async def _page(self, request: PageRequest, listing: Listing[T]) -> Page[T]:
        if not listing.ranges:
            return EMPTY
        plan = plan_page(request, listing.order)
        found = await self._rows(plan, listing)
        return await self._page_with(found, plan, listing)

    async def _rows(self, plan: PagePlan, listing: Listing[Any]) -> Sequence[AnyRow]:
        rows = select_slice(listing.ranges, self._source(listing), plan.rows)
        return await self._connections.fetch(rows, inline=_runs_inline(listing, plan.request))

    def _source(self, listing: Listing[Any], within: FromClause | None = None) -> Source:
        return Source(listing.table, listing.columns, self._dialect, within)

    async def _page_with(self, found: Sequence[AnyRow], plan: PagePlan, listing: Listing[T]) -> Page[T]:
        """The page of these rows, and whether there are more before and behind them."""
        behind, beyond = False, False
        if plan.behind or plan.beyond:
            flags = select(*page_flags(plan, listing, self._source(listing)))
            behind, beyond = (await self._connections.fetch(flags, inline=_runs_inline(listing, plan.request)))[0]
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
        inline = _runs_inline(listing, request, len(parent_ids))
        found = await self._connections.fetch(nested_pages(parents, plan, listing, source), inline=inline)
        grouped: dict[str, list[AnyRow]] = {}
        for row in found:
            grouped.setdefault(row[0], []).append(row)
        return dict.fromkeys(parent_ids, EMPTY) | {
            parent: _page_of(group, plan, listing) for parent, group in grouped.items()
        }


def _runs_inline(listing: Listing[Any], request: PageRequest, parents: int = 1) -> bool:
    return listing.exact and request.limit is not None and (request.limit + request.offset) * parents <= _FEW_ROWS


def _page_of(group: Sequence[AnyRow], plan: PagePlan, listing: Listing[T]) -> Page[T]:
    _, behind, beyond, *first = group[0]
    found = [listing.parse(row[3:]) for row in group] if any(value is not None for value in first) else []
    return plan.page(found, behind=bool(behind), beyond=bool(beyond))
