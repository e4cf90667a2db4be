"""Base class of all queries: single statements, pages of lists, and the nested pages of many parents."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Executable, FromClause, func, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.connections.statements import AnyRow, AnySelect, Condition
from bpmn_events.adapters.storage.lookups import fetch_by_keys
from bpmn_events.adapters.storage.sql.change_feed.marks import Marks, parse_mark
from bpmn_events.adapters.storage.sql.keyset import PagePlan, plan_page
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.nested_pages import page_flags, select_nested_pages
from bpmn_events.adapters.storage.sql.ranges import Projection, select_slice
from bpmn_events.adapters.storage.sql.sets import in_set, storable_texts, table_parameter
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.pages import Page, PageRequest

T = TypeVar("T")

# Reading more rows in the event loop would hold up other requests.
_MAX_INLINE_ROWS = 1_000

EMPTY_PAGE: Page[Any] = Page((), has_next=False, has_previous=False)


def select_counts_by_key(column: ColumnElement[Any], *conditions: Condition) -> AnySelect:
    """Return the SELECT of each value of the column that is in the parameter ``keys``, with its number of rows."""
    return select(column, func.count()).where(in_set(column, "keys"), *conditions).group_by(column)


@dataclass(frozen=True, slots=True)
class FetchedRows:
    """The rows of a page, and the cursor of the changes that they show if the request asks for it."""

    rows: Sequence[Sequence[Any]]
    changes_cursor: ChangesCursor | None = None


class ListQuery:
    """Executes statements on the read connections and reads pages of lists."""

    def __init__(self, connections: ReadConnections) -> None:
        self._connections = connections
        self._fetch = connections.fetch
        self._dialect = connections.dialect
        self._marks = Marks(connections)

    async def _fetch_inline(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[AnyRow]:
        """Return the rows of a statement that looks up few rows in an index."""
        return await self._connections.fetch(statement, parameters, inline=True)

    async def _count(self, table: FromClause, conditions: Collection[Condition]) -> int:
        return int((await self._fetch(select(func.count()).select_from(table).where(*conditions)))[0][0])

    async def _count_by_key(self, statement: AnySelect, keys: Collection[str]) -> dict[str, int]:
        """Return the count of each key, from a statement of ``select_counts_by_key``; 0 for a key without rows."""
        counts = await fetch_by_keys(self._fetch, statement, keys)
        return dict.fromkeys(keys, 0) | {row[0]: row[1] for row in counts}

    async def _fetch_page(self, request: PageRequest, listing: Listing[T]) -> Page[T]:
        if not listing.ranges:
            return EMPTY_PAGE
        plan = plan_page(request, listing.order)
        return await self._build_page(await self._fetch_rows(plan, listing), plan, listing)

    async def _fetch_rows(self, plan: PagePlan, listing: Listing[Any]) -> FetchedRows:
        statement = select_slice(listing.ranges, self._projection(listing), plan.rows)
        inline = _runs_inline(listing, plan.request)
        if not plan.request.with_changes_cursor:
            return FetchedRows(await self._connections.fetch(statement, inline=inline))
        writers = await self._marks.open_writers()
        found = await self._connections.fetch(self._marks.add_to(statement, plan.rows), inline=inline)
        return FetchedRows(_page_rows(found, slice(1, None)), parse_mark(found[0][0], writers))

    def _projection(self, listing: Listing[Any], outer_query: FromClause | None = None) -> Projection:
        return Projection(listing.table, listing.columns, self._dialect, outer_query)

    async def _build_page(self, rows: FetchedRows, plan: PagePlan, listing: Listing[T]) -> Page[T]:
        """Return the page of these rows, after probing for rows before and after it if the plan needs that."""
        has_before, has_after = False, False
        if plan.before or plan.after:
            flags = select(*page_flags(plan, listing, self._projection(listing)))
            inline = _runs_inline(listing, plan.request)
            has_before, has_after = (await self._connections.fetch(flags, inline=inline))[0]
        items = [listing.parse(row) for row in rows.rows]
        return plan.build_page(
            items, has_before=bool(has_before), has_after=bool(has_after), changes_cursor=rows.changes_cursor
        )

    async def _fetch_nested_pages(
        self,
        parent_ids: Collection[str],
        request: PageRequest,
        build_listing: Callable[[ColumnElement[Any]], Listing[T]],
    ) -> dict[str, Page[T]]:
        """Return the same page of the list of each parent, read in one statement.

        ``build_listing`` gets the column with the parent's id. A parent without rows has an empty page.
        """
        parents = table_parameter([(parent_id,) for parent_id in storable_texts(parent_ids)]).alias("parents")
        listing = build_listing(parents.c.c0)
        plan = plan_page(request, listing.order)
        projection = self._projection(listing, parents)
        inline = _runs_inline(listing, request, len(parent_ids))
        statement = select_nested_pages(parents, plan, listing, projection)
        cursor = None
        if request.with_changes_cursor:
            writers = await self._marks.open_writers()
            found = await self._connections.fetch(statement.add_columns(self._marks.column), inline=inline)
            cursor = parse_mark(found[0][-1], writers) if found else None
        else:
            found = await self._connections.fetch(statement, inline=inline)
        rows_by_parent: dict[str, list[AnyRow]] = {}
        for row in found:
            rows_by_parent.setdefault(row[0], []).append(row)
        return dict.fromkeys(parent_ids, EMPTY_PAGE) | {
            parent_id: _parse_nested_page(rows, plan, listing, cursor) for parent_id, rows in rows_by_parent.items()
        }


def _runs_inline(listing: Listing[Any], request: PageRequest, parents: int = 1) -> bool:
    row_limit = None if request.limit is None else (request.limit + request.offset) * parents
    return listing.is_exact and row_limit is not None and row_limit <= _MAX_INLINE_ROWS


def _page_rows(rows: Sequence[AnyRow], columns: slice) -> Sequence[Sequence[Any]]:
    """Return these columns of the rows. Of an empty page, there is one row with NULL in all of them."""
    is_empty = all(value is None for value in rows[0][columns])
    return [] if is_empty else [row[columns] for row in rows]


def _parse_nested_page(
    rows: Sequence[AnyRow], plan: PagePlan, listing: Listing[T], cursor: ChangesCursor | None
) -> Page[T]:
    _, has_before, has_after, *_ = rows[0]
    end = 3 + len(listing.columns)
    items = [listing.parse(row) for row in _page_rows(rows, slice(3, end))]
    return plan.build_page(items, has_before=bool(has_before), has_after=bool(has_after), changes_cursor=cursor)
