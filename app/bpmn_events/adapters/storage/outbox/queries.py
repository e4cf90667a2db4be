"""Queries for the thrown events that are due for delivery."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from bpmn_events.adapters.storage.list_query import ListQuery
from bpmn_events.adapters.storage.outbox import rows as outbox_rows
from bpmn_events.adapters.storage.schema.tables import thrown_events
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.outbox import ThrownEvent

_NEXT_DUE = select(func.min(thrown_events.c.due_at))


class OutboxQueries(ListQuery):
    """Queries of the delivery loop."""

    async def due_thrown_events(self, now: datetime, limit: int) -> Sequence[ThrownEvent]:
        statement = (
            select(*outbox_rows.THROWN_EVENT)
            .where(thrown_events.c.due_at <= microseconds(now))
            .order_by(thrown_events.c.position, thrown_events.c.id)
            .limit(limit)
        )
        return [outbox_rows.thrown_event(row) for row in await self._fetch(statement)]

    async def next_thrown_due(self) -> datetime | None:
        due_at = (await self._fetch(_NEXT_DUE))[0][0]
        return None if due_at is None else instant(due_at)
