"""What is only kept for callers who come late is forgotten after a while, so that the database does not grow for ever.

Those are the answers stored under idempotency keys, and the memory of cancelled events (it tells a late caller that an
event was cancelled rather than never known). The record of what was triggered is never deleted.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.writer import Writer, alone
from bpmn_events.domain.errors import DomainError

BATCH = 500
PAUSE = timedelta(minutes=10)

logger = logging.getLogger(__name__)

Forget = Callable[[Transaction, datetime, int], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long is remembered what."""

    idempotency: timedelta
    cancelled_events: timedelta


class ForgetHistory:
    def __init__(
        self, writer: Writer, retention: Retention, clock: Callable[[], datetime], *, batch: int = BATCH
    ) -> None:
        self._writer = writer
        self._retention = retention
        self._clock = clock
        self._batch = batch

    async def run(self) -> None:
        """Forget what is old enough, every now and then, until cancelled."""
        while True:
            await self.forget()
            await asyncio.sleep(PAUSE.total_seconds())

    async def forget(self) -> int:
        """Forget all that is old enough now, a batch per transaction; how many rows that were."""
        now = self._clock()
        records = await self._all(_forget_records, now - self._retention.idempotency)
        events = await self._all(_forget_events, now - self._retention.cancelled_events)
        if records or events:
            logger.info("Forgot %d idempotency records and %d cancelled events", records, events)
        return records + events

    async def _all(self, forget: Forget, before: datetime) -> int:
        async def decide(
            transaction: Transaction, _changes: WriteSet, _commands: Sequence[None]
        ) -> list[int | DomainError]:
            return [await forget(transaction, before, self._batch)]

        total = 0
        while gone := await self._writer.submit(alone(decide), None):
            total += gone
        return total


async def _forget_records(transaction: Transaction, before: datetime, limit: int) -> int:
    return await transaction.forget_idempotency_records(before, limit)


async def _forget_events(transaction: Transaction, before: datetime, limit: int) -> int:
    return await transaction.forget_cancelled_events(before, limit)
