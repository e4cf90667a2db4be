"""Deletion of ended executions and of unused model versions.

Each call reads and deletes a limited number of rows, so that it does not hold up other write transactions.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Executable, Integer, bindparam, delete, exists, func, select, tuple_, union_all

from bpmn_events.adapters.storage.connections.prepared import mark_reusable
from bpmn_events.adapters.storage.schema.tables import (
    HAS_ENDED_AS_ROOT,
    cancelled_events,
    catch_elements,
    correlations,
    event_triggers,
    process_instances,
    process_models,
    thrown_events,
)
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection
from bpmn_events.application.ports.pruning import EndedExecution, ExecutionRows, PrunedRows
from bpmn_events.domain.instants import instant, microseconds

_instances, _triggers, _cancelled = process_instances.c, event_triggers.c, cancelled_events.c
_limit: BindParameter[int] = bindparam("row_limit", type_=Integer)

_IS_EXPIRED = HAS_ENDED_AS_ROOT & (_instances.ended_at < bindparam("before"))
_THROWERS = select(thrown_events.c.root_instance_id).where(thrown_events.c.root_instance_id.is_not(None))
_ENDED = mark_reusable(
    select(_instances.id, _instances.correlation_id, _instances.ended_at)
    .where(
        _IS_EXPIRED,
        tuple_(_instances.ended_at, _instances.id) > tuple_(bindparam("after_time"), bindparam("after_id")),
        _instances.id.not_in(_THROWERS),
    )
    .order_by(_instances.ended_at, _instances.id)
    .limit(_limit)
)
_COUNT_ENDED = mark_reusable(
    select(func.count()).select_from(select(_instances.id).where(_IS_EXPIRED).limit(_limit).subquery())
)
_IS_CALLED = in_set(_instances.root_id, "keys") & _instances.parent_id.is_not(None)
_CALLED = mark_reusable(select(_instances.id).where(_IS_CALLED).limit(_limit))
_INSTANCES = mark_reusable(
    union_all(
        select(_instances.id, _instances.process_model_id).where(in_set(_instances.id, "keys")),
        select(_instances.id, _instances.process_model_id).where(_IS_CALLED),
    )
)
_COUNT_TRIGGERS = mark_reusable(
    select(func.count()).select_from(event_triggers).where(in_set(_triggers.process_instance_id, "keys"))
)
_DELETE_TRIGGERS = delete(event_triggers).where(
    _triggers.id.in_(select(_triggers.id).where(in_set(_triggers.process_instance_id, "keys")).limit(_limit))
)
# There is no index by instance, so the events of their correlations are read.
_IS_CANCELLED = in_set(_cancelled.correlation_id, "correlations") & in_set(_cancelled.process_instance_id, "keys")
_COUNT_CANCELLED = mark_reusable(select(func.count()).select_from(cancelled_events).where(_IS_CANCELLED))
_DELETE_CANCELLED = delete(cancelled_events).where(
    _cancelled.id.in_(select(_cancelled.id).where(_IS_CANCELLED).limit(_limit))
)
_DELETE_INSTANCES = delete(process_instances).where(in_set(_instances.id, "keys"))
_DELETE_CORRELATIONS = delete(correlations).where(
    in_set(correlations.c.id, "keys"), ~exists().where(_instances.correlation_id == correlations.c.id)
)

_newer = process_models.alias("newer")
_IS_REPLACED = exists().where(
    _newer.c.key == process_models.c.key,
    _newer.c.version > process_models.c.version,
    _newer.c.deployed_at < bindparam("before"),
)
_UNUSED_MODELS = mark_reusable(
    select(process_models.c.id)
    .where(_IS_REPLACED, ~exists().where(_instances.process_model_id == process_models.c.id))
    .limit(_limit)
)
_REPLACED_MODELS = mark_reusable(
    select(
        process_models.c.id,
        select(func.count())
        .select_from(process_instances)
        .where(_instances.process_model_id == process_models.c.id)
        .correlate(process_models)
        .scalar_subquery(),
    ).where(_IS_REPLACED)
)
_DELETE_ELEMENTS = delete(catch_elements).where(in_set(catch_elements.c.process_model_id, "keys"))
_DELETE_MODELS = delete(process_models).where(in_set(process_models.c.id, "keys"))


class PruningStatements:
    """Implements ``ports.pruning.Pruning`` for a write transaction on either database."""

    _connection: WriteConnection

    async def count_ended_executions(self, before: datetime, limit: int) -> int:
        parameters = {"before": microseconds(before), "row_limit": limit}
        return int((await self._connection.fetch(_COUNT_ENDED, parameters))[0][0])

    async def ended_executions(
        self, before: datetime, limit: int, after: EndedExecution | None = None
    ) -> list[EndedExecution]:
        parameters = {
            "before": microseconds(before),
            "after_time": -1 if after is None else microseconds(after.ended_at),
            "after_id": "" if after is None else after.root_id,
            "row_limit": limit,
        }
        rows = await self._connection.fetch(_ENDED, parameters)
        return [
            EndedExecution(root_id, correlation_id, instant(ended_at)) for root_id, correlation_id, ended_at in rows
        ]

    async def execution_rows(self, executions: Sequence[EndedExecution]) -> ExecutionRows:
        rows = await self._connection.fetch(_INSTANCES, {"keys": _roots(executions)})
        instances: dict[str, int] = {}
        for _, model_id in rows:
            instances[model_id] = instances.get(model_id, 0) + 1
        keys = [row[0] for row in rows]
        triggers = await self._connection.fetch(_COUNT_TRIGGERS, {"keys": keys})
        cancelled = await self._connection.fetch(
            _COUNT_CANCELLED, {"keys": keys, "correlations": _correlations(executions)}
        )
        return ExecutionRows(instances, int(triggers[0][0]), int(cancelled[0][0]))

    async def delete_executions(self, executions: Sequence[EndedExecution], limit: int) -> PrunedRows:
        roots = _roots(executions)
        called = [row[0] for row in await self._connection.fetch(_CALLED, {"keys": roots, "row_limit": limit})]
        has_all = len(called) < limit
        instances = [*called, *roots] if has_all else called
        triggers = await self._delete(_DELETE_TRIGGERS, {"keys": instances, "row_limit": limit})
        if triggers == limit:
            return PrunedRows(triggers=triggers)
        of_correlations = _correlations(executions)
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

    async def replaced_models(self, before: datetime) -> dict[str, int]:
        rows = await self._connection.fetch(_REPLACED_MODELS, {"before": microseconds(before)})
        return {model_id: int(count) for model_id, count in rows}

    async def delete_models(self, model_ids: Collection[str]) -> int:
        await self._delete(_DELETE_ELEMENTS, {"keys": model_ids})
        return await self._delete(_DELETE_MODELS, {"keys": model_ids})

    async def _delete(self, statement: Executable, parameters: Mapping[str, Any]) -> int:
        return await self._connection.run(statement, parameters, is_large=True)


def _roots(executions: Sequence[EndedExecution]) -> list[str]:
    return [execution.root_id for execution in executions]


def _correlations(executions: Sequence[EndedExecution]) -> list[str]:
    return list({execution.correlation_id for execution in executions})
