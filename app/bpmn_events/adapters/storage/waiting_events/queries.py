"""Queries for waiting events."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import lookups, rows
from bpmn_events.adapters.storage.list_query import EMPTY_PAGE
from bpmn_events.adapters.storage.schema.tables import IS_FIRST_DUE, IS_RETRIED, process_models, waiting_events
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.adapters.storage.waiting_events.counting import select_count, select_counts_by_parent
from bpmn_events.adapters.storage.waiting_events.filters import (
    ELEMENT_COLUMNS,
    SORTABLE_COLUMNS,
    AccessPath,
    AllowedValues,
    allowed_values,
    choose_access_path,
    in_visible_lanes,
    matches_nothing,
    search_text,
)
from bpmn_events.adapters.storage.waiting_events.listings import order_access_path
from bpmn_events.adapters.storage.waiting_events.search import WaitingEventSearch
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.pages import Page
from bpmn_events.domain.principal import Principal

_BY_ID = select(*rows.WAITING_EVENT).where(in_set(waiting_events.c.id, "keys"))
# The most events that are sorted, or scanned for a page, without further checks. If they are spread evenly among a
# million other events, sorting them takes as long as a scan for fifty of them.
_CHEAP_EVENTS = 5_000
# The most events that are sorted if the scan does not fill the page, because they are not spread evenly.
_MAX_SORTED_AFTER_SCAN = 50_000
_COUNT_MODELS = select(func.count()).select_from(process_models)
_AFTER = bindparam("after", type_=BigInteger)
_NEXT_DUE = select(
    select(func.min(waiting_events.c.due_at)).where(IS_FIRST_DUE, waiting_events.c.due_at > _AFTER).scalar_subquery(),
    select(func.min(waiting_events.c.retry_at)).where(IS_RETRIED, waiting_events.c.retry_at > _AFTER).scalar_subquery(),
)


class WaitingEventQueries(WaitingEventSearch):
    """Queries for waiting events. Statements that list or count contain the lanes of the principal as a condition."""

    async def waiting_events(self, query: WaitingEventQuery, viewer: Principal) -> Page[WaitingEvent]:
        allowed, filter = allowed_values(query.filter, viewer), query.filter
        if matches_nothing(allowed, filter):
            return EMPTY_PAGE
        access_path = choose_access_path(allowed, by_due_at=order_access_path(query.order).by_due_at)
        is_single_statement = access_path.is_selective or (ELEMENT_COLUMNS.isdisjoint(allowed) and not filter.search)
        if is_single_statement or not query.page.with_changes_cursor:
            return await self._read_page(query, allowed, access_path)
        return await self._read_page_of_found(query, allowed, access_path)

    async def _read_page_of_found(
        self, query: WaitingEventQuery, allowed: AllowedValues, access_path: AccessPath
    ) -> Page[WaitingEvent]:
        """Return a page whose statement may contain elements or correlations that an earlier one has found.

        If others were added meanwhile, the page lacks their events, although it was read later. Then its cursor is that
        of the time before.
        """
        cursor = await self._marks.current()
        models = await self._fetch_inline(_COUNT_MODELS)
        page = await self._read_page(query, allowed, access_path)
        is_exact = page.changes_cursor is not None and not query.filter.search
        if is_exact and await self._fetch_inline(_COUNT_MODELS) == models:
            return page
        return replace(page, changes_cursor=cursor)

    async def _read_page(
        self, query: WaitingEventQuery, allowed: AllowedValues, access_path: AccessPath
    ) -> Page[WaitingEvent]:
        if not access_path.is_selective:
            page = await self._read_by_date(query, allowed)
            if page is not None:
                return page
            if search_text(query.filter):
                return await self._search(query, allowed, access_path)
        return await self._read_list(query, allowed, access_path)

    async def _read_by_date(self, query: WaitingEventQuery, allowed: AllowedValues) -> Page[WaitingEvent] | None:
        """Return the page of a list that is filtered by the date that is not its sort key.

        If few events are before the date, or few belong to the matching elements, these are sorted. Otherwise the first
        events of the list are scanned. Return None if there is no such date, or neither way is cheap.
        """
        by_due_at = order_access_path(query.order).by_due_at
        before = query.filter.waiting_since_before if by_due_at else query.filter.due_before
        if before is None:
            return None
        column = waiting_events.c.waiting_since if by_due_at else waiting_events.c.due_at
        is_before, by_date = column < microseconds(before), AccessPath(by_due_at=not by_due_at)
        are_few = await self._has_fewer_than(_CHEAP_EVENTS, is_before)
        element_columns = SORTABLE_COLUMNS if are_few else ELEMENT_COLUMNS
        if not element_columns.isdisjoint(allowed) and await self._elements_have_few_events(allowed):
            return await self._read_list(query, allowed, AccessPath(by_element=True))
        if are_few:
            return await self._read_list(query, allowed, by_date)
        page = await self._try_scan(query, allowed, _CHEAP_EVENTS)
        if page is None and await self._has_fewer_than(_MAX_SORTED_AFTER_SCAN, is_before):
            return await self._read_list(query, allowed, by_date)
        return page

    async def count_waiting_events(self, filter: WaitingEventFilter, viewer: Principal) -> int:
        allowed = allowed_values(filter, viewer)
        if matches_nothing(allowed, filter):
            return 0
        return sum((await self._fetch(select_count(filter, allowed, self._dialect)))[0])

    async def waiting_events_of(
        self, parent: str, parent_ids: Collection[str], query: WaitingEventQuery, viewer: Principal
    ) -> dict[str, Page[WaitingEvent]]:
        allowed = allowed_values(query.filter, viewer)
        matching_ids = _matching_parents(parent_ids, allowed.get(parent))
        empty = dict.fromkeys(parent_ids, EMPTY_PAGE)
        if not matching_ids or matches_nothing(allowed, query.filter):
            return empty

        cursor, correlation_ids, text = None, None, search_text(query.filter)
        if text and parent in ELEMENT_COLUMNS:
            if query.page.with_changes_cursor:  # the pages lack the events of correlations that begin after this one
                cursor = await self._marks.current()
            correlation_ids = await self._correlations_with(text)

        def build_listing(parent_id: ColumnElement[Any]) -> Listing[WaitingEvent]:
            return self._build_nested_listing(query, allowed | {parent: (parent_id,)}, correlation_ids)

        pages = empty | await self._fetch_nested_pages(matching_ids, query.page, build_listing)
        return pages if cursor is None else {key: replace(page, changes_cursor=cursor) for key, page in pages.items()}

    async def count_waiting_events_of(
        self, parent: str, parent_ids: Collection[str], filter: WaitingEventFilter, viewer: Principal
    ) -> dict[str, int]:
        allowed = allowed_values(filter, viewer)
        matching_ids = _matching_parents(parent_ids, allowed.get(parent))
        counts = dict.fromkeys(parent_ids, 0)
        if not matching_ids or matches_nothing(allowed, filter):
            return counts
        statement = select_counts_by_parent(parent, filter, allowed | {parent: matching_ids}, self._dialect)
        return counts | {row[0]: int(row[1]) for row in await self._fetch(statement)}

    async def waiting_events_by_id(self, ids: Collection[str], viewer: Principal) -> dict[str, WaitingEvent]:
        visible = in_visible_lanes(waiting_events.c.lane, viewer)
        event_rows = await lookups.fetch_by_keys(self._fetch_inline, _BY_ID.where(*visible), ids)
        return {row[0]: rows.waiting_event(row) for row in event_rows}

    async def next_due(self, after: datetime) -> datetime | None:
        found = (await self._fetch(_NEXT_DUE, {"after": microseconds(after)}))[0]
        times = [due_at for due_at in found if due_at is not None]
        return instant(min(times)) if times else None

    async def due_events(self, now: datetime, limit: int) -> Sequence[WaitingEvent]:
        statement = (
            select(*rows.WAITING_EVENT)
            .where(IS_FIRST_DUE, waiting_events.c.due_at <= microseconds(now))
            .order_by(waiting_events.c.due_at, waiting_events.c.id)
            .limit(limit)
        )
        return [rows.waiting_event(row) for row in await self._fetch(statement)]


def _matching_parents(parent_ids: Collection[str], allowed: Collection[Any] | None) -> tuple[str, ...]:
    """Return the parents that the filter allows; None allows all."""
    return tuple(parent_ids if allowed is None else (key for key in parent_ids if key in allowed))
