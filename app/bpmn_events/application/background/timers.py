"""The timer loop, which triggers timers when they are due, even those that fell due while no server ran.

The loop sleeps until the next due time or retry. A commit of this process with an earlier one wakes it. Timers of
another server process are noticed after ``MAX_SLEEP`` at the latest, in case that process ends before it fires them.
Several processes may see the same due timer; the claim in the trigger's transaction lets exactly one of them fire it.

A timer whose process cannot go on is parked: its row gets the time of a retry, so that neither a restart nor another
process tries it before. Parked timers do not delay the others: their retries have a small share of their own.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bpmn_events.application.background.rounds import run_round
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.transaction import Transaction, correlation_lock
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.use_case import UseCase
from bpmn_events.application.waiting import wait_at_most
from bpmn_events.application.writing.batch_handler import BatchHandler
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import Conflict, DomainError, EngineUnavailable, NotFound, ProcessFailed
from bpmn_events.domain.events import TriggerSource, WaitingEvent
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.domain.retries import FIRST_RETRY, FailedTimer, Retry

MAX_SLEEP = timedelta(seconds=30)
# The most timers that are fired at once for the first time. One that takes long counts no longer.
BATCH = 200
LONG = timedelta(seconds=1)
# The most timers that are fired at once, however long they take: the writer has room for more commands than this.
MOST_UNDER_WAY = 1_000
# The most retries at once. Most retries fail again, and may take as long as a step can.
RETRIES_AT_ONCE = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """An attempt to fire a timer. ``failures`` is the number of earlier ones, which have failed."""

    event: WaitingEvent
    failures: int = 0


class Timers:
    """Fires the timers that are due."""

    def __init__(
        self, read_store: ReadStore, trigger_event: UseCase[TriggerEvent, TriggerOutcome], writer: Writer, clock: Clock
    ) -> None:
        self._read_store = read_store
        self._trigger_event = trigger_event
        self._writer = writer
        self._clock = clock
        self._park_handler: BatchHandler[FailedTimer, None] = BatchHandler(_find_locks, _park)
        self._wake = asyncio.Event()
        self._sleeping_until: datetime | None = None
        self._checked_at: datetime | None = None
        # The attempts under way by the id of the event, with the times at which they began.
        self._under_way: dict[str, tuple[_Attempt, datetime]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._outage: BaseException | None = None
        # True if more timers were due than could be fired at once.
        self._is_full = False
        # The timers that could not even be parked, with the time before which they are not tried again.
        self._unparked: dict[str, datetime] = {}

    def on_commit(self, write_set: WriteSet) -> None:
        """Wake the loop if a timer or retry is due before its sleep ends; a listener for the writer's commits."""
        until = self._sleeping_until
        if until is None:
            return
        if any(event.due_at is not None and event.due_at < until for event in write_set.new_events.values()) or any(
            retry.retry_at < until for retry in write_set.timer_retries.values()
        ):
            self._wake.set()

    async def run(self) -> None:
        """Fire timers until cancelled.

        Raises:
            EngineUnavailable: The database cannot be used.
        """
        try:
            while True:
                # A later commit wakes the loop; earlier ones are visible to the query.
                self._wake.clear()
                self._sleeping_until = self._clock() + MAX_SLEEP
                for attempt in await self._due_attempts():
                    self._begin(attempt)
                await self._sleep(self._sleeping_until)
                if self._outage is not None:
                    raise self._outage
        finally:
            await self._end_all()

    async def fire_due(self) -> int:
        """Fire those of the due timers that fit in a batch. Return the number of attempts, or 0 if none is ready."""
        attempts = await self._due_attempts()
        await run_round(self._fire(attempt) for attempt in attempts)
        return len(attempts)

    # --- what is due ---

    async def _due_attempts(self) -> list[_Attempt]:
        """Return the timers to fire now: first those that are due for the first time, and then retries."""
        now = self._checked_at = self._clock()
        self._unparked = {event_id: until for event_id, until in self._unparked.items() if until > now}
        first_room, retry_room = self._room(now)
        hidden = {*self._under_way, *self._unparked}
        # Timers under way are still due, and may come first.
        due = await self._read_store.due_events(now, first_room + len(hidden)) if first_room else []
        failed = await self._read_store.due_retries(now, retry_room + len(hidden)) if retry_room else []
        attempts = [_Attempt(event) for event in due if event.id not in hidden][:first_room]
        retries = [_Attempt(each.event, each.retry.attempts) for each in failed if each.event.id not in hidden]
        self._is_full = len(attempts) == first_room or len(retries) >= retry_room
        return attempts + retries[:retry_room]

    def _room(self, now: datetime) -> tuple[int, int]:
        """Return how many timers may be fired for the first time, and how many retries."""
        begun = [begun_at for attempt, begun_at in self._under_way.values() if not attempt.failures]
        recent = sum(begun_at > now - LONG for begun_at in begun)
        first_room = max(min(BATCH - recent, MOST_UNDER_WAY - len(begun)), 0)
        return first_room, max(RETRIES_AT_ONCE - (len(self._under_way) - len(begun)), 0)

    # --- attempts ---

    def _begin(self, attempt: _Attempt) -> None:
        self._under_way[attempt.event.id] = attempt, self._clock()
        task = asyncio.create_task(self._fire(attempt), name=f"timer {attempt.event.id}")
        self._tasks.add(task)
        task.add_done_callback(partial(self._end, attempt))

    def _end(self, attempt: _Attempt, task: asyncio.Task[None]) -> None:
        self._under_way.pop(attempt.event.id, None)
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._outage = error
            self._wake.set()
        # A batch is half empty before the next timers are read, because each read has a cost.
        elif self._is_full and (attempt.failures or self._room(self._clock())[0] >= BATCH // 2):
            self._wake.set()

    async def _end_all(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._outage = None

    async def _fire(self, attempt: _Attempt) -> None:
        event = attempt.event
        command = TriggerEvent(event.process_model_key, event.correlation_id, event.id, source=TriggerSource.TIMER)
        try:
            await self._trigger_event(SYSTEM, command)
        except NotFound:
            logger.debug("The timer %s was triggered or cancelled in the meantime", event.id)
        except Exception as error:
            if isinstance(error, EngineUnavailable) and error.is_outage:
                raise
            if not isinstance(error, ProcessFailed | Conflict | EngineUnavailable):
                logger.exception("The timer %s could not be fired", event.id)
            await self._postpone(attempt, error)

    async def _postpone(self, attempt: _Attempt, error: Exception) -> None:
        event, retry = attempt.event, Retry.after(attempt.failures, self._clock(), error)
        try:
            await self._writer.submit(self._park_handler, FailedTimer(event, retry))
        except DomainError as refusal:
            if isinstance(refusal, EngineUnavailable) and refusal.is_outage:
                raise
            self._unparked[event.id] = self._clock() + FIRST_RETRY
            self._wake.set()
            logger.warning("The timer %s at %s cannot be parked: %s", event.id, event.element_id, refusal)
        pause = retry.retry_at - retry.failed_at
        logger.warning("The timer %s at %s is tried again in %s: %s", event.id, event.element_id, pause, error)

    # --- sleep ---

    async def _sleep(self, deadline: datetime) -> None:
        # Ask for due times after the last check, not after now: a timer may have fallen due in between.
        next_due = await self._read_store.next_due(self._checked_at or self._clock())
        times = [deadline, *self._unparked.values(), *([next_due] if next_due else [])]
        if self._is_full:
            times.append(self._clock() + LONG)
        self._sleeping_until = until = min(times)
        await wait_at_most(self._wake, max((until - self._clock()).total_seconds(), 0))


async def _find_locks(_transaction: Transaction, timers: Sequence[FailedTimer]) -> Sequence[Collection[str]]:
    return [(correlation_lock(timer.event.correlation_id),) for timer in timers]


async def _park(
    _transaction: Transaction, write_set: WriteSet, timers: Sequence[FailedTimer]
) -> list[DomainError | Deferral | None]:
    write_set.timer_retries.update({timer.event.id: timer.retry for timer in timers})
    return [None] * len(timers)
