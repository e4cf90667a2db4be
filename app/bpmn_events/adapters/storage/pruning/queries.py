"""Queries that count what pruning would delete."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, union_all

from bpmn_events.adapters.storage.list_query import ListQuery
from bpmn_events.adapters.storage.pruning.selection import (
    IS_CALLED,
    IS_CANCELLED,
    IS_EXPIRED,
    IS_REPLACED,
    ROW_LIMIT,
    correlation_ids,
    ended_executions,
    root_ids,
)
from bpmn_events.adapters.storage.schema.tables import (
    cancelled_events,
    event_triggers,
    process_instances,
    process_models,
)
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.application.ports.pruning import EndedExecution, ExecutionRows
from bpmn_events.domain.instants import microseconds

_instances = process_instances.c

_COUNT_ENDED = select(func.count()).select_from(select(_instances.id).where(IS_EXPIRED).limit(ROW_LIMIT).subquery())
_INSTANCES = union_all(
    select(_instances.id, _instances.process_model_id).where(in_set(_instances.id, "keys")),
    select(_instances.id, _instances.process_model_id).where(IS_CALLED),
)
_COUNT_TRIGGERS = (
    select(func.count()).select_from(event_triggers).where(in_set(event_triggers.c.process_instance_id, "keys"))
)
_COUNT_CANCELLED = select(func.count()).select_from(cancelled_events).where(IS_CANCELLED)
_REPLACED_MODELS = select(
    process_models.c.id,
    select(func.count())
    .select_from(process_instances)
    .where(_instances.process_model_id == process_models.c.id)
    .correlate(process_models)
    .scalar_subquery(),
).where(IS_REPLACED)


class PruningCounts(ListQuery):
    """Implements ``ports.pruning.PruningQueries`` on the read connections of either database."""

    async def count_ended_executions(self, before: datetime, limit: int) -> int:
        rows = await self._fetch(_COUNT_ENDED, {"before": microseconds(before), "row_limit": limit})
        return int(rows[0][0])

    async def ended_executions(
        self, before: datetime, limit: int, after: EndedExecution | None = None
    ) -> list[EndedExecution]:
        return await ended_executions(self._fetch, before, limit, after)

    async def execution_rows(self, executions: Sequence[EndedExecution]) -> ExecutionRows:
        rows = await self._fetch(_INSTANCES, {"keys": root_ids(executions)})
        keys = [instance_id for instance_id, _ in rows]
        triggers = await self._fetch(_COUNT_TRIGGERS, {"keys": keys})
        cancelled = await self._fetch(_COUNT_CANCELLED, {"keys": keys, "correlations": correlation_ids(executions)})
        return ExecutionRows(Counter(model_id for _, model_id in rows), int(triggers[0][0]), int(cancelled[0][0]))

    async def replaced_models(self, before: datetime) -> dict[str, int]:
        rows = await self._fetch(_REPLACED_MODELS, {"before": microseconds(before)})
        return {model_id: int(count) for model_id, count in rows}
