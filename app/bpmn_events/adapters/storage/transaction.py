"""The write store of SQLite and PostgreSQL: set-oriented statements in one write transaction."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import select

from bpmn_events.adapters.storage import lookups, rows
from bpmn_events.adapters.storage.candidates import open_task_candidates, waiting_event_candidates
from bpmn_events.adapters.storage.changes.encoding import encode
from bpmn_events.adapters.storage.connections.prepared import mark_reusable
from bpmn_events.adapters.storage.lookups import storable_keys
from bpmn_events.adapters.storage.outbox.receivers import ReceiverLookups
from bpmn_events.adapters.storage.pruning.deletion import PruningStatements
from bpmn_events.adapters.storage.retention import RetentionDeletes
from bpmn_events.adapters.storage.schema.tables import (
    idempotency_records,
    process_instances,
)
from bpmn_events.adapters.storage.sql.sets import in_set, table_parameter
from bpmn_events.adapters.storage.start_timers.queries import BY_ID
from bpmn_events.adapters.storage.start_timers.rows import start_timer
from bpmn_events.adapters.storage.tickets import TicketStatements
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection, WriteTransactions
from bpmn_events.adapters.storage.write_set import write_all
from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.application.ports.transaction import Execution
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.events import ElementAddress, WaitingEvent
from bpmn_events.domain.idempotency import IdempotencyKey, IdempotencyRecord
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState, ProcessModel
from bpmn_events.domain.start_timers import StartTimer
from bpmn_events.domain.tasks import OpenTask

_ROOTS = mark_reusable(
    select(
        process_instances.c.id,
        process_instances.c.correlation_id,
        process_instances.c.engine_format,
        process_instances.c.engine_state,
    ).where(in_set(process_instances.c.id, "keys"), process_instances.c.engine_state.is_not(None))
)
_IS_RUNNING = process_instances.c.state == ProcessInstanceState.RUNNING.value
_RUNNING_INSTANCES = mark_reusable(
    select(*rows.PROCESS_INSTANCE)
    .where(in_set(process_instances.c.id, "keys"), _IS_RUNNING)
    .union_all(
        select(*rows.PROCESS_INSTANCE).where(
            in_set(process_instances.c.root_id, "keys"), process_instances.c.parent_id.is_not(None), _IS_RUNNING
        )
    )
)
_record_keys = table_parameter("record_keys").alias("record_keys")
_IDEMPOTENCY_RECORDS = mark_reusable(
    select(*idempotency_records.c).join_from(
        _record_keys,
        idempotency_records,
        (idempotency_records.c.subject == _record_keys.c.c0) & (idempotency_records.c.key == _record_keys.c.c1),
    )
)


class SqlTransaction(ReceiverLookups, RetentionDeletes, PruningStatements, TicketStatements):
    """One write transaction on either database."""

    def __init__(self, connection: WriteConnection) -> None:
        super().__init__(connection)
        self.needs_locks = connection.needs_locks
        self.lock = connection.lock
        self.try_lock = connection.try_lock
        self.holds = connection.holds
        self.is_settled = connection.is_settled
        self.draw_position = connection.position
        self.take_delivery_turn = connection.take_delivery_turn

    async def ensure_durability(self) -> None:
        if self.needs_locks:
            await self.draw_position()

    async def waiting_events(self, ids: Collection[str]) -> dict[str, WaitingEvent]:
        return await lookups.waiting_events_by_id(self._fetch, ids)

    async def waiting_events_at(
        self, addresses: Collection[ElementAddress]
    ) -> dict[ElementAddress, list[WaitingEvent]]:
        return await waiting_event_candidates.fetch(self._fetch, addresses)

    async def open_tasks(self, ids: Collection[str]) -> dict[str, OpenTask]:
        return await lookups.open_tasks_by_id(self._fetch, ids)

    async def open_tasks_at(self, addresses: Collection[ElementAddress]) -> dict[ElementAddress, list[OpenTask]]:
        return await open_task_candidates.fetch(self._fetch, addresses)

    async def executions(self, root_ids: Collection[str]) -> dict[str, Execution]:
        roots = await lookups.fetch_by_keys(self._fetch, _ROOTS, root_ids)
        instances: dict[str, dict[str, ProcessInstance]] = {root[0]: {} for root in roots}
        pauses = Pauses()
        for row in await lookups.fetch_by_keys(self._fetch, _RUNNING_INSTANCES, instances):
            instance = rows.process_instance(row)
            instances[instance.root_id][instance.id] = instance
            await pauses.pause_if_long()
        return {
            root_id: Execution(root_id, correlation_id, engine_format, state, instances[root_id])
            for root_id, correlation_id, engine_format, state in roots
        }

    async def instances(self, ids: Collection[str]) -> dict[str, ProcessInstance]:
        return await lookups.instances_by_id(self._fetch, ids)

    async def latest_models(self, keys: Collection[str]) -> dict[str, ProcessModel]:
        return await lookups.latest_models(self._fetch, keys)

    async def bpmn_xml(self, model_ids: Collection[str]) -> dict[str, str]:
        return await lookups.bpmn_xml(self._fetch, model_ids)

    async def start_timers(self, ids: Collection[str]) -> dict[str, StartTimer]:
        timers = map(start_timer, await lookups.fetch_by_keys(self._fetch, BY_ID, ids))
        return {timer.id: timer for timer in timers}

    async def idempotency_records(self, keys: Collection[IdempotencyKey]) -> list[IdempotencyRecord]:
        record_keys = storable_keys((key.subject, key.key) for key in keys)
        records = await self._fetch(_IDEMPOTENCY_RECORDS, {"record_keys": record_keys}) if record_keys else []
        return [rows.idempotency_record(row) for row in records]

    async def report_changes(self, write_sets: Sequence[WriteSet], at: datetime) -> None:
        changes = await encode(write_sets)
        if changes is not None:
            await self._connection.append_changes(microseconds(at), changes)

    async def write(self, write_set: WriteSet) -> None:
        await write_all(self._connection, write_set)


class SqlWriteStore:
    """The write store of either database."""

    def __init__(self, transactions: WriteTransactions) -> None:
        self._writer = transactions

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqlTransaction]:
        async with self._writer.transaction() as connection:
            yield SqlTransaction(connection)
