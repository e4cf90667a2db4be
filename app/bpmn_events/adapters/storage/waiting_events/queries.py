"""Reading what waits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import lookups, rows
from bpmn_events.adapters.storage.list_query import EMPTY
from bpmn_events.adapters.storage.schema.tables import NEVER, waiting_events
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.sets import one_of
from bpmn_events.adapters.storage.waiting_events.counting import count, count_of
from bpmn_events.adapters.storage.waiting_events.filters import (
    NARROW,
    OF_ELEMENT,
    AccessPath,
    Alternatives,
    alternatives,
    choose_access_path,
    in_visible_lanes,
    matches_nothing,
    searched,
)
from bpmn_events.adapters.storage.waiting_events.listings import order_access_path
from bpmn_events.adapters.storage.waiting_events.search import WaitingEventSearch
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.pages import Page
from bpmn_events.domain.principal import Principal

_BY_ID = select(*rows.WAITING_EVENT).where(one_of(waiting_events.c.id, "keys"))
_LANES = select(waiting_events.c.id, waiting_events.c.lane).where(one_of(waiting_events.c.id, "keys"))
# Sorting so many takes as long as finding fifty of them among a million, if they are spread evenly.
_MANY = 5_000
# So many are sorted if they are not.
_MOST = 50_000
_NEXT_DUE = select(func.min(waiting_events.c.due_at))


class WaitingEventQueries(WaitingEventSearch):
    """The waiting events a viewer may see: its lanes are part of every statement."""

    async def waiting_events(self, query: WaitingEventQuery, viewer: Principal) -> Page[WaitingEvent]:
        given, filter = alternatives(query.filter, viewer), query.filter
        if matches_nothing(given, filter):
            return EMPTY
        access_path = choose_access_path(given, by_due_at=order_access_path(query.order).by_due_at)
        if not access_path.is_selective:
            page = await self._dated(query, given)
            if page is not None:
                return page
            if searched(filter):
                return await self._found(query, given, access_path)
        return await self._listed(query, given, access_path)

    async def _dated(self, query: WaitingEventQuery, given: Alternatives) -> Page[WaitingEvent] | None:
        """The page, if few events lie before the date by which the list is not ordered, or are of the elements: these
        are sorted. Of many, those at the beginning of the list are looked at first.
        """
        by_due_at = order_access_path(query.order).by_due_at
        before = query.filter.waiting_since_before if by_due_at else query.filter.due_before
        if before is None:
            return None
        column = waiting_events.c.waiting_since if by_due_at else waiting_events.c.due_at
        dated, by_date = column < microseconds(before), AccessPath(by_due_at=not by_due_at)
        few = await self._are_fewer(dated, _MANY)
        if not (NARROW if few else OF_ELEMENT).isdisjoint(given) and await self._are_few(given):
            return await self._listed(query, given, AccessPath(by_element=True))
        if few:
            return await self._listed(query, given, by_date)
        page = await self._ahead(query, given, _MANY)
        if page is None and await self._are_fewer(dated, _MOST):
            return await self._listed(query, given, by_date)
        return page

    async def count_waiting_events(self, filter: WaitingEventFilter, viewer: Principal) -> int:
        given = alternatives(filter, viewer)
        if matches_nothing(given, filter):
            return 0
        return sum((await self._fetch(count(filter, given, self._dialect)))[0])

    async def waiting_events_of(
        self, parent: str, parent_ids: Collection[str], query: WaitingEventQuery, viewer: Principal
    ) -> dict[str, Page[WaitingEvent]]:
        given = alternatives(query.filter, viewer)
        wanted = _wanted(parent_ids, given.get(parent))
        empty = dict.fromkeys(parent_ids, EMPTY)
        if not wanted or matches_nothing(given, query.filter):
            return empty

        text = searched(query.filter)
        found = await self._correlations_with(text) if text and parent in OF_ELEMENT else None

        def listing_of(key: ColumnElement[Any]) -> Listing[WaitingEvent]:
            return self._nested_listing(query, given | {parent: (key,)}, found)

        return empty | await self._pages_of(wanted, query.page, listing_of)

    async def count_waiting_events_of(
        self, parent: str, parent_ids: Collection[str], filter: WaitingEventFilter, viewer: Principal
    ) -> dict[str, int]:
        given = alternatives(filter, viewer)
        wanted = _wanted(parent_ids, given.get(parent))
        counts = dict.fromkeys(parent_ids, 0)
        if not wanted or matches_nothing(given, filter):
            return counts
        found = await self._fetch(count_of(parent, filter, given | {parent: wanted}, self._dialect))
        return counts | {row[0]: int(row[1]) for row in found}

    async def waiting_events_by_id(self, ids: Collection[str], viewer: Principal) -> dict[str, WaitingEvent]:
        visible = in_visible_lanes(waiting_events.c.lane, viewer)
        found = await lookups.find(self._fetch_inline, _BY_ID.where(*visible), ids)
        return {row[0]: rows.waiting_event(row) for row in found}

    async def lanes_of_waiting_events(self, ids: Collection[str]) -> dict[str, str | None]:
        return {row[0]: row[1] for row in await lookups.find(self._fetch_inline, _LANES, ids)}

    async def next_due(self, after: datetime) -> datetime | None:
        statement = _NEXT_DUE.where(waiting_events.c.due_at > microseconds(after))
        due_at = (await self._fetch(statement))[0][0]
        return None if due_at is None or due_at == NEVER else instant(due_at)

    async def due_events(self, now: datetime, limit: int) -> Sequence[WaitingEvent]:
        statement = (
            select(*rows.WAITING_EVENT)
            .where(waiting_events.c.due_at <= microseconds(now))
            .order_by(waiting_events.c.due_at, waiting_events.c.id)
            .limit(limit)
        )
        return [rows.waiting_event(row) for row in await self._fetch(statement)]


def _wanted(parent_ids: Collection[str], asked: Collection[Any] | None) -> tuple[str, ...]:
    return tuple(parent_ids if asked is None else (key for key in parent_ids if key in asked))
