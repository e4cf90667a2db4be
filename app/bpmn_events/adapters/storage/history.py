"""Queries for event triggers and cancelled events."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import FromClause, bindparam, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import lookups, rows
from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.large_columns import PAYLOADS
from bpmn_events.adapters.storage.list_query import EMPTY_PAGE, ListQuery, select_counts_by_key
from bpmn_events.adapters.storage.lookups import fetch_at_addresses, select_newest
from bpmn_events.adapters.storage.schema.tables import cancelled_events, event_triggers, idempotency_records
from bpmn_events.adapters.storage.sql.keyset import order_by_id
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.waiting_events.filters import (
    MAX_RANGES,
    equalities,
    in_visible_lanes,
    ranges_by_value,
    visible_lanes,
)
from bpmn_events.application.ports.response_budget import current_budget
from bpmn_events.domain.events import CancelledEvent, ElementAddress, EventTrigger
from bpmn_events.domain.filters import TriggerFilter
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Principal

_NEWEST_TRIGGERS = partial(select_newest, event_triggers, rows.EVENT_TRIGGER, ("id",))
_NEWEST_CANCELLED_EVENTS = partial(select_newest, cancelled_events, rows.CANCELLED_EVENT, ("cancelled_at", "id"))
_NEWEST_TRIGGERS_IN_ALL_LANES = _NEWEST_TRIGGERS()
_NEWEST_CANCELLED_EVENTS_IN_ALL_LANES = _NEWEST_CANCELLED_EVENTS()
_RECORDS = select(idempotency_records.c.operation).where(
    idempotency_records.c.subject == bindparam("subject"), idempotency_records.c.key == bindparam("key")
)


class HistoryQueries(ListQuery):
    """Queries for the history. Statements that list or count contain the lanes of the principal as a condition."""

    async def triggers_by_event(self, event_ids: Collection[str]) -> dict[str, EventTrigger]:
        return await lookups.triggers_by_event(self._fetch_inline, event_ids)

    async def triggers_by_id(self, ids: Collection[str]) -> dict[str, EventTrigger]:
        return await lookups.triggers_by_id(self._fetch_inline, ids)

    async def has_idempotency_key(self, subject: str, key: str) -> bool:
        return bool(await self._fetch_inline(_RECORDS, {"subject": subject, "key": key}))

    async def last_triggers_at(
        self, addresses: Collection[ElementAddress], viewer: Principal
    ) -> dict[ElementAddress, EventTrigger]:
        if viewer.sees_all_lanes:
            newest = await fetch_at_addresses(self._fetch_inline, _NEWEST_TRIGGERS_IN_ALL_LANES, addresses)
        else:  # many triggers in other lanes may be newer
            newest = await fetch_at_addresses(self._fetch, _NEWEST_TRIGGERS(partial(_visible, viewer)), addresses)
        return {_address(trigger): trigger for trigger in map(rows.event_trigger, newest)}

    async def cancelled_events(self, ids: Collection[str]) -> dict[str, CancelledEvent]:
        return await lookups.cancelled_by_id(self._fetch_inline, ids)

    async def cancelled_events_at(
        self, addresses: Collection[ElementAddress], viewer: Principal
    ) -> dict[ElementAddress, CancelledEvent]:
        if viewer.sees_all_lanes:
            newest = await fetch_at_addresses(self._fetch_inline, _NEWEST_CANCELLED_EVENTS_IN_ALL_LANES, addresses)
        else:
            statement = _NEWEST_CANCELLED_EVENTS(partial(_visible, viewer))
            newest = await fetch_at_addresses(self._fetch, statement, addresses)
        return {_address(event): event for event in map(rows.cancelled_event, newest)}

    async def triggers(self, filter: TriggerFilter, page: PageRequest, viewer: Principal) -> Page[EventTrigger]:
        conditions = _conditions(filter)
        if conditions is None:
            return EMPTY_PAGE
        found = await self._fetch_page(page, _build_listing(conditions, viewer))
        return _add_payloads(found, await self._payloads([found]))

    async def count_triggers(self, filter: TriggerFilter, viewer: Principal) -> int:
        conditions = _conditions(filter)
        if conditions is None:
            return 0
        return await self._count(event_triggers, [*conditions, *_lane_conditions(viewer)])

    async def triggers_of_instances(
        self, instance_ids: Collection[str], page: PageRequest, viewer: Principal
    ) -> dict[str, Page[EventTrigger]]:
        def build_listing(instance_id: ColumnElement[Any]) -> Listing[EventTrigger]:
            return _build_listing([event_triggers.c.process_instance_id == instance_id], viewer)

        pages = await self._fetch_nested_pages(instance_ids, page, build_listing)
        payloads = await self._payloads(pages.values())
        return {key: _add_payloads(found, payloads) for key, found in pages.items()}

    async def count_triggers_of_instances(self, instance_ids: Collection[str], viewer: Principal) -> dict[str, int]:
        statement = select_counts_by_key(event_triggers.c.process_instance_id, *_lane_conditions(viewer))
        return await self._count_by_key(statement, instance_ids)

    async def _payloads(self, pages: Collection[Page[EventTrigger]]) -> Mapping[str, str]:
        """Return the payloads that the listed triggers lack, by trigger id; nothing if the response contains none."""
        budget = current_budget()
        if budget is None or not budget.selects("payload"):
            return {}
        ids = [trigger.id for page in pages for trigger in page.items]
        return await PAYLOADS.fetch(self._fetch_inline, self._fetch, ids, budget)


def _add_payloads(page: Page[EventTrigger], payloads: Mapping[str, str]) -> Page[EventTrigger]:
    return page.map(lambda trigger: rows.with_payload(trigger, payloads.get(trigger.id))) if payloads else page


def _address(record: EventTrigger | CancelledEvent) -> ElementAddress:
    return ElementAddress(record.process_model_key, record.correlation_id, record.element_id)


def _conditions(filter: TriggerFilter) -> list[Condition] | None:
    """Return the conditions of the filter, the most selective first, or None if no row can match."""
    table = event_triggers.c
    return equalities(
        [
            (table.event_id, filter.event_id),
            (table.correlation_id, filter.correlation_id),
            (table.process_model_key, filter.process_model_key),
        ]
    )


def _lane_conditions(viewer: Principal) -> list[Condition]:
    return in_visible_lanes(event_triggers.c.lane, viewer)


def _visible(viewer: Principal, table: FromClause) -> list[Condition]:
    return in_visible_lanes(table.c.lane, viewer)


def _build_listing(conditions: list[Condition], viewer: Principal) -> Listing[EventTrigger]:
    """Return the list, newest first.

    Without conditions it is one index range for each visible lane, so that rows of a rare lane need no long scan.
    """
    lanes = visible_lanes(viewer)
    by_lane = not conditions and lanes is not None and len(lanes) <= MAX_RANGES
    ranges = [IndexRange([*conditions, *_lane_conditions(viewer)])]
    if by_lane:
        ranges = ranges_by_value(event_triggers.c.lane, lanes or (), [], split=True)
    order = order_by_id(event_triggers, descending=True)
    is_exact = by_lane or (lanes is None and len(conditions) <= 1)
    columns, parse = rows.EVENT_TRIGGER, rows.event_trigger
    if current_budget() is not None:
        columns, parse = rows.EVENT_TRIGGER_WITHOUT_PAYLOAD, rows.event_trigger_without_payload
    return Listing(event_triggers, columns, ranges, order, parse, is_exact)
