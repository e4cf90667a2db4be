"""Messages and signals that processes throw reach those who wait for them in other executions.

What a step throws is stored in the transaction of that step, and delivered afterwards, each event in a transaction that
triggers its receivers and takes it out of the store: so each has its effect once, whatever crashes in between. Events
are delivered in the order they were thrown. A loop of processes that send each other messages is a chain of short
transactions, between which everybody else gets a turn.

The loop sleeps until there is something to deliver. A commit of this process wakes it; what another program wrote to
the same database is noticed after ``MAX_SLEEP`` at the latest, should its own loop not deliver it. Of several server
processes one delivers at a time.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import chain

from bpmn_events.application.ports.engine import Engine
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.transaction import ClaimLost, Transaction
from bpmn_events.application.ports.write_set import EventStart, WriteSet
from bpmn_events.application.writing.batch import ExecutionBatch
from bpmn_events.application.writing.delivery import Delivery
from bpmn_events.application.writing.model_catalog import ModelCatalog
from bpmn_events.application.writing.receivers import SignalBatch
from bpmn_events.application.writing.writer import Writer, alone
from bpmn_events.domain.errors import DomainError, ProcessFailed
from bpmn_events.domain.events import EventType
from bpmn_events.domain.thrown import ThrownEvent

EVENTS_AT_ONCE = 50
RECEIVERS_AT_ONCE = 200
MAX_SLEEP = timedelta(seconds=5)
_BUSY_PAUSE = timedelta(milliseconds=100)

logger = logging.getLogger(__name__)


class _Turn(Enum):
    TAKEN = auto()
    BUSY = auto()  # another server process is at it


class DeliverEvents:
    def __init__(
        self,
        reads: ReadStore,
        writer: Writer,
        engine: Engine,
        catalog: ModelCatalog,
        schemas: PayloadSchemas,
        clock: Callable[[], datetime],
        *,
        receivers_at_once: int = RECEIVERS_AT_ONCE,
    ) -> None:
        self._reads = reads
        self._writer = writer
        self._engine = engine
        self._catalog = catalog
        self._schemas = schemas
        self._clock = clock
        self._receivers_at_once = receivers_at_once
        self._wake = asyncio.Event()
        self._busy = False

    def notice(self, changes: WriteSet) -> None:
        """A commit listener: something was thrown."""
        if changes.new_thrown:
            self._wake.set()

    async def run(self) -> None:
        """Deliver events until cancelled."""
        while True:
            if not await self.deliver_due():
                await self._sleep()

    async def deliver_due(self) -> int:
        """Deliver what is due now, as far as one round goes. How many events it took on; 0 when there is nothing."""
        due = _in_order(await self._reads.due_thrown_events(self._clock(), EVENTS_AT_ONCE))
        turns = await asyncio.gather(*(self._attempt(event) for event in due))
        self._busy = _Turn.BUSY in turns
        return turns.count(_Turn.TAKEN)

    async def _attempt(self, event: ThrownEvent) -> _Turn:
        try:
            return await self._writer.submit(alone(self._deliver), event.id)
        except Exception:
            logger.exception("The %s %r could not be delivered", event.event_type.lower(), event.name)
            return await self._writer.submit(alone(self._postpone), event.id)

    async def _deliver(
        self, transaction: Transaction, changes: WriteSet, commands: Sequence[str]
    ) -> list[_Turn | DomainError]:
        (identifier,) = commands
        if not await transaction.take_delivery_turn():
            return [_Turn.BUSY]
        event, now = await transaction.thrown_event(identifier), self._clock()
        if event is not None and event.due_at <= now:
            batch = ExecutionBatch(self._engine, self._catalog, transaction, changes)
            delivery = Delivery(event, transaction, batch, self._schemas, now)
            if event.event_type is EventType.MESSAGE:
                await self._deliver_message(event, delivery, changes, now)
            else:
                await self._deliver_signal(event, delivery, changes, transaction, now)
        return [_Turn.TAKEN]

    async def _postpone(
        self, transaction: Transaction, changes: WriteSet, commands: Sequence[str]
    ) -> list[_Turn | DomainError]:
        """What went wrong is nobody's process, so that the event as a whole is tried again."""
        event = await transaction.thrown_event(commands[0])
        if event is not None:
            changes.changed_thrown.append(event.postponed(self._clock()))
        return [_Turn.TAKEN]

    async def _deliver_message(self, event: ThrownEvent, delivery: Delivery, changes: WriteSet, now: datetime) -> None:
        try:
            receiver = await self._first_taker(delivery)
        except ProcessFailed as error:
            later = event.postponed(now)
            logger.warning("The message %r is tried again at %s: %s", event.name, later.due_at, error)
            changes.changed_thrown.append(later)
        else:
            if receiver is None:
                logger.warning("Nobody takes the message %r: it is dropped", event.name)
            changes.delivered_events.append(event.id)

    async def _first_taker(self, delivery: Delivery) -> str | None:
        """Who took the message: the first whose payload schema accepts it.

        Raises:
            ClaimLost: another server process has just triggered who would have, and may have left another to take it.
        """
        passed_over: set[str] = set()  # what waits in the message's correlation may be found by its keys again
        for find in delivery.receivers.kinds_of_receivers(delivery.event):
            for waiting in chain.from_iterable(await find()):
                await delivery.load([waiting])
                if waiting.id in passed_over or not delivery.fits(waiting):
                    passed_over.add(waiting.id)
                elif await delivery.trigger(waiting) is None:
                    raise ClaimLost
                else:
                    return waiting.id
        for start in await delivery.receivers.starts(delivery.event):
            if delivery.fits(start):
                return (await delivery.start(start)).id
        return None

    async def _deliver_signal(
        self, event: ThrownEvent, delivery: Delivery, changes: WriteSet, transaction: Transaction, now: datetime
    ) -> None:
        if event.target_event_id is not None:
            found = (await transaction.waiting_events([event.target_event_id])).values()
            starts, batch = [], SignalBatch(tuple(found), None)
        elif event.target_start_id is not None:
            starts = _only(await delivery.receivers.starts(event), event.target_start_id)
            batch = SignalBatch((), None)
        else:
            starts = [] if event.after_id else await delivery.receivers.starts(event)
            batch = await delivery.receivers.of_signal(event, self._receivers_at_once)
        done = await delivery.broadcast(starts, batch.waiting)
        if done.failed and event.is_for_one:
            changes.changed_thrown.append(event.postponed(now))
            return
        changes.new_thrown += done.failed
        last = done.stopped_at or batch.last
        if last is None:
            changes.delivered_events.append(event.id)
        else:
            changes.changed_thrown.append(replace(event, since=last.waiting_since, after_id=last.id))

    async def _sleep(self) -> None:
        self._wake.clear()
        now = self._clock()
        next_due = await self._reads.next_thrown_due()
        until = now + MAX_SLEEP if next_due is None else min(next_due, now + MAX_SLEEP)
        pause = max(until - now, _BUSY_PAUSE if self._busy else timedelta())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), pause.total_seconds())


def _in_order(due: Iterable[ThrownEvent]) -> list[ThrownEvent]:
    """Without what has to wait for a signal of the same execution, which may take several rounds."""
    taken, behind_signal = [], set()
    for event in due:
        if event.root_instance_id is None or event.root_instance_id not in behind_signal:
            taken.append(event)
            if event.event_type is EventType.SIGNAL and not event.is_for_one:
                behind_signal.add(event.root_instance_id)
    return taken


def _only(starts: Iterable[EventStart], element_id: str) -> list[EventStart]:
    return [start for start in starts if start.element_id == element_id]
