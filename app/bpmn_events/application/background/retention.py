"""The retention loop, which deletes expired records so that the database does not grow without limit.

These always expire: the outcomes stored under idempotency keys; the records of cancelled events, from which a late
caller learns that an event was cancelled rather than unknown; the changes that subscribers can still read; and tickets.
Ended executions, with their event triggers, and unused model versions expire only if the settings say so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

from bpmn_events.application.background.pruner import PruneInstants, Pruner, find_retention_lock
from bpmn_events.application.ports.change_feed import ChangeFeed
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.pruning import PrunedRows
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import DomainError

BATCH = 1000
PAUSE = timedelta(minutes=10)
# These steps take a minute or two. The next round goes on with the others, so that the other records never pile up.
PRUNING_STEPS = 1000
SHORT_PAUSE = timedelta(seconds=1)
# Records of write transactions are needed for seconds.
FENCE_TIME = timedelta(minutes=10)

logger = logging.getLogger(__name__)

# Changes are deleted so long before the executions to which they refer: each has a time of its own.
_MARGIN = timedelta(hours=1)
# Deletes at most a number of records older than an instant, and returns how many it deleted.
DeleteBatch = Callable[[Transaction, datetime, int], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class RetentionTimes:
    """The time for which each kind of record is kept; None to keep it for ever.

    Attributes:
        idempotency: The outcomes stored under idempotency keys, from the request.
        cancelled_events: The records of cancelled events, from the cancellation.
        changes: The change feed; see ``kept_changes``.
        max_changes: The number of change sets that are kept at most.
        ended_executions: The executions with their event triggers, from their end. This is at least the time of the
            outcomes, because a replay reads the instances that its outcome refers to.
        unused_versions: The model versions without instances, from their replacement by a newer one.
    """

    idempotency: timedelta
    cancelled_events: timedelta
    changes: timedelta = timedelta(days=1)
    max_changes: int = 1_000_000
    ended_executions: timedelta | None = None
    unused_versions: timedelta | None = None

    @property
    def kept_changes(self) -> timedelta:
        """The time of the change feed: less than that of ended executions, to whose rows the changes refer."""
        return self.changes if self.ended_executions is None else min(self.changes, self.ended_executions - _MARGIN)

    def prune_instants(self, now: datetime) -> PruneInstants:
        """Return the instants before which executions and model versions are pruned."""
        ended, replaced = self.ended_executions, self.unused_versions
        return PruneInstants(None if ended is None else now - ended, None if replaced is None else now - replaced)


@dataclass(frozen=True, slots=True)
class RetentionRound:
    """The outcome of a round of retention.

    Attributes:
        deleted: The number of deleted records.
        is_complete: False if the round has ended although more executions or model versions may have expired.
    """

    deleted: int
    is_complete: bool


class Retention:
    """Deletes expired records in small batches, each in a transaction of its own.

    ``batch`` limits the records of a batch, and ``pruning_steps`` the steps in which a round deletes executions and
    model versions.
    """

    def __init__(
        self,
        writer: Writer,
        feed: ChangeFeed,
        times: RetentionTimes,
        clock: Clock,
        *,
        batch: int = BATCH,
        pruning_steps: int = PRUNING_STEPS,
    ) -> None:
        self._writer = writer
        self._feed = feed
        self._times = times
        self._clock = clock
        self._batch = batch
        self._pruning_steps = pruning_steps
        self._pruner = Pruner(writer)

    async def run(self) -> None:
        """Delete expired records in rounds, until cancelled. Pause for ``PAUSE`` when nothing expired is left.

        Raises:
            EngineUnavailable: The database cannot be used.
        """
        while True:
            is_complete = (await self.delete_expired()).is_complete
            await asyncio.sleep((PAUSE if is_complete else SHORT_PAUSE).total_seconds())

    async def delete_expired(self) -> RetentionRound:
        """Delete in one round the expired records; of executions and model versions, as many as its steps allow."""
        now = self._clock()
        records = await self.forget_outcomes()
        events = await self._delete_all(_delete_events, now - self._times.cancelled_events)
        await self._delete_all(_delete_fences, now)
        await self._delete_all(_delete_tickets, now)
        await self._delete_changes(now - self._times.kept_changes)
        if records or events:
            logger.info("Forgot %d idempotency records and %d cancelled events", records, events)
        pruned, is_complete = await self._prune(now)
        return RetentionRound(records + events + pruned.instances + pruned.triggers + pruned.versions, is_complete)

    async def forget_outcomes(self) -> int:
        """Delete the expired outcomes under idempotency keys. Return their number."""
        return await self._delete_all(_delete_records, self._clock() - self._times.idempotency)

    async def _delete_changes(self, before: datetime) -> None:
        excess = await self._feed.find_excess(self._times.max_changes)

        async def delete(transaction: Transaction, before: datetime, limit: int) -> int:
            return await transaction.delete_changes(before, excess, limit)

        await self._delete_all(delete, before)

    async def _prune(self, now: datetime) -> tuple[PrunedRows, bool]:
        """Prune in a limited number of steps. Return the sum, and False if the limit was reached."""
        total, left = PrunedRows(), self._pruning_steps
        async with aclosing(self._pruner.prune(self._times.prune_instants(now))) as steps:
            async for step in steps:
                total += step
                left -= 1
                if not left:
                    break
        if total:
            logger.info(
                "Deleted %d ended process instances, %d event triggers and %d unused versions of process models",
                *(total.instances, total.triggers, total.versions),
            )
        return total, left > 0

    async def _delete_all(self, delete: DeleteBatch, before: datetime) -> int:
        async def delete_batch(
            transaction: Transaction, _write_set: WriteSet, _commands: Sequence[None]
        ) -> list[int | DomainError | Deferral]:
            return [await delete(transaction, before, self._batch)]

        handler = BatchHandler(find_retention_lock, delete_batch)
        total = 0
        while True:
            deleted = await self._writer.submit(handler, None, exclusive=True)
            total += deleted
            if deleted < self._batch:
                return total


async def _delete_records(transaction: Transaction, before: datetime, limit: int) -> int:
    return await transaction.delete_idempotency_records(before, limit)


async def _delete_events(transaction: Transaction, before: datetime, limit: int) -> int:
    return await transaction.delete_cancelled_events(before, limit)


async def _delete_tickets(transaction: Transaction, before: datetime, limit: int) -> int:
    return await transaction.delete_tickets(before, limit)


async def _delete_fences(transaction: Transaction, _now: datetime, limit: int) -> int:
    return await transaction.delete_write_fences(FENCE_TIME, limit)
