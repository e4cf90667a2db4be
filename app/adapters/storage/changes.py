"""Writing what a batch of commands decided: at most one statement per kind of row."""

from collections.abc import Collection, Iterable

from sqlalchemy import Executable, bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from app.adapters.storage import rows
from app.adapters.storage.connections import WriteConnection
from app.adapters.storage.rows import Values
from app.adapters.storage.sets import one_of
from app.adapters.storage.tables import (
    cancelled_events,
    correlations,
    event_triggers,
    idempotency_records,
    process_instances,
    process_models,
    waiting_events,
)
from app.application.ports import Changes, ClaimLost, ExecutionState
from app.domain.processes import ProcessInstance

_NEW_MODELS = insert(process_models)
_NEW_CORRELATIONS: dict[str, Executable] = {
    "sqlite": sqlite.insert(correlations).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(correlations).on_conflict_do_nothing(),
}
_NEW_INSTANCES = insert(process_instances)
_CHANGING = ("state", "ended_at", "end_reason", "variables")
_CHANGED_INSTANCES = (
    update(process_instances)
    .where(process_instances.c.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_EXECUTIONS = (
    update(process_instances)
    .where(process_instances.c.id == bindparam("row_id"))
    .values(engine_format=bindparam("new_format"), engine_state=bindparam("new_engine_state"))
)
_GONE_EVENTS = delete(waiting_events).where(one_of(waiting_events.c.id, "keys"))
_CANCELLED_EVENTS = insert(cancelled_events)
_NEW_EVENTS = insert(waiting_events)
_NEW_TRIGGERS = insert(event_triggers)
_NEW_RECORDS = insert(idempotency_records)


async def write_changes(connection: WriteConnection, changes: Changes) -> None:
    """Write everything, claims first, or raise ``ClaimLost`` as ``Transaction.write`` says."""
    if await _delete_events(connection, changes.triggered_events) < len(changes.triggered_events):
        raise ClaimLost
    await _delete_events(connection, [event.id for event in changes.cancelled_events])
    await _write_processes(connection, changes)
    await _run(connection, _CANCELLED_EVENTS, map(rows.cancelled_event_values, changes.cancelled_events))
    await _run(connection, _NEW_EVENTS, map(rows.waiting_event_values, changes.new_events.values()))
    await _run_first(connection, _NEW_TRIGGERS, map(rows.event_trigger_values, changes.new_triggers))
    await _run_first(connection, _NEW_RECORDS, map(rows.idempotency_values, changes.new_idempotency_records))


async def _write_processes(connection: WriteConnection, changes: Changes) -> None:
    await _run_first(connection, _NEW_MODELS, map(rows.process_model_values, changes.new_models))
    # Inserted in one order by everybody: two writers that start the same correlations cannot wait for each other.
    started = sorted(changes.new_correlations.values(), key=lambda correlation: correlation.id)
    await _run(connection, _NEW_CORRELATIONS[connection.dialect], map(rows.correlation_values, started))
    fresh = [_instance_values(instance, changes) for instance in changes.new_instances.values()]
    await _run(connection, _NEW_INSTANCES, fresh)
    changed = (found for key, found in changes.changed_instances.items() if key not in changes.new_instances)
    await _run(connection, _CHANGED_INSTANCES, map(_changed_values, changed))
    advanced = (state for key, state in changes.executions.items() if key not in changes.new_instances)
    await _run(connection, _EXECUTIONS, map(_execution_values, advanced))


def _instance_values(instance: ProcessInstance, changes: Changes) -> Values:
    """A new instance, as it stands after everything the batch did to it."""
    latest = changes.changed_instances.get(instance.id, instance)
    execution = changes.executions.get(instance.id)
    return rows.process_instance_values(latest) | {
        "engine_format": execution and execution.format,
        "engine_state": execution and execution.state,
    }


def _changed_values(instance: ProcessInstance) -> Values:
    values = rows.process_instance_values(instance)
    return {"row_id": instance.id} | {f"new_{name}": values[name] for name in _CHANGING}


def _execution_values(execution: ExecutionState) -> Values:
    return {"row_id": execution.root_id, "new_format": execution.format, "new_engine_state": execution.state}


async def _delete_events(connection: WriteConnection, ids: Collection[str]) -> int:
    return await connection.run(_GONE_EVENTS, {"keys": ids}) if ids else 0


async def _run(connection: WriteConnection, statement: Executable, values: Iterable[Values]) -> None:
    parameters = list(values)
    if parameters:
        await connection.run(statement, parameters)


async def _run_first(connection: WriteConnection, statement: Executable, values: Iterable[Values]) -> None:
    """As ``_run``, for rows that another writer may have been first to write."""
    try:
        await _run(connection, statement, values)
    except IntegrityError as error:
        raise ClaimLost from error
