"""Delivery of the outbox: a transaction triggers receivers of one event, and deletes the event after the last one.

A signal with many receivers takes several transactions, and each of them stores the receiver it has reached. Every
receiver is therefore triggered once, even if the server crashes in between.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from bpmn_events.adapters.hosts.embedded.delivery.delivery import Delivery
from bpmn_events.adapters.hosts.embedded.delivery.receivers import SignalBatch
from bpmn_events.adapters.hosts.embedded.execution.dependencies import HostDependencies
from bpmn_events.application.ports.outbox_delivery import DeliveryRound, DeliveryTurn
from bpmn_events.application.ports.transaction import ClaimLost, Transaction
from bpmn_events.application.ports.write_set import EventStart, WriteSet
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import DomainError, InvalidPayload, ProcessFailed
from bpmn_events.domain.events import EventType
from bpmn_events.domain.outbox import ThrownEvent

logger = logging.getLogger(__name__)


class EmbeddedOutboxDelivery:
    """Implements ``ports.outbox_delivery.OutboxDelivery`` for the executions of the embedded host."""

    def __init__(self, writer: Writer, dependencies: HostDependencies) -> None:
        self._writer = writer
        self._dependencies = dependencies

    async def deliver(self, thrown_event_id: str, delivery_round: DeliveryRound) -> DeliveryTurn:
        return await self._writer.submit(self._deliver, (thrown_event_id, delivery_round), exclusive=True)

    async def postpone(self, thrown_event_id: str) -> DeliveryTurn:
        return await self._writer.submit(self._postpone, thrown_event_id, exclusive=True)

    async def _deliver(
        self, transaction: Transaction, write_set: WriteSet, commands: Sequence[tuple[str, DeliveryRound]]
    ) -> list[DeliveryTurn | DomainError]:
        ((event_id, delivery_round),) = commands
        delivery_round.is_busy = delivery_round.is_busy or not await transaction.take_delivery_turn()
        if delivery_round.is_busy:
            return [DeliveryTurn.BUSY]
        event, now = await transaction.thrown_event(event_id), self._dependencies.clock()
        if event is not None and event.due_at <= now:
            batch = self._dependencies.new_execution_batch(transaction, write_set)
            delivery = Delivery(event, transaction, batch, self._dependencies.schemas, now)
            attempt = _Attempt(event, transaction, write_set, delivery, now)
            if event.event_type is EventType.MESSAGE:
                await attempt.deliver_message()
            else:
                await attempt.deliver_signal(self._dependencies.receivers_at_once)
        return [DeliveryTurn.TAKEN]

    async def _postpone(
        self, transaction: Transaction, write_set: WriteSet, event_ids: Sequence[str]
    ) -> list[DeliveryTurn | DomainError]:
        event = await transaction.thrown_event(event_ids[0])
        if event is not None:
            write_set.changed_thrown_events.append(event.postpone(self._dependencies.clock()))
        return [DeliveryTurn.TAKEN]


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

    async def deliver_message(self) -> None:
        event = self._event
        try:
            receiver = await self._deliver_to_first_receiver()
        except ProcessFailed as error:
            retry = event.postpone(self._now)
            logger.warning("The message %r is tried again at %s: %s", event.name, retry.due_at, error)
            self._write_set.changed_thrown_events.append(retry)
        else:
            if receiver is None:
                logger.warning("Nobody takes the message %r: it is dropped", event.name)
            self._write_set.delivered_events.append(event.id)

    async def _deliver_to_first_receiver(self) -> str | None:
        """Deliver the message to the first receiver whose payload schema accepts it and that has room for it.

        Return the id of the triggered event or the started instance; None if there is no receiver.

        Raises:
            ClaimLost: Another server process has just triggered the receiver. A retry may find another receiver.
        """
        delivery = self._delivery
        rejected_receivers: set[str] = set()  # the lookup by keys may return an event of the first lookup again
        for lookup in delivery.receivers.message_lookups(self._event):
            for waiting in chain.from_iterable(await lookup()):
                await delivery.load([waiting])
                if waiting.id in rejected_receivers or not delivery.is_accepted_by(waiting):
                    rejected_receivers.add(waiting.id)
                    continue
                try:
                    record = await delivery.trigger(waiting)
                except InvalidPayload as refusal:
                    rejected_receivers.add(waiting.id)
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
                try:
                    return (await delivery.start(start)).id
                except InvalidPayload as refusal:
                    delivery.warn_of_size(start, refusal)
        return None

    async def deliver_signal(self, receivers_at_once: int) -> None:
        event, write_set = self._event, self._write_set
        starts, receivers = await self._signal_receivers(receivers_at_once)
        result = await self._delivery.broadcast(starts, receivers.waiting)
        if result.retries and event.is_for_one:
            write_set.changed_thrown_events.append(event.postpone(self._now))
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
            return [], SignalBatch(tuple(events), None)
        if event.target_start_id is not None:
            return _with_element_id(await receivers.event_starts(event), event.target_start_id), SignalBatch((), None)
        starts = [] if event.after_id else await receivers.event_starts(event)
        return starts, await receivers.for_signal(event, limit)


def _with_element_id(starts: Iterable[EventStart], element_id: str) -> list[EventStart]:
    return [start for start in starts if start.element_id == element_id]
