"""Delivery of the outbox: a transaction triggers receivers of one event, and deletes the event after the last one.

A signal with many receivers takes several transactions, and each of them stores the receiver it has reached. Every
receiver is therefore triggered once, even if the server crashes in between.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import TypeAlias

from bpmn_events.adapters.hosts.embedded.delivery.delivery import Delivery
from bpmn_events.adapters.hosts.embedded.delivery.receivers import SignalBatch
from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.outbox_delivery import DeliveryRound
from bpmn_events.application.ports.transaction import ClaimLost, Transaction
from bpmn_events.application.ports.write_set import EventStart, WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler, no_locks
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import DomainError, InvalidPayload, ProcessFailed
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.outbox import ThrownEvent

# The pause if another server process delivers at the moment.
BUSY_PAUSE = timedelta(milliseconds=100)
# The pause if an older transaction is still open, or a receiver is not locked.
SHORT_PAUSE = timedelta(milliseconds=10)

_EventHandler: TypeAlias = "BatchHandler[tuple[str, DeliveryRound], bool]"

logger = logging.getLogger(__name__)


class EmbeddedOutboxDelivery:
    """Implements ``ports.outbox_delivery.OutboxDelivery`` for the executions of the embedded host."""

    def __init__(self, writer: Writer, dependencies: HostDependencies) -> None:
        self._writer = writer
        self._dependencies = dependencies
        self._deliver_handler: _EventHandler = BatchHandler(
            self._find_locks, self._deliver, partial(self._deliver, may_take_long=True)
        )
        self._postpone_handler: BatchHandler[tuple[str, Exception], None] = BatchHandler(no_locks, self._postpone)

    async def deliver(self, thrown_event_id: str, delivery_round: DeliveryRound) -> bool:
        return await self._writer.submit(self._deliver_handler, (thrown_event_id, delivery_round), exclusive=True)

    async def postpone(self, thrown_event_id: str, error: Exception) -> None:
        await self._writer.submit(self._postpone_handler, (thrown_event_id, error), exclusive=True)

    async def _find_locks(
        self, transaction: Transaction, commands: Sequence[tuple[str, DeliveryRound]]
    ) -> Sequence[Collection[str]]:
        ((event_id, _),) = commands
        event = await transaction.thrown_event(event_id)
        if event is None:
            return [()]
        delivery = self._new_delivery(event, transaction, WriteSet(), self._dependencies.clock())
        return [await delivery.find_locks(self._dependencies.receivers_at_once)]

    async def _deliver(
        self,
        transaction: Transaction,
        write_set: WriteSet,
        commands: Sequence[tuple[str, DeliveryRound]],
        *,
        may_take_long: bool = False,
    ) -> list[bool | DomainError | Deferral]:
        ((event_id, delivery_round),) = commands
        if not delivery_round.may_attempt(event_id):
            return [False]
        if not await transaction.take_delivery_turn():
            delivery_round.retry_after = BUSY_PAUSE
            return [False]
        event, now = await transaction.thrown_event(event_id), self._dependencies.clock()
        if event is not None and event.due_at <= now:
            # What began to wait before the throw is seen by a read after this check.
            if not await transaction.is_settled(event.position):
                delivery_round.retry_after = SHORT_PAUSE
                return [False]
            delivery = self._new_delivery(event, transaction, write_set, now, may_take_long=may_take_long)
            attempt = _Attempt(event, transaction, write_set, delivery, now)
            try:
                await attempt.deliver(self._dependencies.receivers_at_once)
            except _Unlocked:
                delivery_round.retry_after = SHORT_PAUSE
                return [False]
        delivery_round.attempted.add(event_id)
        return [True]

    async def _postpone(
        self, transaction: Transaction, write_set: WriteSet, commands: Sequence[tuple[str, Exception]]
    ) -> list[DomainError | Deferral | None]:
        # The event is read during the turn: a delivery of another server would be overwritten.
        if await transaction.take_delivery_turn():
            ((event_id, error),) = commands
            event = await transaction.thrown_event(event_id)
            if event is not None:
                write_set.changed_thrown_events.append(event.postpone(self._dependencies.clock(), error))
        return [None]

    def _new_delivery(
        self,
        event: ThrownEvent,
        transaction: Transaction,
        write_set: WriteSet,
        now: datetime,
        *,
        may_take_long: bool = False,
    ) -> Delivery:
        batch = self._dependencies.new_execution_batch(transaction, write_set)
        batch.steps.may_take_long = may_take_long
        return Delivery(event, transaction, batch, self._dependencies.schemas, now)


class _Unlocked(Exception):
    """The next receiver began to wait after the locks were taken. Nothing was changed."""


class _Attempt:
    """One attempt to deliver one event."""

    def __init__(
        self, event: ThrownEvent, transaction: Transaction, write_set: WriteSet, delivery: Delivery, now: datetime
    ) -> None:
        self._event = event
        self._transaction = transaction
        self._write_set = write_set
        self._delivery = delivery
        self._now = now
        self._refusal: InvalidPayload | None = None  # of a locked receiver that had no room for the message
        self._receiver: WaitingEvent | EventStart | None = None  # the one that was tried last

    async def deliver(self, receivers_at_once: int) -> None:
        """Deliver the message, or the signal to its next receivers.

        Raises:
            _Unlocked: The next receiver is not locked.
            Deferral: A model has to be compiled first.
        """
        if self._event.event_type is EventType.MESSAGE:
            await self._deliver_message()
        else:
            await self._deliver_signal(receivers_at_once)

    async def _deliver_message(self) -> None:
        event = self._event
        try:
            receiver = await self._deliver_to_first_receiver()
        except _Unlocked:
            if self._refusal is None:
                raise
            # More candidates are locked for the next attempt.
            self._postpone(self._refusal)
        except ProcessFailed as error:
            retry = self._postpone(error)
            logger.warning("The message %r is tried again at %s: %s", event.name, retry.due_at, error)
        else:
            if receiver is None:
                logger.warning("Nobody takes the message %r: it is dropped", event.name)
            self._write_set.delivered_events.append(event.id)

    def _postpone(self, error: ProcessFailed | InvalidPayload) -> ThrownEvent:
        receiver = None if self._receiver is None else self._delivery.failed_receiver(self._receiver)
        retry = self._event.postpone(self._now, error, receiver)
        self._write_set.changed_thrown_events.append(retry)
        return retry

    async def _deliver_to_first_receiver(self) -> str | None:
        """Deliver the message to the first receiver whose payload schema accepts it and that has room for it.

        Return the id of the triggered event or the started instance; None if there is no receiver.

        Raises:
            ClaimLost: The receiver does not wait any more. A retry may find another receiver.
            _Unlocked: The receiver is not locked.
        """
        delivery = self._delivery
        rejected_receivers: set[str] = set()  # the lookup by keys may return an event of the first lookup again
        for lookup in delivery.receivers.message_lookups(self._event):
            for waiting in chain.from_iterable(await lookup()):
                delivery.load_models([waiting])
                if waiting.id in rejected_receivers or not delivery.is_accepted_by(waiting):
                    rejected_receivers.add(waiting.id)
                    continue
                if not delivery.holds(waiting):
                    raise _Unlocked
                await delivery.load([waiting])
                self._receiver = waiting
                try:
                    record = await delivery.trigger(waiting)
                except InvalidPayload as refusal:
                    rejected_receivers.add(waiting.id)
                    self._refusal = refusal
                    delivery.warn_of_size(waiting, refusal)
                    continue
                if record is None:
                    raise ClaimLost
                return waiting.id
        return await self._start_first()

    async def _start_first(self) -> str | None:
        delivery = self._delivery
        for start in await delivery.receivers.event_starts(self._event):
            if delivery.is_accepted_by(start):
                self._receiver = start
                try:
                    return (await delivery.start(start)).id
                except InvalidPayload as refusal:
                    delivery.warn_of_size(start, refusal)
        return None

    async def _deliver_signal(self, receivers_at_once: int) -> None:
        event, write_set = self._event, self._write_set
        starts, receivers = await self._signal_receivers(receivers_at_once)
        receivers = receivers.until_first_not(self._delivery.holds)
        if receivers.has_more and not receivers.waiting:
            raise _Unlocked
        result = await self._delivery.broadcast(starts, receivers.waiting)
        if result.retries and event.is_for_one:
            (retry,) = result.retries
            write_set.changed_thrown_events.append(replace(retry, id=event.id))
            return
        write_set.new_thrown_events += result.retries
        last = result.stopped_at or receivers.last
        if last is None:
            write_set.delivered_events.append(event.id)
        else:
            write_set.changed_thrown_events.append(replace(event, since=last.waiting_since, after_id=last.id))

    async def _signal_receivers(self, limit: int) -> tuple[list[EventStart], SignalBatch]:
        event, receivers = self._event, self._delivery.receivers
        if event.target_event_id is not None:
            events = (await self._transaction.waiting_events([event.target_event_id])).values()
            return [], SignalBatch(tuple(events))
        if event.target_start_id is not None:
            return _with_element_id(await receivers.event_starts(event), event.target_start_id), SignalBatch(())
        starts = [] if event.after_id else await receivers.event_starts(event)
        return starts, await receivers.for_signal(event, limit)


def _with_element_id(starts: Iterable[EventStart], element_id: str) -> list[EventStart]:
    return [start for start in starts if start.element_id == element_id]
