"""Timers fire by themselves when they are due, also those that fell due while no server ran.

The loop sleeps until the next due time. A commit that makes an earlier timer wait wakes it; timers that another server
process made are noticed after ``MAX_SLEEP`` at the latest, should that process die before it fires them itself. Several
processes may see the same timer due: the claim of the trigger lets exactly one of them fire it.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain.errors import Conflict, NotFound, ProcessFailed
from bpmn_events.domain.events import TriggerSource, WaitingEvent
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.domain.retries import FIRST_RETRY, LAST_RETRY

MAX_SLEEP = timedelta(seconds=30)
BATCH = 200

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Deferred:
    """A timer whose process could not go on: when to try again, and the pause after that."""

    until: datetime
    pause: timedelta


class Timers:
    def __init__(
        self, read_store: ReadStore, trigger_event: UseCase[TriggerEvent, TriggerOutcome], clock: Clock
    ) -> None:
        self._read_store = read_store
        self._trigger_event = trigger_event
        self._clock = clock
        self._wake = asyncio.Event()
        self._sleeping_until: datetime | None = None
        self._looked_at: datetime | None = None
        self._deferred: dict[str, _Deferred] = {}

    def on_commit(self, write_set: WriteSet) -> None:
        """A commit listener: wake up if something waits that is due before the end of the current sleep."""
        until = self._sleeping_until
        if until is None:
            return
        if any(event.due_at is not None and event.due_at < until for event in write_set.new_events.values()):
            self._wake.set()

    async def run(self) -> None:
        """Fire timers until cancelled."""
        while True:
            # From here on a commit wakes the loop; what was committed before is seen by the query.
            self._wake.clear()
            self._sleeping_until = self._clock() + MAX_SLEEP
            fired = await self.fire_due()
            if not fired:
                await self._sleep(self._sleeping_until)

    async def fire_due(self) -> int:
        """Fire a batch of what is due now. How many were tried; 0 when nothing is left to do for now."""
        now = self._looked_at = self._clock()
        limit = BATCH + len(self._deferred)
        due = await self._read_store.due_events(now, limit)
        if len(due) < limit:
            self._forget_all_but({event.id for event in due})
        ready = [event for event in due if not self._is_deferred(event.id, now)][:BATCH]
        await asyncio.gather(*(self._fire(event) for event in ready))
        return len(ready)

    async def _fire(self, event: WaitingEvent) -> None:
        command = TriggerEvent(event.process_model_key, event.correlation_id, event.id, source=TriggerSource.TIMER)
        try:
            await self._trigger_event(SYSTEM, command)
        except NotFound:
            logger.debug("The timer %s was triggered or cancelled in the meantime", event.id)
        except (ProcessFailed, Conflict) as error:
            return self._defer(event, error)
        except Exception as error:
            logger.exception("The timer %s could not be fired", event.id)
            return self._defer(event, error)
        self._deferred.pop(event.id, None)
        return None

    def _forget_all_but(self, due: set[str]) -> None:
        """Somebody else triggered or cancelled the rest: there is nothing to wake up for."""
        self._deferred = {event_id: deferred for event_id, deferred in self._deferred.items() if event_id in due}

    def _is_deferred(self, event_id: str, now: datetime) -> bool:
        deferred = self._deferred.get(event_id)
        return deferred is not None and now < deferred.until

    def _defer(self, event: WaitingEvent, error: Exception) -> None:
        before = self._deferred.get(event.id)
        pause = min(before.pause * 2, LAST_RETRY) if before else FIRST_RETRY
        self._deferred[event.id] = _Deferred(self._clock() + pause, pause)
        logger.warning("The timer %s at %s is tried again in %s: %s", event.id, event.element_id, pause, error)

    async def _sleep(self, at_most_until: datetime) -> None:
        # What has fallen due since it was looked at what is due is the next that is due.
        next_due = await self._read_store.next_due(self._looked_at or self._clock())
        retries = [deferred.until for deferred in self._deferred.values()]
        until = min([at_most_until, *retries, *([next_due] if next_due else [])])
        self._sleeping_until = until
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), max((until - self._clock()).total_seconds(), 0))
