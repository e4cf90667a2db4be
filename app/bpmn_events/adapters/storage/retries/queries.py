"""Queries for the timers, messages and signals that have failed and are tried again.

They are in three tables: a timer is a waiting event or a start timer, and a message or signal is a thrown event. A page
of their list is merged from one page of each.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, func, select

from bpmn_events.adapters.storage import lookups, rows
from bpmn_events.adapters.storage.connections.statements import AnySelect, Condition
from bpmn_events.adapters.storage.list_query import EMPTY_PAGE, ListQuery
from bpmn_events.adapters.storage.retries import rows as retry_rows
from bpmn_events.adapters.storage.schema.tables import IS_RETRIED, start_timers, thrown_events, waiting_events
from bpmn_events.adapters.storage.sql.keyset import Order
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.sql.sets import in_set, no_index
from bpmn_events.adapters.storage.waiting_events.filters import in_visible_lanes
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.outbox import AT_ONCE
from bpmn_events.domain.pages import Page, PageRequest, Position
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.retries import FailedTimer, PendingRetry, Retry, RetryCounts, RetryKind

_IS_FAILED: Condition = (thrown_events.c.due_at > microseconds(AT_ONCE)) & (no_index(thrown_events.c.attempts) > 0)
_HAS_FAILED_START: Condition = start_timers.c.retry_at.is_not(None)
# Counting more takes too long for a health check.
_MAX_COUNT = 100_000
_BY_EVENT = select(waiting_events.c.id, *rows.RETRY).where(in_set(waiting_events.c.id, "keys"), IS_RETRIED)


def _limited_count(table: FromClause, condition: Condition) -> Any:
    limited: AnySelect = select(table.c.id).where(condition).limit(_MAX_COUNT)
    return select(func.count()).select_from(limited.subquery()).scalar_subquery()


_COUNTS = select(
    _limited_count(waiting_events, IS_RETRIED) + _limited_count(start_timers, _HAS_FAILED_START),
    _limited_count(thrown_events, _IS_FAILED),
)


class RetryQueries(ListQuery):
    """Queries for retries. Statements that list or count contain the lanes of the principal as a condition."""

    async def due_retries(self, now: datetime, limit: int) -> Sequence[FailedTimer]:
        statement = (
            select(*rows.WAITING_EVENT, *rows.RETRY)
            .where(IS_RETRIED, waiting_events.c.retry_at <= microseconds(now))
            .order_by(waiting_events.c.retry_at, waiting_events.c.id)
            .limit(limit)
        )
        return [retry_rows.failed_timer(row) for row in await self._fetch(statement)]

    async def retries(self, kinds: Collection[RetryKind], page: PageRequest, viewer: Principal) -> Page[PendingRetry]:
        pages = [await self._fetch_page(page, listing) for listing in _build_listings(kinds, viewer)]
        return _merge(pages, page)

    async def count_retries(self, kinds: Collection[RetryKind], viewer: Principal) -> int:
        conditions = _conditions(kinds, viewer)
        return sum([await self._count(table, each) for table, each in conditions.items()])

    async def retries_of_events(self, ids: Collection[str]) -> dict[str, Retry]:
        found = await lookups.fetch_by_keys(self._fetch_inline, _BY_EVENT, ids)
        return {row[0]: retry_rows.retry(row[1:]) for row in found}

    async def retry_counts(self) -> RetryCounts:
        ((timers, deliveries),) = await self._fetch(_COUNTS)
        return RetryCounts(timers, deliveries)


def _conditions(kinds: Collection[RetryKind], viewer: Principal) -> dict[FromClause, list[Condition]]:
    """Return the conditions of each table that has some of the kinds."""
    conditions: dict[FromClause, list[Condition]] = {}
    if RetryKind.TIMER in kinds:
        conditions[waiting_events] = [IS_RETRIED, *in_visible_lanes(waiting_events.c.lane, viewer)]
        conditions[start_timers] = [_HAS_FAILED_START, *in_visible_lanes(start_timers.c.lane, viewer)]
    deliveries = [kind for kind in kinds if kind is not RetryKind.TIMER]
    if deliveries:
        is_of_kind = in_set(no_index(thrown_events.c.event_type), deliveries)
        lanes = in_visible_lanes(thrown_events.c.receiver_lane, viewer)
        conditions[thrown_events] = [_IS_FAILED, is_of_kind, *lanes]
    return conditions


def _build_listings(kinds: Collection[RetryKind], viewer: Principal) -> list[Listing[PendingRetry]]:
    """Return the list of each table that has some of the kinds, the next retry first."""
    conditions = _conditions(kinds, viewer)
    listings = [
        Listing(waiting_events, retry_rows.TIMER, (), _order(waiting_events, "retry_at"), retry_rows.pending_timer),
        Listing(start_timers, retry_rows.START, (), _order(start_timers, "retry_at"), retry_rows.pending_start),
        Listing(thrown_events, retry_rows.DELIVERY, (), _order(thrown_events, "due_at"), retry_rows.pending_delivery),
    ]
    return [
        replace(listing, ranges=[IndexRange(conditions[listing.table])])
        for listing in listings
        if listing.table in conditions
    ]


def _order(table: FromClause, column: str) -> Order:
    return Order(table, (column, "id"), _values)


def _values(position: Position) -> tuple[Any, ...]:
    return position.value, position.id


def _merge(pages: Sequence[Page[PendingRetry]], request: PageRequest) -> Page[PendingRetry]:
    """Return the first items of all pages, which begin after the same position."""
    if not pages:
        return EMPTY_PAGE
    items = sorted((item for page in pages for item in page.items), key=lambda item: (item.retry.retry_at, item.id))
    first = tuple(items[: request.limit])
    has_next = len(first) < len(items) or any(page.has_next for page in pages)
    return Page(first, has_next=has_next, has_previous=any(page.has_previous for page in pages))
