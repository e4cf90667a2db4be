"""Reading what waits."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from app.adapters.storage import lookups, rows
from app.adapters.storage.event_filters import (
    Alternatives,
    Driver,
    alternatives,
    choose_driver,
    in_visible_lanes,
    is_exact,
    matches_nothing,
    other_conditions,
    ranges,
)
from app.adapters.storage.keyset import Order
from app.adapters.storage.reader import EMPTY, Listing, Reader
from app.adapters.storage.sets import one_of
from app.adapters.storage.tables import NEVER, waiting_events
from app.application.pages import (
    Page,
    Position,
    WaitingEventFilter,
    WaitingEventOrder,
    WaitingEventQuery,
    instant,
    microseconds,
)
from app.domain.events import WaitingEvent
from app.domain.principal import Principal

_BY_ID = select(*rows.WAITING_EVENT).where(one_of(waiting_events.c.id, "keys"))
_LANES = select(waiting_events.c.id, waiting_events.c.lane).where(one_of(waiting_events.c.id, "keys"))
# Sorting so many takes as long as finding fifty of them among a million.
_MANY = 5_000
_NEXT_DUE = select(func.min(waiting_events.c.due_at))


class EventReads(Reader):
    """The waiting events a viewer may see: its lanes are part of every statement."""

    async def waiting_events(self, query: WaitingEventQuery, viewer: Principal) -> Page[WaitingEvent]:
        given = alternatives(query.filter, viewer)
        if matches_nothing(given, query.filter):
            return EMPTY
        return await self._page(query.page, _listing(query, given, few_are_due=await self._few_are_due(query)))

    async def _few_are_due(self, query: WaitingEventQuery) -> bool:
        """Whether it is cheaper to sort all that is due before an instant than to look for it among the oldest."""
        before = query.filter.due_before
        if before is None or query.order is WaitingEventOrder.DUE_AT_ASC:
            return True
        due = select(waiting_events.c.id).where(waiting_events.c.due_at < microseconds(before)).limit(_MANY).subquery()
        return bool((await self._fetch(select(func.count() < _MANY).select_from(due)))[0][0])

    async def count_waiting_events(self, filter: WaitingEventFilter, viewer: Principal) -> int:
        given = alternatives(filter, viewer)
        if matches_nothing(given, filter):
            return 0
        driver = choose_driver(given, due_before=filter.due_before is not None, due_order=False)
        others = other_conditions(filter, driver)
        counts = [
            select(func.count()).select_from(waiting_events).where(*conditions, *others).scalar_subquery()
            for conditions in ranges(given, driver, split=False)
        ]
        return sum((await self._fetch(select(*counts)))[0])

    async def waiting_events_of(
        self, parent: str, parent_ids: Collection[str], query: WaitingEventQuery, viewer: Principal
    ) -> dict[str, Page[WaitingEvent]]:
        given = alternatives(query.filter, viewer)
        wanted = _wanted(parent_ids, given.get(parent))
        empty = dict.fromkeys(parent_ids, EMPTY)
        if not wanted or matches_nothing(given, query.filter):
            return empty

        def listing_of(key: ColumnElement[Any]) -> Listing[WaitingEvent]:
            return _listing(query, given | {parent: (key,)})

        return empty | await self._pages_of(wanted, query.page, listing_of)

    async def count_waiting_events_of(
        self, parent: str, parent_ids: Collection[str], filter: WaitingEventFilter, viewer: Principal
    ) -> dict[str, int]:
        given = alternatives(filter, viewer)
        wanted = _wanted(parent_ids, given.get(parent))
        counts = dict.fromkeys(parent_ids, 0)
        if not wanted or matches_nothing(given, filter):
            return counts
        column = waiting_events.c[parent]
        driver = Driver((parent,))
        (conditions,) = ranges(given | {parent: wanted}, driver, split=False)
        statement = select(column, func.count()).where(*conditions, *other_conditions(filter, driver))
        return counts | {row[0]: row[1] for row in await self._fetch(statement.group_by(column))}

    async def waiting_events_by_id(self, ids: Collection[str], viewer: Principal) -> dict[str, WaitingEvent]:
        visible = in_visible_lanes(waiting_events.c.lane, viewer)
        found = await lookups.find(self._find, _BY_ID.where(*visible), ids)
        return {row[0]: rows.waiting_event(row) for row in found}

    async def lanes_of_waiting_events(self, ids: Collection[str]) -> dict[str, str | None]:
        return {row[0]: row[1] for row in await lookups.find(self._find, _LANES, ids)}

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


def _listing(query: WaitingEventQuery, given: Alternatives, *, few_are_due: bool = True) -> Listing[WaitingEvent]:
    by_due_at = query.order is WaitingEventOrder.DUE_AT_ASC
    due_before = query.filter.due_before is not None and few_are_due
    driver = choose_driver(given, due_before=due_before, due_order=by_due_at)
    order = replace(_order(query.order), carried=driver.by_due_at is by_due_at)
    others = other_conditions(query.filter, driver)
    return Listing(
        waiting_events,
        rows.WAITING_EVENT,
        [[*conditions, *others] for conditions in ranges(given, driver, split=order.carried)],
        order,
        rows.waiting_event,
        exact=order.carried and is_exact(given, driver) and _adds_nothing(query.filter, driver),
    )


def _adds_nothing(filter: WaitingEventFilter, driver: Driver) -> bool:
    """Whether the rest of the filter only bounds the order that carries the list."""
    bounded = filter.waiting_since_before if driver.by_due_at else filter.due_before
    return filter.search is None and bounded is None


def _order(order: WaitingEventOrder) -> Order:
    if order is WaitingEventOrder.DUE_AT_ASC:
        return Order(waiting_events, ("due_at", "id"), _values)
    return Order(
        waiting_events, ("waiting_since", "id"), _values, descending=order is WaitingEventOrder.WAITING_SINCE_DESC
    )


def _values(position: Position) -> tuple[int, str]:
    return NEVER if position.value is None else position.value, position.id
