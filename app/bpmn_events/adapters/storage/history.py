"""Reading what was triggered, and what stopped waiting untriggered."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import lookups, rows
from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.list_query import EMPTY, ListQuery
from bpmn_events.adapters.storage.lookups import find_at, newest_at
from bpmn_events.adapters.storage.schema.tables import cancelled_events, event_triggers
from bpmn_events.adapters.storage.sql.keyset import by_id
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.sql.sets import one_of
from bpmn_events.adapters.storage.waiting_events.filters import (
    MAX_RANGES,
    equalities,
    in_visible_lanes,
    ranges_of,
    visible_lanes,
)
from bpmn_events.domain.events import CancelledEvent, ElementAddress, EventTrigger
from bpmn_events.domain.filters import TriggerFilter
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Principal

_LAST_TRIGGERS_AT = newest_at(event_triggers, rows.EVENT_TRIGGER, "id")
_LAST_CANCELLED_AT = newest_at(cancelled_events, rows.CANCELLED_EVENT, "cancelled_at", "id")


class HistoryQueries(ListQuery):
    """The history a viewer may see: its lanes are part of every statement that lists or counts."""

    async def triggers_by_event(self, event_ids: Collection[str]) -> dict[str, EventTrigger]:
        return await lookups.triggers_by_event(self._fetch_inline, event_ids)

    async def triggers_by_id(self, ids: Collection[str]) -> dict[str, EventTrigger]:
        return await lookups.triggers_by_id(self._fetch_inline, ids)

    async def last_triggers_at(self, addresses: Collection[ElementAddress]) -> dict[ElementAddress, EventTrigger]:
        found = map(rows.event_trigger, await find_at(self._fetch_inline, _LAST_TRIGGERS_AT, addresses))
        return {ElementAddress(last.process_model_key, last.correlation_id, last.element_id): last for last in found}

    async def cancelled_events(self, ids: Collection[str]) -> dict[str, CancelledEvent]:
        return await lookups.cancelled_by_id(self._fetch_inline, ids)

    async def cancelled_events_at(self, addresses: Collection[ElementAddress]) -> dict[ElementAddress, CancelledEvent]:
        found = map(rows.cancelled_event, await find_at(self._fetch_inline, _LAST_CANCELLED_AT, addresses))
        return {ElementAddress(last.process_model_key, last.correlation_id, last.element_id): last for last in found}

    async def triggers(self, filter: TriggerFilter, page: PageRequest, viewer: Principal) -> Page[EventTrigger]:
        asked = _asked(filter)
        return EMPTY if asked is None else await self._page(page, _listing(asked, viewer))

    async def count_triggers(self, filter: TriggerFilter, viewer: Principal) -> int:
        asked = _asked(filter)
        if asked is None:
            return 0
        statement = select(func.count()).select_from(event_triggers).where(*asked, *_visible(viewer))
        return int((await self._fetch(statement))[0][0])

    async def triggers_of_instances(
        self, instance_ids: Collection[str], page: PageRequest, viewer: Principal
    ) -> dict[str, Page[EventTrigger]]:
        def listing_of(parent: ColumnElement[Any]) -> Listing[EventTrigger]:
            return _listing([event_triggers.c.process_instance_id == parent], viewer)

        return await self._pages_of(instance_ids, page, listing_of)

    async def count_triggers_of_instances(self, instance_ids: Collection[str], viewer: Principal) -> dict[str, int]:
        column = event_triggers.c.process_instance_id
        statement = select(column, func.count()).where(one_of(column, "keys"), *_visible(viewer)).group_by(column)
        counts = await lookups.find(self._fetch, statement, instance_ids)
        return dict.fromkeys(instance_ids, 0) | {row[0]: row[1] for row in counts}


def _asked(filter: TriggerFilter) -> list[Condition] | None:
    """The filter's conditions, the most selective one first; None where nothing can match."""
    table = event_triggers.c
    return equalities(
        [
            (table.event_id, filter.event_id),
            (table.correlation_id, filter.correlation_id),
            (table.process_model_key, filter.process_model_key),
        ]
    )


def _visible(viewer: Principal) -> list[Condition]:
    return in_visible_lanes(event_triggers.c.lane, viewer)


def _listing(asked: list[Condition], viewer: Principal) -> Listing[EventTrigger]:
    """Newest first. What the filter does not narrow is read lane by lane, so that a rare lane is found at once."""
    lanes = visible_lanes(viewer)
    by_lane = not asked and lanes is not None and len(lanes) <= MAX_RANGES
    ranges = [IndexRange([*asked, *_visible(viewer)])]
    if by_lane:
        ranges = ranges_of(event_triggers.c.lane, lanes or (), [], split=True)
    order = by_id(event_triggers, descending=True)
    exact = by_lane or (lanes is None and len(asked) <= 1)
    return Listing(event_triggers, rows.EVENT_TRIGGER, ranges, order, rows.event_trigger, exact=exact)
