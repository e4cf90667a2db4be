"""The retention loop, which deletes expired records so that the database does not grow without limit.

Two kinds of record expire: the outcomes stored under idempotency keys, and the records of cancelled events, from which
a late caller learns that an event was cancelled rather than unknown. Event triggers are never deleted.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import DomainError

BATCH = 1000
PAUSE = timedelta(minutes=10)
# Records of write transactions are needed for seconds.
FENCE_TIME = timedelta(minutes=10)
_LOCK = "retention"

logger = logging.getLogger(__name__)

# Deletes at most a number of records older than an instant, and returns how many it deleted.
DeleteBatch = Callable[[Transaction, datetime, int], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class RetentionTimes:
    """The time for which each kind of record is kept."""

    idempotency: timedelta
    cancelled_events: timedelta


class Retention:
    """Deletes expired records in small batches, each in a transaction of its own."""

    def __init__(self, writer: Writer, times: RetentionTimes, clock: Clock, *, batch: int = BATCH) -> None:
        self._writer = writer
        self._times = times
        self._clock = clock
        self._batch = batch

    async def run(self) -> None:
        """Delete expired records, then pause for ``PAUSE``, until cancelled.

        Raises:
            EngineUnavailable: The database cannot be used.
        """
        while True:
            await self.delete_expired()
            await asyncio.sleep(PAUSE.total_seconds())

    async def delete_expired(self) -> int:
        """Delete all records that have expired by now. Return their number."""
        now = self._clock()
        records = await self._delete_all(_delete_records, now - self._times.idempotency)
        events = await self._delete_all(_delete_events, now - self._times.cancelled_events)
        await self._delete_all(_delete_fences, now)
        if records or events:
            logger.info("Forgot %d idempotency records and %d cancelled events", records, events)
        return records + events

    async def _delete_all(self, delete: DeleteBatch, before: datetime) -> int:
        async def delete_batch(
            transaction: Transaction, _write_set: WriteSet, _commands: Sequence[None]
        ) -> list[int | DomainError | Deferral]:
            return [await delete(transaction, before, self._batch)]

        handler = BatchHandler(_find_locks, delete_batch)
        total = 0
        while True:
            deleted = await self._writer.submit(handler, None, exclusive=True)
            total += deleted
            if deleted < self._batch:
                return total


async def _find_locks(_transaction: Transaction, commands: Sequence[None]) -> Sequence[Collection[str]]:
    return [(_LOCK,)] * len(commands)  # two servers that delete the same rows would wait for each other


async def _delete_records(transaction: Transaction, before: datetime, limit: int) -> int:
    return await transaction.delete_idempotency_records(before, limit)


async def _delete_events(transaction: Transaction, before: datetime, limit: int) -> int:
    return await transaction.delete_cancelled_events(before, limit)


async def _delete_fences(transaction: Transaction, _now: datetime, limit: int) -> int:
    return await transaction.delete_write_fences(FENCE_TIME, limit)
