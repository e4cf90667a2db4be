"""The loop of start timers, which starts instances at the timer start events that are due.

A start that fails is parked: its row gets the time of a retry, so that neither a restart nor another process tries it
before. Retries have a loop of their own, so that they delay no first start.

Each loop sleeps until its next start is due. A commit of this process wakes it. Start timers of models that another
program deploys are noticed after ``MAX_SLEEP`` at the latest. Several processes may see the same due time; the claim in
the transaction of the start lets exactly one of them have it.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bpmn_events.application.background.rounds import run_round
from bpmn_events.application.commands.fire_start_timer import FireStartTimer
from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.transaction import Transaction, model_lock
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.use_case import UseCase
from bpmn_events.application.waiting import wait_at_most
from bpmn_events.application.writing.batch_handler import BatchHandler
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import Conflict, DomainError, EngineUnavailable, NotFound, ProcessFailed
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.domain.retries import FIRST_RETRY, Retry
from bpmn_events.domain.start_timers import StartTimer

# The most instances that are started at once.
BATCH = 50
# The most retries at once.
RETRIES_AT_ONCE = 8
MAX_SLEEP = timedelta(seconds=5)

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Lane:
    """The start timers of one of the loops: those that have failed, or all others."""

    failed: bool
    batch: int
    wake: asyncio.Event = field(default_factory=asyncio.Event)


class StartTimers:
    """Starts the instances of the timer start events that are due."""

    def __init__(
        self, read_store: ReadStore, fire: UseCase[FireStartTimer, StartOutcome], writer: Writer, clock: Clock
    ) -> None:
        self._read_store = read_store
        self._fire = fire
        self._writer = writer
        self._clock = clock
        self._park_handler: BatchHandler[StartTimer, None] = BatchHandler(_find_locks, _park)
        self._first = _Lane(failed=False, batch=BATCH)
        self._again = _Lane(failed=True, batch=RETRIES_AT_ONCE)
        # The start timers that could not even be parked, with the time before which they are not tried again.
        self._unparked: dict[str, datetime] = {}

    def on_commit(self, write_set: WriteSet) -> None:
        """Wake the loops if due times or retries were added; a listener for ``Writer.add_commit_listener``."""
        if write_set.new_start_timers or any(new.start_timers for new in write_set.new_models):
            self._first.wake.set()
        if write_set.start_timer_retries:
            self._again.wake.set()

    async def run(self) -> None:
        """Start instances until cancelled.

        Raises:
            EngineUnavailable: The database cannot be used.
        """
        loops = [asyncio.create_task(self._run(lane)) for lane in (self._first, self._again)]
        try:
            await asyncio.gather(*loops)
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)

    async def fire_due(self) -> int:
        """Start one round of the instances that are due now, and then one of those that have failed.

        Return the number of attempts.
        """
        return await self._fire_round(self._first) + await self._fire_round(self._again)

    async def _run(self, lane: _Lane) -> None:
        while True:
            # A later commit wakes the loop; earlier ones are visible to the query.
            lane.wake.clear()
            if not await self._fire_round(lane):
                await self._sleep(lane)

    async def _fire_round(self, lane: _Lane) -> int:
        now = self._clock()
        self._unparked = {timer_id: until for timer_id, until in self._unparked.items() if until > now}
        limit = lane.batch + len(self._unparked)
        found = await self._read_store.due_start_timers(now, limit, failed=lane.failed)
        due = [timer for timer in found if timer.id not in self._unparked][: lane.batch]
        await run_round(self._attempt(timer) for timer in due)
        return len(due)

    async def _attempt(self, timer: StartTimer) -> None:
        try:
            await self._fire(SYSTEM, FireStartTimer(timer.process_model_key, timer.id))
        except NotFound:
            logger.debug("The start timer %s was claimed, or has ended in the meantime", timer.id)
        except Exception as error:
            if isinstance(error, EngineUnavailable) and error.is_outage:
                raise
            if not isinstance(error, ProcessFailed | Conflict | EngineUnavailable):
                logger.exception("The start timer %s could not be fired", timer.id)
            await self._postpone(timer, error)

    async def _postpone(self, timer: StartTimer, error: Exception) -> None:
        retry = Retry.after(timer.retry.attempts if timer.retry else 0, self._clock(), error)
        place = f"{timer.process_model_key}/{timer.element_id}"
        try:
            await self._writer.submit(self._park_handler, replace(timer, retry=retry))
        except DomainError as refusal:
            if isinstance(refusal, EngineUnavailable) and refusal.is_outage:
                raise
            self._unparked[timer.id] = self._clock() + FIRST_RETRY
            logger.warning("The start timer %s at %s cannot be parked: %s", timer.id, place, refusal)
        pause = retry.retry_at - retry.failed_at
        logger.warning("The start timer %s at %s is tried again in %s: %s", timer.id, place, pause, error)

    async def _sleep(self, lane: _Lane) -> None:
        now = self._clock()
        next_due = await self._read_store.next_start_due(failed=lane.failed)
        until = now + MAX_SLEEP if next_due is None else min(next_due, now + MAX_SLEEP)
        if self._unparked:  # the query does not know that they have to wait
            until = max(until, min(self._unparked.values()))
        await wait_at_most(lane.wake, max((until - now).total_seconds(), 0))


async def _find_locks(_transaction: Transaction, timers: Sequence[StartTimer]) -> Sequence[Collection[str]]:
    return [(model_lock(timer.process_model_key),) for timer in timers]


async def _park(
    _transaction: Transaction, write_set: WriteSet, timers: Sequence[StartTimer]
) -> list[DomainError | Deferral | None]:
    write_set.start_timer_retries.update({timer.id: timer.retry for timer in timers if timer.retry is not None})
    return [None] * len(timers)
