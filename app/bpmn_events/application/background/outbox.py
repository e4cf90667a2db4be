"""Messages and signals that processes throw reach those who wait for them in other executions.

What a step throws is stored in the transaction of that step, and delivered afterwards, each event in a transaction of
its own and in the order they were thrown. A loop of processes that send each other messages is a chain of short
transactions, between which everybody else gets a turn.

The loop sleeps until there is something to deliver. A commit of this process wakes it; what another program wrote to
the same database is noticed after ``MAX_SLEEP`` at the latest, should its own loop not deliver it. Of several server
processes one delivers at a time.
"""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.outbox_delivery import DeliveryRound, DeliveryTurn, OutboxDelivery
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.events import EventType
from bpmn_events.domain.outbox import ThrownEvent

EVENTS_AT_ONCE = 50
MAX_SLEEP = timedelta(seconds=5)
_BUSY_PAUSE = timedelta(milliseconds=100)

logger = logging.getLogger(__name__)


class Outbox:
    """Delivers what is due."""

    def __init__(self, read_store: ReadStore, delivery: OutboxDelivery, clock: Clock) -> None:
        self._read_store = read_store
        self._delivery = delivery
        self._clock = clock
        self._wake = asyncio.Event()
        self._busy = False

    def on_commit(self, write_set: WriteSet) -> None:
        """Wake up where something was thrown; for ``Writer.add_commit_listener``."""
        if write_set.new_thrown:
            self._wake.set()

    async def run(self) -> None:
        """Deliver events until cancelled."""
        while True:
            if not await self.deliver_due():
                await self._sleep()

    async def deliver_due(self) -> int:
        """Deliver what is due now, as far as one round goes. Return how many events it took on; 0 if there are none."""
        due = _in_order(await self._read_store.due_thrown_events(self._clock(), EVENTS_AT_ONCE))
        in_round = DeliveryRound()
        turns = await asyncio.gather(*(self._attempt(event, in_round) for event in due))
        self._busy = in_round.is_busy
        return turns.count(DeliveryTurn.TAKEN)

    async def _attempt(self, event: ThrownEvent, in_round: DeliveryRound) -> DeliveryTurn:
        try:
            return await self._delivery.deliver(event.id, in_round)
        except Exception:
            logger.exception("The %s %r could not be delivered", event.event_type.lower(), event.name)
            return await self._delivery.postpone(event.id)

    async def _sleep(self) -> None:
        self._wake.clear()
        now = self._clock()
        next_due = await self._read_store.next_thrown_due()
        until = now + MAX_SLEEP if next_due is None else min(next_due, now + MAX_SLEEP)
        pause = max(until - now, _BUSY_PAUSE if self._busy else timedelta())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), pause.total_seconds())


def _in_order(due: Iterable[ThrownEvent]) -> list[ThrownEvent]:
    """Leave out what has to wait for a signal of the same execution, which may take several rounds."""
    taken, behind_signal = [], set()
    for event in due:
        if event.root_instance_id is None or event.root_instance_id not in behind_signal:
            taken.append(event)
            if event.event_type is EventType.SIGNAL and not event.is_for_one:
                behind_signal.add(event.root_instance_id)
    return taken
