"""Writing what a batch of commands decided: at most one statement per kind of row."""

from collections.abc import Collection, Iterable

from sqlalchemy import Executable, bindparam, delete, insert, update
from sqlalchemy.exc import IntegrityError

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.connections.write_connections import WriteConnection
from bpmn_events.adapters.storage.outbox import rows as thrown_rows
from bpmn_events.adapters.storage.rows import Values
from bpmn_events.adapters.storage.schema.tables import (
    cancelled_events,
    catch_elements,
    correlations,
    event_starts,
    event_triggers,
    idempotency_records,
    open_tasks,
    process_instances,
    process_models,
    thrown_events,
    waiting_event_keys,
    waiting_events,
)
from bpmn_events.adapters.storage.sql.sets import one_of
from bpmn_events.adapters.storage.sql.upserts import insert_if_absent
from bpmn_events.adapters.storage.tasks import rows as task_rows
from bpmn_events.application.ports.transaction import ClaimLost
from bpmn_events.application.ports.write_set import EventStart, ExecutionUpdate, WriteSet
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.outbox import ThrownEvent
from bpmn_events.domain.processes import ProcessInstance

_NEW_MODELS = insert(process_models)
_NEW_ELEMENTS = insert(catch_elements)
_NEW_CORRELATIONS = insert_if_absent(correlations)
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
_GONE_KEYS = delete(waiting_event_keys).where(one_of(waiting_event_keys.c.event_id, "keys"))
_REKEYED_EVENTS = (
    update(waiting_events)
    .where(waiting_events.c.id == bindparam("row_id"))
    .values(correlation_keys=bindparam("new_keys"))
)
_NEW_KEYS = insert(waiting_event_keys)
_GONE_TASKS = delete(open_tasks).where(one_of(open_tasks.c.id, "keys"))
_NEW_TASKS = insert(open_tasks)
_GONE_STARTS = delete(event_starts).where(one_of(event_starts.c.process_model_key, "keys"))
_NEW_STARTS = insert(event_starts)
_DELIVERED = delete(thrown_events).where(one_of(thrown_events.c.id, "keys"))
_NEW_THROWN = insert(thrown_events)
_PROGRESS = ("due_at", "since", "after_id", "attempts")
_CHANGED_THROWN = (
    update(thrown_events)
    .where(thrown_events.c.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}") for name in _PROGRESS})
)


async def write_all(connection: WriteConnection, write_set: WriteSet) -> None:
    """Write everything, claims first, or raise ``ClaimLost`` as ``Transaction.write`` says."""
    await _claim(connection, _GONE_EVENTS, write_set.triggered_events)
    await _claim(connection, _GONE_TASKS, write_set.finished_tasks)
    await _claim(connection, _DELIVERED, write_set.delivered_events)
    await _delete(connection, _GONE_EVENTS, [event.id for event in write_set.cancelled_events])
    await _delete(connection, _GONE_KEYS, write_set.keyed_events_gone)
    await _delete(connection, _GONE_TASKS, write_set.cancelled_tasks)
    await _write_models(connection, write_set)
    await _write_processes(connection, write_set)
    await _run(connection, _CANCELLED_EVENTS, map(rows.cancelled_event_values, write_set.cancelled_events))
    await _write_waits(connection, write_set)
    await _run_first(connection, _NEW_TRIGGERS, map(rows.event_trigger_values, write_set.new_triggers))
    await _run(connection, _NEW_THROWN, map(thrown_rows.thrown_event_values, write_set.new_thrown))
    await _run(connection, _CHANGED_THROWN, map(_progress_values, write_set.changed_thrown))
    await _run_first(connection, _NEW_RECORDS, map(rows.idempotency_values, write_set.new_idempotency_records))


async def _write_waits(connection: WriteConnection, write_set: WriteSet) -> None:
    await _run(connection, _NEW_EVENTS, map(rows.waiting_event_values, write_set.new_events.values()))
    await _delete(connection, _GONE_KEYS, write_set.rekeyed_events)
    await _run(connection, _REKEYED_EVENTS, map(_keys_values, write_set.rekeyed_events.values()))
    waiting = (*write_set.new_events.values(), *write_set.rekeyed_events.values())
    keyed = (event for event in waiting if event.correlation_keys)
    await _run(connection, _NEW_KEYS, (row for event in keyed for row in thrown_rows.waiting_event_key_values(event)))
    await _run(connection, _NEW_TASKS, map(task_rows.open_task_values, write_set.new_tasks.values()))


async def _write_models(connection: WriteConnection, write_set: WriteSet) -> None:
    """The start events of a key's newest version take the place of all before."""
    await _run_first(connection, _NEW_MODELS, map(rows.process_model_values, write_set.new_models))
    await _run(
        connection,
        _NEW_ELEMENTS,
        (values for new in write_set.new_models for values in rows.catch_element_values(new.model)),
    )
    starts: dict[str, tuple[EventStart, ...]] = {new.model.key: new.starts for new in write_set.new_models}
    await _delete(connection, _GONE_STARTS, starts)
    await _run(
        connection, _NEW_STARTS, (thrown_rows.event_start_values(start) for each in starts.values() for start in each)
    )


async def _write_processes(connection: WriteConnection, write_set: WriteSet) -> None:
    # Inserted in one order by everybody: two writers that start the same correlations cannot wait for each other.
    started = sorted(write_set.new_correlations.values(), key=lambda correlation: correlation.id)
    await _run(connection, _NEW_CORRELATIONS[connection.dialect], map(rows.correlation_values, started))
    fresh = [_instance_values(instance, write_set) for instance in write_set.new_instances.values()]
    await _run(connection, _NEW_INSTANCES, fresh)
    changed = (found for key, found in write_set.changed_instances.items() if key not in write_set.new_instances)
    await _run(connection, _CHANGED_INSTANCES, map(_changed_values, changed))
    advanced = (state for key, state in write_set.executions.items() if key not in write_set.new_instances)
    await _run(connection, _EXECUTIONS, map(_execution_values, advanced))


def _instance_values(instance: ProcessInstance, write_set: WriteSet) -> Values:
    """A new instance, as it stands after everything the batch did to it."""
    latest = write_set.changed_instances.get(instance.id, instance)
    execution = write_set.executions.get(instance.id)
    return rows.process_instance_values(latest) | {
        "engine_format": execution and execution.format,
        "engine_state": execution and execution.state,
    }


def _changed_values(instance: ProcessInstance) -> Values:
    return {"row_id": instance.id} | {f"new_{name}": value for name, value in rows.progress_values(instance).items()}


def _execution_values(execution: ExecutionUpdate) -> Values:
    return {"row_id": execution.root_id, "new_format": execution.format, "new_engine_state": execution.state}


def _keys_values(event: WaitingEvent) -> Values:
    return {"row_id": event.id, "new_keys": rows.waiting_event_values(event)["correlation_keys"]}


def _progress_values(event: ThrownEvent) -> Values:
    values = thrown_rows.thrown_event_values(event)
    return {"row_id": event.id} | {f"new_{name}": values[name] for name in _PROGRESS}


async def _delete(connection: WriteConnection, statement: Executable, ids: Collection[str]) -> int:
    return await connection.run(statement, {"keys": ids}) if ids else 0


async def _claim(connection: WriteConnection, statement: Executable, ids: Collection[str]) -> None:
    if await _delete(connection, statement, ids) < len(ids):
        raise ClaimLost


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
