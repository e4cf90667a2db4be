"""Queries for the thrown events that are due for delivery."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, union_all

from bpmn_events.adapters.storage.list_query import ListQuery
from bpmn_events.adapters.storage.outbox import rows as outbox_rows
from bpmn_events.adapters.storage.schema.tables import thrown_events
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.outbox import AT_ONCE, ThrownEvent

_ORDER = (thrown_events.c.due_at, thrown_events.c.position, thrown_events.c.id)
_AT_ONCE = microseconds(AT_ONCE)
_NEXT_DUE = select(func.min(thrown_events.c.due_at))
_IS_POSTPONED = thrown_events.c.due_at > _AT_ONCE
_IS_NEW = thrown_events.c.due_at == _AT_ONCE


class OutboxQueries(ListQuery):
    """Queries of the delivery loop."""

    async def due_thrown_events(
        self, now: datetime, limit: int, *, postponed: bool | None = None
    ) -> Sequence[ThrownEvent]:
        # New events and postponed events are two ranges of the index, and neither keeps the other waiting.
        is_due = thrown_events.c.due_at <= microseconds(now)
        conditions = [*([] if postponed else [_IS_NEW]), *([] if postponed is False else [_IS_POSTPONED & is_due])]
        ranges = [
            select(*outbox_rows.THROWN_EVENT).where(condition).order_by(*_ORDER).limit(limit).subquery()
            for condition in conditions
        ]
        found = await self._fetch(union_all(*(select(*each.c) for each in ranges)))
        events = sorted(map(outbox_rows.thrown_event, found), key=lambda event: (event.position, event.id))
        return events[:limit]

    async def next_thrown_due(self, *, postponed: bool | None = None) -> datetime | None:
        conditions = [] if postponed is None else [_IS_POSTPONED if postponed else _IS_NEW]
        due_at = (await self._fetch(_NEXT_DUE.where(*conditions)))[0][0]
        return None if due_at is None else instant(due_at)
