"""Deletion of idempotency records, cancelled events, changes and write fences after their retention time.

Each call deletes a limited number of rows, so that it does not hold up other write transactions.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, tuple_

from bpmn_events.adapters.storage.schema.tables import (
    cancelled_events,
    change_feed,
    idempotency_records,
    write_fences,
)
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection
from bpmn_events.domain.ids import WAITING_EVENT, lowest_id
from bpmn_events.domain.instants import microseconds

# One row more than can be deleted: if there is none, the last one of these is the last one of all, and stays.
_FIRST_CHANGES = (
    select(change_feed.c.position, change_feed.c.at).order_by(change_feed.c.position).limit(bindparam("limit"))
)
_DELETE_CHANGES = delete(change_feed).where(change_feed.c.position <= bindparam("last"))
_RECORD_KEY = tuple_(idempotency_records.c.subject, idempotency_records.c.key, idempotency_records.c.operation)


class RetentionDeletes:
    """The deletions of a write transaction."""

    _connection: WriteConnection

    async def delete_idempotency_records(self, before: datetime, limit: int) -> int:
        table = idempotency_records
        expired = (
            select(table.c.subject, table.c.key, table.c.operation)
            .where(table.c.created_at < microseconds(before))
            .order_by(table.c.created_at)
            .limit(limit)
        )
        return await self._connection.run(delete(table).where(_RECORD_KEY.in_(expired)), {})

    async def delete_cancelled_events(self, before: datetime, limit: int) -> int:
        table = cancelled_events.c
        # An event is created before it is cancelled and ids are ordered by creation, so the id bounds the scan.
        expired = (
            select(table.id)
            .where(table.id < lowest_id(WAITING_EVENT, before), table.cancelled_at < microseconds(before))
            .order_by(table.id)
            .limit(limit)
        )
        return await self._connection.run(delete(cancelled_events).where(table.id.in_(expired)), {})

    async def delete_changes(self, before: datetime, up_to: int | None, limit: int) -> int:
        # The rows are deleted from the first one on, so that all rows after a stored one are stored.
        oldest, last_expired = microseconds(before), None
        for position, at in (await self._connection.fetch(_FIRST_CHANGES, {"limit": limit + 1}))[:-1]:
            if at >= oldest and (up_to is None or position > up_to):
                break
            last_expired = position
        return 0 if last_expired is None else await self._connection.run(_DELETE_CHANGES, {"last": last_expired})

    async def delete_write_fences(self, age: timedelta, limit: int) -> int:
        if not self._connection.needs_locks:
            return 0  # there are none
        table = write_fences.c
        expired = select(table.id).where(table.made_at < func.now() - age).limit(limit)
        return await self._connection.run(delete(write_fences).where(table.id.in_(expired)), {})
