"""Queries for the start timers that are due, and for the next due times of process models."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, func, select

from bpmn_events.adapters.storage import lookups
from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.list_query import ListQuery
from bpmn_events.adapters.storage.schema.tables import start_timers
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.adapters.storage.start_timers import rows as start_timer_rows
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.start_timers import StartTimer

_IS_NEW = start_timers.c.retry_at.is_(None)
_HAS_FAILED = start_timers.c.retry_at.is_not(None)
BY_ID = select(*start_timer_rows.START_TIMER).where(in_set(start_timers.c.id, "keys"))
_OF_MODELS = select(*start_timer_rows.START_TIMER).where(in_set(start_timers.c.process_model_id, "keys"))


class StartTimerQueries(ListQuery):
    """Queries of the loop of start timers, and of the lists of start events."""

    async def due_start_timers(self, now: datetime, limit: int, *, failed: bool) -> Sequence[StartTimer]:
        column, condition = _lane(failed=failed)
        statement = (
            select(*start_timer_rows.START_TIMER)
            .where(condition, column <= microseconds(now))
            .order_by(column, start_timers.c.id)
            .limit(limit)
        )
        return [start_timer_rows.start_timer(row) for row in await self._fetch(statement)]

    async def next_start_due(self, *, failed: bool) -> datetime | None:
        column, condition = _lane(failed=failed)
        ((due_at,),) = await self._fetch(select(func.min(column)).where(condition))
        return None if due_at is None else instant(due_at)

    async def start_timers_of_models(self, model_ids: Collection[str]) -> dict[str, list[StartTimer]]:
        timers: dict[str, list[StartTimer]] = {model_id: [] for model_id in model_ids}
        for row in await lookups.fetch_by_keys(self._fetch_inline, _OF_MODELS, model_ids):
            timer = start_timer_rows.start_timer(row)
            timers[timer.process_model_id].append(timer)
        return timers


def _lane(*, failed: bool) -> tuple[Column[int], Condition]:
    return (start_timers.c.retry_at, _HAS_FAILED) if failed else (start_timers.c.due_at, _IS_NEW)
