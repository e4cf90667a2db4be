"""The rows that pruning deletes, selected in the same way for their deletion and for a dry run."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Integer, bindparam, exists, select, tuple_

from bpmn_events.adapters.storage.connections.prepared import mark_reusable
from bpmn_events.adapters.storage.connections.statements import Fetch
from bpmn_events.adapters.storage.schema.tables import (
    HAS_ENDED_AS_ROOT,
    cancelled_events,
    process_instances,
    process_models,
    thrown_events,
)
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.application.ports.pruning import EndedExecution
from bpmn_events.domain.instants import instant, microseconds

_instances, _cancelled = process_instances.c, cancelled_events.c
ROW_LIMIT: BindParameter[int] = bindparam("row_limit", type_=Integer)

IS_EXPIRED = HAS_ENDED_AS_ROOT & (_instances.ended_at < bindparam("before"))
IS_CALLED = in_set(_instances.root_id, "keys") & _instances.parent_id.is_not(None)
# There is no index by instance, so the events of their correlations are read.
IS_CANCELLED = in_set(_cancelled.correlation_id, "correlations") & in_set(_cancelled.process_instance_id, "keys")

_newer = process_models.alias("newer")
IS_REPLACED = exists().where(
    _newer.c.key == process_models.c.key,
    _newer.c.version > process_models.c.version,
    _newer.c.deployed_at < bindparam("before"),
)

_THROWERS = select(thrown_events.c.root_instance_id).where(thrown_events.c.root_instance_id.is_not(None))
_ENDED = mark_reusable(
    select(_instances.id, _instances.correlation_id, _instances.ended_at)
    .where(
        IS_EXPIRED,
        tuple_(_instances.ended_at, _instances.id) > tuple_(bindparam("after_time"), bindparam("after_id")),
        _instances.id.not_in(_THROWERS),
    )
    .order_by(_instances.ended_at, _instances.id)
    .limit(ROW_LIMIT)
)


async def ended_executions(
    fetch: Fetch, before: datetime, limit: int, after: EndedExecution | None = None
) -> list[EndedExecution]:
    """Return ended executions, as ``ports.pruning.PruningQueries.ended_executions``."""
    parameters = {
        "before": microseconds(before),
        "after_time": -1 if after is None else microseconds(after.ended_at),
        "after_id": "" if after is None else after.root_id,
        "row_limit": limit,
    }
    rows = await fetch(_ENDED, parameters)
    return [EndedExecution(root_id, correlation_id, instant(ended_at)) for root_id, correlation_id, ended_at in rows]


def root_ids(executions: Sequence[EndedExecution]) -> list[str]:
    """Return the ids of the root instances."""
    return [execution.root_id for execution in executions]


def correlation_ids(executions: Sequence[EndedExecution]) -> list[str]:
    """Return the distinct ids of the correlations."""
    return list({execution.correlation_id for execution in executions})
