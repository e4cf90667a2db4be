"""Deletion of ended executions and of unused model versions.

Each call reads and deletes a limited number of rows, so that it does not hold up other write transactions.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, delete, exists, select

from bpmn_events.adapters.storage.connections.prepared import mark_reusable
from bpmn_events.adapters.storage.pruning.selection import (
    IS_CALLED,
    IS_CANCELLED,
    IS_REPLACED,
    ROW_LIMIT,
    correlation_ids,
    ended_executions,
    root_ids,
)
from bpmn_events.adapters.storage.schema.tables import (
    cancelled_events,
    catch_elements,
    correlations,
    event_triggers,
    process_instances,
    process_models,
)
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection
from bpmn_events.application.ports.pruning import EndedExecution, PrunedRows
from bpmn_events.domain.instants import microseconds

_instances, _triggers, _cancelled = process_instances.c, event_triggers.c, cancelled_events.c
_CALLED = mark_reusable(select(_instances.id).where(IS_CALLED).limit(ROW_LIMIT))
_DELETE_TRIGGERS = delete(event_triggers).where(
    _triggers.id.in_(select(_triggers.id).where(in_set(_triggers.process_instance_id, "keys")).limit(ROW_LIMIT))
)
_DELETE_CANCELLED = delete(cancelled_events).where(
    _cancelled.id.in_(select(_cancelled.id).where(IS_CANCELLED).limit(ROW_LIMIT))
)
_DELETE_INSTANCES = delete(process_instances).where(in_set(_instances.id, "keys"))
_DELETE_CORRELATIONS = delete(correlations).where(
    in_set(correlations.c.id, "keys"), ~exists().where(_instances.correlation_id == correlations.c.id)
)

_UNUSED_MODELS = mark_reusable(
    select(process_models.c.id)
    .where(IS_REPLACED, ~exists().where(_instances.process_model_id == process_models.c.id))
    .limit(ROW_LIMIT)
)
_DELETE_ELEMENTS = delete(catch_elements).where(in_set(catch_elements.c.process_model_id, "keys"))
_DELETE_MODELS = delete(process_models).where(in_set(process_models.c.id, "keys"))


class PruningStatements:
    """Implements ``ports.pruning.Pruning`` for a write transaction on either database."""

    _connection: WriteConnection

    async def ended_executions(self, before: datetime, limit: int) -> list[EndedExecution]:
        return await ended_executions(self._connection.fetch, before, limit)

    async def delete_executions(self, executions: Sequence[EndedExecution], limit: int) -> PrunedRows:
        roots = root_ids(executions)
        called = [row[0] for row in await self._connection.fetch(_CALLED, {"keys": roots, "row_limit": limit})]
        has_all = len(called) < limit
        instances = [*called, *roots] if has_all else called
        triggers = await self._delete(_DELETE_TRIGGERS, {"keys": instances, "row_limit": limit})
        if triggers == limit:
            return PrunedRows(triggers=triggers)
        of_correlations = correlation_ids(executions)
        cancelled = await self._delete(
            _DELETE_CANCELLED, {"keys": instances, "correlations": of_correlations, "row_limit": limit}
        )
        if cancelled == limit:
            return PrunedRows(triggers=triggers, cancelled_events=cancelled)
        await self._delete(_DELETE_INSTANCES, {"keys": instances})
        if has_all:
            await self._delete(_DELETE_CORRELATIONS, {"keys": of_correlations})
        return PrunedRows(len(roots) if has_all else 0, len(instances), triggers, cancelled_events=cancelled)

    async def unused_models(self, before: datetime, limit: int) -> list[str]:
        parameters = {"before": microseconds(before), "row_limit": limit}
        return [row[0] for row in await self._connection.fetch(_UNUSED_MODELS, parameters)]

    async def delete_models(self, model_ids: Collection[str]) -> int:
        await self._delete(_DELETE_ELEMENTS, {"keys": model_ids})
        return await self._delete(_DELETE_MODELS, {"keys": model_ids})

    async def _delete(self, statement: Executable, parameters: Mapping[str, Any]) -> int:
        return await self._connection.run(statement, parameters, is_large=True)
