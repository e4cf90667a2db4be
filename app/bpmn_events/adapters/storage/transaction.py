"""The write store: set-oriented statements over the one writer's connection."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from sqlalchemy import select

from bpmn_events.adapters.storage import lookups, rows
from bpmn_events.adapters.storage.connections.prepared import fixed
from bpmn_events.adapters.storage.connections.write_connections import Writer
from bpmn_events.adapters.storage.lookups import ADDRESSES, at_address, find_at, storable
from bpmn_events.adapters.storage.outbox.receivers import DeliveryLookups
from bpmn_events.adapters.storage.retention import RetentionDeletes
from bpmn_events.adapters.storage.schema.tables import (
    idempotency_records,
    open_tasks,
    process_instances,
    waiting_events,
)
from bpmn_events.adapters.storage.sql.sets import one_of, rows_of
from bpmn_events.adapters.storage.tasks import rows as task_rows
from bpmn_events.adapters.storage.write_set import write_all
from bpmn_events.application.ports.transaction import Execution
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.events import ElementAddress, WaitingEvent
from bpmn_events.domain.idempotency import IdempotencyKey, IdempotencyRecord
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState, ProcessModel
from bpmn_events.domain.tasks import OpenTask

_EVENTS_AT = fixed(
    select(*rows.WAITING_EVENT)
    .join_from(ADDRESSES, waiting_events, at_address(waiting_events, indexed=False))
    .order_by(waiting_events.c.waiting_since, waiting_events.c.id)
)

_TASKS_AT = (
    select(*task_rows.OPEN_TASK)
    .join_from(ADDRESSES, open_tasks, at_address(open_tasks, indexed=False))
    .order_by(open_tasks.c.id)
)

# Roots are locked in the order of their ids, so that two writers never wait for each other.
_ROOTS = fixed(
    select(
        process_instances.c.id,
        process_instances.c.correlation_id,
        process_instances.c.engine_format,
        process_instances.c.engine_state,
    )
    .where(one_of(process_instances.c.id, "keys"), process_instances.c.engine_state.is_not(None))
    .order_by(process_instances.c.id)
    .with_for_update()
)
_RUNNING = process_instances.c.state == ProcessInstanceState.RUNNING.value
_MEMBERS = fixed(
    select(*rows.PROCESS_INSTANCE)
    .where(one_of(process_instances.c.id, "keys"), _RUNNING)
    .union_all(
        select(*rows.PROCESS_INSTANCE).where(
            one_of(process_instances.c.root_id, "keys"), process_instances.c.parent_id.is_not(None), _RUNNING
        )
    )
)
_asked = rows_of("asked").alias("asked")
_IDEMPOTENCY = fixed(
    select(*idempotency_records.c).join_from(
        _asked,
        idempotency_records,
        (idempotency_records.c.subject == _asked.c.c0)
        & (idempotency_records.c.operation == _asked.c.c1)
        & (idempotency_records.c.key == _asked.c.c2),
    )
)


class SqlTransaction(DeliveryLookups, RetentionDeletes):
    """One write transaction over either database."""

    async def waiting_events(self, ids: Collection[str]) -> dict[str, WaitingEvent]:
        return await lookups.waiting_events_by_id(self._fetch, ids)

    async def waiting_events_at(
        self, addresses: Collection[ElementAddress]
    ) -> dict[ElementAddress, list[WaitingEvent]]:
        found: dict[ElementAddress, list[WaitingEvent]] = {}
        for row in await find_at(self._fetch, _EVENTS_AT, addresses):
            event = rows.waiting_event(row)
            address = ElementAddress(event.process_model_key, event.correlation_id, event.element_id)
            found.setdefault(address, []).append(event)
        return found

    async def open_tasks(self, ids: Collection[str]) -> dict[str, OpenTask]:
        return await lookups.open_tasks_by_id(self._fetch, ids)

    async def open_tasks_at(self, addresses: Collection[ElementAddress]) -> dict[ElementAddress, list[OpenTask]]:
        found: dict[ElementAddress, list[OpenTask]] = {}
        for task in map(task_rows.open_task, await find_at(self._fetch, _TASKS_AT, addresses)):
            address = ElementAddress(task.process_model_key, task.correlation_id, task.element_id)
            found.setdefault(address, []).append(task)
        return found

    async def executions(self, root_ids: Collection[str]) -> dict[str, Execution]:
        roots = await lookups.find(self._fetch, _ROOTS, root_ids)
        members: dict[str, dict[str, ProcessInstance]] = {root[0]: {} for root in roots}
        for row in await lookups.find(self._fetch, _MEMBERS, members):
            instance = rows.process_instance(row)
            members[instance.root_id][instance.id] = instance
        return {
            root_id: Execution(root_id, correlation_id, engine_format, state, members[root_id])
            for root_id, correlation_id, engine_format, state in roots
        }

    async def instances(self, ids: Collection[str]) -> dict[str, ProcessInstance]:
        return await lookups.instances_by_id(self._fetch, ids)

    async def models(self, ids: Collection[str]) -> dict[str, ProcessModel]:
        return await lookups.models_by_id(self._fetch, ids)

    async def latest_models(self, keys: Collection[str]) -> dict[str, ProcessModel]:
        return await lookups.latest_models(self._fetch, keys)

    async def bpmn_xml(self, model_ids: Collection[str]) -> dict[str, str]:
        return await lookups.bpmn_xml(self._fetch, model_ids)

    async def idempotency_records(self, keys: Collection[IdempotencyKey]) -> dict[IdempotencyKey, IdempotencyRecord]:
        asked = storable((key.subject, key.operation, key.key) for key in keys)
        found = await self._fetch(_IDEMPOTENCY, {"asked": asked}) if asked else []
        return {record.key: record for record in map(rows.idempotency_record, found)}

    async def write(self, write_set: WriteSet) -> None:
        await write_all(self._connection, write_set)


class SqlWriteStore:
    """The write store over either database."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqlTransaction]:
        async with self._writer.transaction() as connection:
            yield SqlTransaction(connection)
