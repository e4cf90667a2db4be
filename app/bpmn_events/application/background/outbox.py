"""The outbox loop, which delivers thrown messages and signals to receivers in other executions.

The transaction of a step stores the events that the step throws. The loop delivers them afterwards in the order they
were thrown, each in a transaction of its own. Processes that send messages to each other without end are therefore a
chain of short transactions, and other commands run in between.

Events that have failed are delivered by a loop of their own beside it. They have lost their place in the order anyway,
and most of them fail again, perhaps after the longest time that a step may take.

Each loop sleeps until its next event is due. A commit of this process wakes it. Events that another program writes to
the same database are noticed after ``MAX_SLEEP`` at the latest. Of several server processes, one delivers at a time.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from bpmn_events.application.background.rounds import run_round
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.outbox_delivery import DeliveryRound, OutboxDelivery
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.waiting import wait_at_most
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.events import EventType
from bpmn_events.domain.outbox import ThrownEvent

BATCH = 50
# The most events that are delivered again at once.
RETRIES_AT_ONCE = 8
MAX_SLEEP = timedelta(seconds=5)

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Lane:
    """The events of one of the loops: those that have been postponed, or all others."""

    postponed: bool
    batch: int
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    retry_after: timedelta | None = None


class Outbox:
    """Delivers the thrown events that are due."""

    def __init__(self, read_store: ReadStore, delivery: OutboxDelivery, clock: Clock) -> None:
        self._read_store = read_store
        self._delivery = delivery
        self._clock = clock
        self._first = _Lane(postponed=False, batch=BATCH)
        self._again = _Lane(postponed=True, batch=RETRIES_AT_ONCE)

    def on_commit(self, write_set: WriteSet) -> None:
        """Wake the loops if events were thrown or postponed; a listener for ``Writer.add_commit_listener``."""
        if write_set.new_thrown_events:
            self._first.wake.set()
        # An event that was thrown may be the retry for one receiver of another one.
        if write_set.new_thrown_events or write_set.changed_thrown_events:
            self._again.wake.set()

    async def run(self) -> None:
        """Deliver events until cancelled.

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

    async def _run(self, lane: _Lane) -> None:
        while True:
            if not await self._deliver(lane):
                await self._sleep(lane)

    async def deliver_due(self) -> int:
        """Deliver one round of the events that are due now, and then one of those that have failed.

        Return the number of events that were attempted, or 0 if none is due or can be delivered now.
        """
        return await self._deliver(self._first) + await self._deliver(self._again)

    async def _deliver(self, lane: _Lane) -> int:
        found = await self._read_store.due_thrown_events(self._clock(), lane.batch, postponed=lane.postponed)
        due = _drop_blocked(found)
        delivery_round = DeliveryRound([event.id for event in due])
        attempts = await run_round(self._attempt(event, delivery_round) for event in due)
        lane.retry_after = delivery_round.retry_after
        return attempts.count(True)

    async def _attempt(self, event: ThrownEvent, delivery_round: DeliveryRound) -> bool:
        try:
            return await self._delivery.deliver(event.id, delivery_round)
        except Exception as error:
            if isinstance(error, EngineUnavailable) and error.is_outage:
                raise
            unexpected = None if isinstance(error, EngineUnavailable) else error
            logger.error("The %s %r could not be delivered", event.event_type.lower(), event.name, exc_info=unexpected)
            delivery_round.attempted.add(event.id)
            await self._delivery.postpone(event.id, error)
            return True

    async def _sleep(self, lane: _Lane) -> None:
        lane.wake.clear()
        now = self._clock()
        next_due = await self._read_store.next_thrown_due(postponed=lane.postponed)
        until = now + MAX_SLEEP if next_due is None else min(next_due, now + MAX_SLEEP)
        pause = max(until - now, lane.retry_after or timedelta())
        await wait_at_most(lane.wake, pause.total_seconds())


def _drop_blocked(due: Iterable[ThrownEvent]) -> list[ThrownEvent]:
    """Return the events without those that follow a signal of the same execution, which may take several rounds."""
    deliverable, blocked_roots = [], set()
    for event in due:
        if event.root_instance_id is None or event.root_instance_id not in blocked_roots:
            deliverable.append(event)
            if event.event_type is EventType.SIGNAL and not event.is_for_one:
                blocked_roots.add(event.root_instance_id)
    return deliverable
