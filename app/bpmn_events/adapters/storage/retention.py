"""Deletion of idempotency records, cancelled events, changes and write fences after their retention time.

Each call deletes a limited number of rows, so that it does not hold up other write transactions.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage.schema.tables import (
    cancelled_events,
    change_feed,
    idempotency_records,
    write_fences,
)
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection
from bpmn_events.domain.ids import WAITING_EVENT, lowest_id
from bpmn_events.domain.instants import microseconds

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

    async def delete_changes(self, before: datetime, max_rows: int, limit: int) -> int:
        # The rows are deleted from the first one on, so that all rows after a stored one are stored.
        table = change_feed.c
        first = select(table.position, table.at).order_by(table.position).limit(limit).subquery("first")
        last = select(func.max(table.position)).scalar_subquery()
        kept = select(func.min(first.c.position)).where(first.c.at >= microseconds(before)).scalar_subquery()
        too_many = first.c.position <= self._last_excess_change(max_rows)
        expired = select(first.c.position).where(
            first.c.position < last, or_(too_many, first.c.position < func.coalesce(kept, last))
        )
        return await self._connection.run(delete(change_feed).where(table.position.in_(expired)), {})

    def _last_excess_change(self, max_rows: int) -> ColumnElement[int]:
        """Return the position of the last row before the newest ``max_rows`` ones."""
        position = change_feed.c.position
        if self._connection.dialect == "sqlite":  # has no gaps between its positions
            return select(func.max(position) - max_rows).scalar_subquery()
        return select(position).order_by(position.desc()).offset(max_rows).limit(1).scalar_subquery()

    async def delete_write_fences(self, age: timedelta, limit: int) -> int:
        if not self._connection.needs_locks:
            return 0  # there are none
        table = write_fences.c
        expired = select(table.id).where(table.made_at < func.now() - age).limit(limit)
        return await self._connection.run(delete(write_fences).where(table.id.in_(expired)), {})
