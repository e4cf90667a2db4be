"""The timer loop, which triggers timers when they are due, even those that fell due while no server ran.

The loop sleeps until the next due time. A commit of this process with an earlier timer wakes it. Timers of another
server process are noticed after ``MAX_SLEEP`` at the latest, in case that process ends before it fires them. Several
processes may see the same due timer; the claim in the trigger's transaction lets exactly one of them fire it.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bpmn_events.application.background.rounds import run_round
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain.errors import Conflict, EngineUnavailable, NotFound, ProcessFailed
from bpmn_events.domain.events import TriggerSource, WaitingEvent
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.domain.retries import FIRST_RETRY, LAST_RETRY

MAX_SLEEP = timedelta(seconds=30)
BATCH = 200

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Deferred:
    """A timer that could not be fired.

    ``until`` is the instant of the next attempt. ``pause`` is the time before it, and doubles after each failure.
    """

    until: datetime
    pause: timedelta


class Timers:
    """Fires the timers that are due."""

    def __init__(
        self, read_store: ReadStore, trigger_event: UseCase[TriggerEvent, TriggerOutcome], clock: Clock
    ) -> None:
        self._read_store = read_store
        self._trigger_event = trigger_event
        self._clock = clock
        self._wake = asyncio.Event()
        self._sleeping_until: datetime | None = None
        self._checked_at: datetime | None = None
        self._deferred: dict[str, _Deferred] = {}

    def on_commit(self, write_set: WriteSet) -> None:
        """Wake the loop if a new timer is due before its sleep ends; a listener for ``Writer.add_commit_listener``."""
        until = self._sleeping_until
        if until is None:
            return
        if any(event.due_at is not None and event.due_at < until for event in write_set.new_events.values()):
            self._wake.set()

    async def run(self) -> None:
        """Fire timers until cancelled.

        Raises:
            EngineUnavailable: The database cannot be used.
        """
        while True:
            # A later commit wakes the loop; earlier ones are visible to the query.
            self._wake.clear()
            self._sleeping_until = self._clock() + MAX_SLEEP
            fired = await self.fire_due()
            if not fired:
                await self._sleep(self._sleeping_until)

    async def fire_due(self) -> int:
        """Fire one batch of the timers that are due now. Return the number of attempts, or 0 if no timer is ready."""
        now = self._checked_at = self._clock()
        limit = BATCH + len(self._deferred)
        due = await self._read_store.due_events(now, limit)
        if len(due) < limit:
            self._drop_deferred_except({event.id for event in due})
        ready = [event for event in due if not self._is_deferred(event.id, now)][:BATCH]
        await run_round(self._fire(event) for event in ready)
        return len(ready)

    async def _fire(self, event: WaitingEvent) -> None:
        command = TriggerEvent(event.process_model_key, event.correlation_id, event.id, source=TriggerSource.TIMER)
        try:
            await self._trigger_event(SYSTEM, command)
        except EngineUnavailable as error:
            if error.is_outage:
                raise
            return self._defer(event, error)
        except NotFound:
            logger.debug("The timer %s was triggered or cancelled in the meantime", event.id)
        except (ProcessFailed, Conflict) as error:
            return self._defer(event, error)
        except Exception as error:
            logger.exception("The timer %s could not be fired", event.id)
            return self._defer(event, error)
        self._deferred.pop(event.id, None)
        return None

    def _drop_deferred_except(self, due: set[str]) -> None:
        """Drop deferred timers that no longer wait, so that the loop does not wake up for them."""
        self._deferred = {event_id: deferred for event_id, deferred in self._deferred.items() if event_id in due}

    def _is_deferred(self, event_id: str, now: datetime) -> bool:
        deferred = self._deferred.get(event_id)
        return deferred is not None and now < deferred.until

    def _defer(self, event: WaitingEvent, error: Exception) -> None:
        previous = self._deferred.get(event.id)
        pause = min(previous.pause * 2, LAST_RETRY) if previous else FIRST_RETRY
        self._deferred[event.id] = _Deferred(self._clock() + pause, pause)
        logger.warning("The timer %s at %s is tried again in %s: %s", event.id, event.element_id, pause, error)

    async def _sleep(self, deadline: datetime) -> None:
        # Ask for due times after the last check, not after now: a timer may have fallen due in between.
        next_due = await self._read_store.next_due(self._checked_at or self._clock())
        retries = [deferred.until for deferred in self._deferred.values()]
        until = min([deadline, *retries, *([next_due] if next_due else [])])
        self._sleeping_until = until
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), max((until - self._clock()).total_seconds(), 0))
