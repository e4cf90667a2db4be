"""Statements that write a write set, one for each kind of change, unless there are very many rows."""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice, starmap

from sqlalchemy import Executable, bindparam, delete, insert, update
from sqlalchemy.exc import IntegrityError

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.outbox import rows as outbox_rows
from bpmn_events.adapters.storage.retries import rows as retry_rows
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
    start_timers,
    thrown_events,
    waiting_event_keys,
    waiting_events,
)
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.adapters.storage.sql.upserts import insert_if_absent
from bpmn_events.adapters.storage.start_timers.rows import start_timer_values
from bpmn_events.adapters.storage.tasks import rows as task_rows
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection
from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.application.ports.transaction import ClaimLost
from bpmn_events.application.ports.write_set import EventStart, ExecutionUpdate, WriteSet
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.outbox import ThrownEvent
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.retries import Retry

_INSERT_MODELS = insert(process_models)
_INSERT_ELEMENTS = insert(catch_elements)
_INSERT_CORRELATIONS = insert_if_absent(correlations)
_INSERT_INSTANCES = insert(process_instances)
_PROGRESS_COLUMNS = ("state", "ended_at", "end_reason", "variables")
_UPDATE_INSTANCES = (
    update(process_instances)
    .where(process_instances.c.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}") for name in _PROGRESS_COLUMNS})
)
_UPDATE_EXECUTIONS = (
    update(process_instances)
    .where(process_instances.c.id == bindparam("row_id"))
    .values(engine_format=bindparam("new_format"), engine_state=bindparam("new_engine_state"))
)
_DELETE_EVENTS = delete(waiting_events).where(in_set(waiting_events.c.id, "keys"))
_INSERT_CANCELLED_EVENTS = insert(cancelled_events)
_INSERT_EVENTS = insert(waiting_events)
_INSERT_TRIGGERS = insert(event_triggers)
_INSERT_IDEMPOTENCY_RECORDS = insert(idempotency_records)
_DELETE_KEYS = delete(waiting_event_keys).where(in_set(waiting_event_keys.c.event_id, "keys"))
_RETRY_COLUMNS = tuple(column.name for column in rows.RETRY)
_UPDATE_RETRIES = (
    update(waiting_events)
    .where(waiting_events.c.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}") for name in _RETRY_COLUMNS})
)
_UPDATE_START_RETRIES = (
    update(start_timers)
    .where(start_timers.c.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}") for name in _RETRY_COLUMNS})
)
_UPDATE_KEYS = (
    update(waiting_events)
    .where(waiting_events.c.id == bindparam("row_id"))
    .values(correlation_keys=bindparam("new_keys"))
)
_INSERT_KEYS = insert(waiting_event_keys)
_DELETE_TASKS = delete(open_tasks).where(in_set(open_tasks.c.id, "keys"))
_INSERT_TASKS = insert(open_tasks)
_DELETE_STARTS = delete(event_starts).where(in_set(event_starts.c.process_model_key, "keys"))
_INSERT_STARTS = insert(event_starts)
_DELETE_START_TIMERS = delete(start_timers).where(in_set(start_timers.c.id, "keys"))
_END_START_TIMERS = delete(start_timers).where(in_set(start_timers.c.process_model_key, "keys"))
_INSERT_START_TIMERS = insert(start_timers)
_DELETE_THROWN = delete(thrown_events).where(in_set(thrown_events.c.id, "keys"))
_INSERT_THROWN = insert(thrown_events)
_DELIVERY_COLUMNS = (
    "due_at",
    "since",
    "after_id",
    "attempts",
    "failed_at",
    "failure",
    "receiver_model_key",
    "receiver_element_id",
    "receiver_lane",
)
_UPDATE_THROWN = (
    update(thrown_events)
    .where(thrown_events.c.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}") for name in _DELIVERY_COLUMNS})
)

# A statement that writes more takes so long that a handoff to a thread pays off.
_MANY_ROWS = 500
_MANY_BYTES = 1_048_576
_ROWS_OF_ANY_SIZE = 16
# Rows are kept in memory until a statement writes them. It writes as many at once.
_MAX_ROWS = 4_000


async def write_all(connection: WriteConnection, write_set: WriteSet) -> None:
    """Write the whole write set, the claims first.

    Raises:
        ClaimLost: A claimed row no longer exists, or another writer was first with a unique key.
    """
    await _claim(connection, _DELETE_EVENTS, write_set.triggered_events)
    await _claim(connection, _DELETE_TASKS, write_set.finished_tasks)
    await _claim(connection, _DELETE_THROWN, write_set.delivered_events)
    await _claim(connection, _DELETE_START_TIMERS, write_set.fired_start_timers)
    await _delete(connection, _DELETE_EVENTS, [event.id for event in write_set.cancelled_events])
    await _delete(connection, _DELETE_KEYS, write_set.removed_keyed_events)
    await _delete(connection, _DELETE_TASKS, write_set.cancelled_tasks)
    # A version that is deployed in the same transaction ends them again.
    await _run(connection, _INSERT_START_TIMERS, map(start_timer_values, write_set.new_start_timers))
    await _write_models(connection, write_set)
    await _write_processes(connection, write_set)
    await _run(connection, _INSERT_CANCELLED_EVENTS, map(rows.cancelled_event_values, write_set.cancelled_events))
    await _write_waiting(connection, write_set)
    # A timer that is gone leaves no row to update.
    await _run(connection, _UPDATE_RETRIES, starmap(_retry_values, write_set.timer_retries.items()))
    await _run(connection, _UPDATE_START_RETRIES, starmap(_retry_values, write_set.start_timer_retries.items()))
    await _insert_unique(
        connection, _INSERT_TRIGGERS, map(rows.event_trigger_values, write_set.new_triggers), ("payload",)
    )
    if write_set.new_thrown_events:
        position = await connection.position()
        await _run(
            connection,
            _INSERT_THROWN,
            (outbox_rows.thrown_event_values(event, position) for event in write_set.new_thrown_events),
            ("payload",),
        )
    await _run(connection, _UPDATE_THROWN, map(_delivery_values, write_set.changed_thrown_events))
    await _insert_unique(
        connection,
        _INSERT_IDEMPOTENCY_RECORDS,
        map(rows.idempotency_values, write_set.new_idempotency_records),
        ("answer",),
    )


async def _write_waiting(connection: WriteConnection, write_set: WriteSet) -> None:
    if write_set.new_events:
        is_ordered = connection.draws_position_always or any(map(_is_signal, write_set.new_events.values()))
        position = await connection.position() if is_ordered else 0
        new_events = (rows.waiting_event_values(event, position) for event in write_set.new_events.values())
        await _run(connection, _INSERT_EVENTS, new_events)
    await _delete(connection, _DELETE_KEYS, write_set.rekeyed_events)
    await _run(connection, _UPDATE_KEYS, map(_key_change_values, write_set.rekeyed_events.values()))
    waiting = (*write_set.new_events.values(), *write_set.rekeyed_events.values())
    keyed = (event for event in waiting if event.correlation_keys)
    await _run(
        connection, _INSERT_KEYS, (row for event in keyed for row in outbox_rows.waiting_event_key_values(event))
    )
    await _run(connection, _INSERT_TASKS, map(task_rows.open_task_values, write_set.new_tasks.values()))


def _is_signal(event: WaitingEvent) -> bool:
    return event.event_type is EventType.SIGNAL


async def _write_models(connection: WriteConnection, write_set: WriteSet) -> None:
    """Insert the model versions; the start events of a new version replace those of the previous one."""
    await _insert_unique(connection, _INSERT_MODELS, map(rows.process_model_values, write_set.new_models))
    await _run(
        connection,
        _INSERT_ELEMENTS,
        (values for new in write_set.new_models for values in rows.catch_element_values(new.model)),
    )
    starts: dict[str, tuple[EventStart, ...]] = {new.model.key: new.starts for new in write_set.new_models}
    await _delete(connection, _DELETE_STARTS, starts)
    await _run(
        connection,
        _INSERT_STARTS,
        (outbox_rows.event_start_values(start) for group in starts.values() for start in group),
    )
    await _delete(connection, _END_START_TIMERS, starts)
    timers = {new.model.key: new.start_timers for new in write_set.new_models}
    await _run(
        connection, _INSERT_START_TIMERS, (start_timer_values(timer) for group in timers.values() for timer in group)
    )


async def _write_processes(connection: WriteConnection, write_set: WriteSet) -> None:
    new_correlations = map(rows.correlation_values, write_set.new_correlations.values())
    await _run(connection, _INSERT_CORRELATIONS[connection.dialect], new_correlations)
    instances = (_instance_values(instance, write_set) for instance in write_set.new_instances.values())
    await _run(connection, _INSERT_INSTANCES, instances, ("variables", "engine_state"))
    changed = (instance for key, instance in write_set.changed_instances.items() if key not in write_set.new_instances)
    await _run(connection, _UPDATE_INSTANCES, map(_progress_values, changed), ("new_variables",))
    advanced = (execution for key, execution in write_set.executions.items() if key not in write_set.new_instances)
    pauses, left = Pauses(), iter(advanced)
    # SQLite writes the whole row, which may have large variables that did not change.
    while part := list(islice(left, _ROWS_OF_ANY_SIZE)):
        await _run(connection, _UPDATE_EXECUTIONS, map(_execution_values, part), ("new_engine_state",))
        await pauses.pause_if_long()


def _instance_values(instance: ProcessInstance, write_set: WriteSet) -> Values:
    """Return the column values of a new instance after all changes of the batch."""
    latest = write_set.changed_instances.get(instance.id, instance)
    execution = write_set.executions.get(instance.id)
    return rows.process_instance_values(latest) | {
        "engine_format": execution and execution.format,
        "engine_state": execution and execution.state,
    }


def _progress_values(instance: ProcessInstance) -> Values:
    return {"row_id": instance.id} | {f"new_{name}": value for name, value in rows.progress_values(instance).items()}


def _execution_values(execution: ExecutionUpdate) -> Values:
    return {"row_id": execution.root_id, "new_format": execution.format, "new_engine_state": execution.state}


def _retry_values(event_id: str, retry: Retry) -> Values:
    return {"row_id": event_id} | {f"new_{name}": value for name, value in retry_rows.retry_values(retry).items()}


def _key_change_values(event: WaitingEvent) -> Values:
    return {"row_id": event.id, "new_keys": rows.correlation_keys_value(event)}


def _delivery_values(event: ThrownEvent) -> Values:
    values = outbox_rows.thrown_event_values(event, event.position)
    return {"row_id": event.id} | {f"new_{name}": values[name] for name in _DELIVERY_COLUMNS}


async def _delete(connection: WriteConnection, statement: Executable, ids: Collection[str]) -> int:
    return await connection.run(statement, {"keys": ids}, is_large=len(ids) > _MANY_ROWS) if ids else 0


async def _claim(connection: WriteConnection, statement: Executable, ids: Collection[str]) -> None:
    if await _delete(connection, statement, ids) < len(ids):
        raise ClaimLost


async def _run(
    connection: WriteConnection, statement: Executable, values: Iterable[Values], large: Sequence[str] = ()
) -> None:
    """Execute the statement for each row. If there are many, other tasks run in between.

    ``large`` names the columns whose values may be large.
    """
    part: list[Values] = []
    size, pauses = 0, None
    for row in values:
        part.append(row)
        for name in large:
            size += len(row[name] or ())
        if size > _MANY_BYTES or len(part) % _MANY_ROWS == 0:
            pauses = pauses or Pauses()
            await pauses.pause_if_long()
        if size > _MANY_BYTES or len(part) == _MAX_ROWS:
            await connection.run(statement, part, is_large=True)
            part, size = [], 0
    if part:
        await connection.run(statement, part, is_large=len(part) > _MANY_ROWS)


async def _insert_unique(
    connection: WriteConnection, statement: Executable, values: Iterable[Values], large: Sequence[str] = ()
) -> None:
    """Insert rows with a unique key.

    Raises:
        ClaimLost: Another writer has inserted a row with the same key.
    """
    try:
        await _run(connection, statement, values, large)
    except IntegrityError as error:
        raise ClaimLost from error
