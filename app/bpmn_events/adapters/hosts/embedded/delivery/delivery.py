"""Delivery of one message or signal to its receivers, inside one transaction."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from time import monotonic

from bpmn_events.adapters.hosts.embedded.delivery.receivers import MAX_CANDIDATES, Receivers
from bpmn_events.adapters.hosts.embedded.execution.batch import ExecutionBatch
from bpmn_events.adapters.hosts.embedded.execution.payload_mismatch import warn_of_mismatch
from bpmn_events.adapters.hosts.embedded.execution.step_result import StepResult
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.transaction import ClaimLost, Transaction, correlation_lock
from bpmn_events.application.ports.write_set import EventStart
from bpmn_events.application.writing.records import trigger_record
from bpmn_events.domain import ids
from bpmn_events.domain.errors import InvalidPayload, PayloadViolation, ProcessFailed
from bpmn_events.domain.events import EventTrigger, EventType, WaitingEvent
from bpmn_events.domain.outbox import AT_ONCE, FailedReceiver, ThrownEvent
from bpmn_events.domain.processes import ProcessInstance

# Receivers can be slow, such as ten thousand occurrences in one execution. Then fewer of them share a transaction.
BUDGET_SECONDS = 0.25

# The most candidates for a message that are locked at the first attempt. Other messages of the same transaction may
# take the first ones, or these may have no room.
LOCKED_CANDIDATES = 16

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class DeliveryResult:
    """The effects of one event on its receivers.

    Attributes:
        triggers: The records of the waiting events that it triggered.
        started: The process instances that it started.
        retries: One event for each receiver whose process could not go on or that was not reached in time, to be
            delivered to this receiver later.
        failure: The last failure of a receiver's process, or the refusal of a payload that is too large for its
            instance; None if there is none.
        stopped_at: The last receiver that was handled, if the time ran out; None if all were handled.
    """

    triggers: list[EventTrigger] = field(default_factory=list)
    started: list[ProcessInstance] = field(default_factory=list)
    retries: list[ThrownEvent] = field(default_factory=list)
    failure: ProcessFailed | InvalidPayload | None = None
    stopped_at: WaitingEvent | None = None

    @property
    def has_failed_everywhere(self) -> bool:
        """True if no receiver could go on, and none is left to be tried for the first time."""
        return not (self.triggers or self.started) and all(retry.attempts for retry in self.retries)


class Delivery:
    """The delivery of one event. Its effects are recorded in the batch's write set."""

    def __init__(
        self,
        event: ThrownEvent,
        transaction: Transaction,
        batch: ExecutionBatch,
        schemas: PayloadSchemas,
        now: datetime,
    ) -> None:
        self.event = event
        self.receivers = Receivers(transaction, batch)
        self._transaction = transaction
        self._batch = batch
        self._schemas = schemas
        self._now = now
        self._violations: dict[tuple[str, str], tuple[PayloadViolation, ...]] = {}

    async def find_locks(self, receivers_at_once: int) -> list[str]:
        """Return the names of the locks on the correlations that the delivery may change.

        Raises:
            Deferral: A model has to be compiled first.
        """
        event = self.event
        if event.audience.correlation_id is not None:
            return [correlation_lock(event.audience.correlation_id)]
        correlations = {receiver.correlation_id for receiver in await self._find_receivers(receivers_at_once)}
        if event.correlation_id is not None:  # an instance that the event starts belongs to it
            correlations.add(event.correlation_id)
        return [correlation_lock(correlation_id) for correlation_id in correlations]

    async def _find_receivers(self, receivers_at_once: int) -> list[WaitingEvent]:
        event = self.event
        if event.target_event_id is not None:
            return list((await self._transaction.waiting_events([event.target_event_id])).values())
        if event.event_type is EventType.SIGNAL:
            return list((await self.receivers.for_signal(event, receivers_at_once)).waiting)
        found = [candidates for lookup in self.receivers.message_lookups(event) for candidates in await lookup()]
        waiting = list(chain.from_iterable(found))
        self.load_models(waiting)
        limit = MAX_CANDIDATES if event.attempts else LOCKED_CANDIDATES
        return list(islice((each for each in waiting if not self.violations(each)), limit))

    def load_models(self, waiting: Sequence[WaitingEvent]) -> None:
        """Load the models of these events.

        Raises:
            Deferral: Some of the models have to be compiled first.
        """
        self._batch.load_models(event.process_model_id for event in waiting)

    async def load(self, waiting: Sequence[WaitingEvent]) -> None:
        """Load the executions and the models of these events.

        The models are needed even for an execution that has ended.

        Raises:
            Deferral: Some of the models have to be compiled first.
        """
        await self._batch.load({event.root_instance_id for event in waiting})
        self.load_models(waiting)

    def violations(self, receiver: WaitingEvent | EventStart) -> tuple[PayloadViolation, ...]:
        """Return the violations of the receiver's payload schema; empty if it accepts the event. Needs its model."""
        # Receivers at the same element have the same schema.
        key = (receiver.process_model_id, receiver.element_id)
        if key not in self._violations:
            element = (
                self._batch.catch_element(receiver)
                if isinstance(receiver, WaitingEvent)
                else self.receivers.start_element(receiver)
            )
            schema = element.payload_schema
            checked = () if schema is None else self._schemas.violations(schema, self.event.payload or {})
            self._violations[key] = checked
        return self._violations[key]

    def is_accepted_by(self, receiver: WaitingEvent | EventStart) -> bool:
        """Return True if the receiver's payload schema accepts the event; log the reason if not. Needs its model."""
        violations = self.violations(receiver)
        if violations:
            event = self.event
            warn_of_mismatch(
                event.event_type, event.name, receiver.process_model_key, receiver.element_id, violations[0]
            )
        return not violations

    def holds(self, waiting: WaitingEvent) -> bool:
        """Return True if the transaction has locked the correlation of the event."""
        return self._transaction.holds(correlation_lock(waiting.correlation_id))

    def warn_of_size(self, receiver: WaitingEvent | EventStart, refusal: InvalidPayload) -> None:
        """Log the receiver that is passed over because its instance would store too much with the payload."""
        event, (violation, *_) = self.event, refusal.violations
        logger.warning(
            "The %s %r is not for %s: %s", event.event_type.lower(), event.name, _label(receiver), violation.message
        )

    async def trigger(self, waiting: WaitingEvent) -> EventTrigger | None:
        """Trigger one waiting event and return the record; None if it no longer waits. Needs ``load``.

        Raises:
            InvalidPayload: The payload is too large for the instance; nothing is recorded.
            ProcessFailed: The process cannot go on; nothing is recorded.
        """
        event = self.event
        result = await self._batch.trigger(waiting, event.payload, self._now, event.thrown_by)
        if result is None:
            return None
        record = trigger_record(waiting, event.payload, self._now, by=event.thrown_by, source=event.source)
        await self._batch.commit(result, triggered=waiting, trigger=record)
        return record

    async def start(self, start: EventStart) -> ProcessInstance:
        """Start an instance at the start event and return it.

        It belongs to the correlation that the event is addressed to, else to the thrower's, else to a new one.

        Raises:
            InvalidPayload: The payload is too large for an instance; nothing is recorded.
            ProcessFailed: The instance cannot reach its first wait states; nothing is recorded.
        """
        event = self.event
        correlation_id = event.audience.correlation_id or event.correlation_id or ids.new_id(ids.CORRELATION)
        element = self.receivers.start_element(start)
        result: StepResult = await self._batch.start(
            start.process_model_id, element, event.payload, correlation_id, self._now, event.thrown_by
        )
        await self._batch.commit(result)
        return result.instances[result.root_id]

    async def broadcast(self, starts: Sequence[EventStart], waiting: Sequence[WaitingEvent]) -> DeliveryResult:
        """Deliver the event to each receiver separately: a process that cannot go on does not affect other receivers.

        When the time runs out, the remaining start events are left to deliveries of their own, and the remaining
        waiting events to the next one. At least one of each kind is handled.
        """
        result, deadline, pauses = DeliveryResult(), monotonic() + BUDGET_SECONDS, Pauses()
        await self.load(waiting)
        for start in starts:
            await pauses.pause_if_long()
            if monotonic() >= deadline and start is not starts[0]:
                result.retries.append(replace(self._narrow_to(start), due_at=AT_ONCE))
            else:
                await self._offer(start, result)
        for receiver in waiting:
            await pauses.pause_if_long()
            await self._offer(receiver, result)
            if monotonic() >= deadline and receiver is not waiting[-1]:
                result.stopped_at = receiver
                break
        return result

    async def _offer(self, receiver: WaitingEvent | EventStart, result: DeliveryResult) -> None:
        if not self.is_accepted_by(receiver):
            return
        try:
            await self._deliver_to(receiver, result)
        except (ClaimLost, Deferral):
            raise
        except InvalidPayload as refusal:
            result.failure = refusal
            self.warn_of_size(receiver, refusal)
        except Exception as error:
            self._defer(receiver, error, result)

    async def _deliver_to(self, receiver: WaitingEvent | EventStart, result: DeliveryResult) -> None:
        if isinstance(receiver, EventStart):
            result.started.append(await self.start(receiver))
        elif (record := await self.trigger(receiver)) is not None:
            result.triggers.append(record)

    def _defer(self, receiver: WaitingEvent | EventStart, error: Exception, result: DeliveryResult) -> None:
        """Add a retry for this receiver only.

        This is safe for unexpected errors too, because the engine changes nothing before it returns.
        """
        expected = isinstance(error, ProcessFailed)
        retry = self._narrow_to(receiver).postpone(self._now, error, self.failed_receiver(receiver))
        result.retries.append(retry)
        result.failure = error if isinstance(error, ProcessFailed) else result.failure
        logger.log(
            logging.WARNING if expected else logging.ERROR,
            "The signal %r is tried again at %s for %s: %s",
            self.event.name,
            retry.due_at,
            _label(receiver),
            error,
            exc_info=None if expected else error,
        )

    def failed_receiver(self, receiver: WaitingEvent | EventStart) -> FailedReceiver:
        """Return the receiver as a postponed event stores it. Needs its model."""
        if isinstance(receiver, WaitingEvent):
            return FailedReceiver(receiver.process_model_key, receiver.element_id, receiver.lane)
        lane = self.receivers.start_element(receiver).lane
        return FailedReceiver(receiver.process_model_key, receiver.element_id, lane)

    def _narrow_to(self, receiver: WaitingEvent | EventStart) -> ThrownEvent:
        event = replace(self.event, id=ids.new_id(ids.THROWN_EVENT))
        if isinstance(receiver, WaitingEvent):
            return replace(event, target_event_id=receiver.id)
        audience = replace(event.audience, process_model_key=receiver.process_model_key)
        return replace(event, audience=audience, target_start_id=receiver.element_id)


def _label(receiver: WaitingEvent | EventStart) -> str:
    return f"{receiver.process_model_key}/{receiver.element_id}"
