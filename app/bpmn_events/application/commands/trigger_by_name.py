"""Send a message or signal from outside: to whoever waits for it by its name.

A message is for exactly one receiver, a signal for all. Only what the caller could trigger one by one is reached: what
waits in its lanes; and a start event only with the permission to start processes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from bpmn_events.application.commands.command import Command, check_text, checked_command
from bpmn_events.application.ports.engine import Engine
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.transaction import ClaimLost, Transaction
from bpmn_events.application.ports.write_set import EventStart, WriteSet
from bpmn_events.application.writing.batch import ExecutionBatch
from bpmn_events.application.writing.delivery import Delivery
from bpmn_events.application.writing.idempotency import Replays
from bpmn_events.application.writing.model_catalog import ModelCatalog
from bpmn_events.application.writing.writer import Writer, alone
from bpmn_events.domain import ids
from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    DomainError,
    Forbidden,
    InvalidPayload,
    ProcessModelNotFound,
)
from bpmn_events.domain.events import EventTrigger, EventType, TriggerSource, WaitingEvent
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.thrown import Audience, ThrownEvent

# So many receivers of a signal are triggered before the answer; the others follow in the background.
RECEIVERS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ByNameRequest:
    """``event_type`` is MESSAGE or SIGNAL. ``process_model_key`` and ``correlation_id`` narrow whom it may reach."""

    event_type: EventType
    name: str
    process_model_key: str | None = None
    correlation_id: str | None = None
    payload: Any = None
    idempotency_key: str | None = None
    source: TriggerSource = TriggerSource.GRAPHQL

    @property
    def asks_for(self) -> tuple[Any, ...]:
        return self.name, self.process_model_key, self.correlation_id, self.payload


@dataclass(frozen=True, slots=True)
class ByNameOutcome:
    """What was triggered and started; both empty where nobody waits. ``pending``: a signal has yet to reach more."""

    triggers: tuple[EventTrigger, ...] = ()
    started_process_instances: tuple[ProcessInstance, ...] = ()
    pending: bool = False
    replayed: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.triggers or self.started_process_instances or self.pending)


_Command: TypeAlias = Command[ByNameRequest]


class TriggerByName:
    def __init__(
        self,
        writer: Writer,
        engine: Engine,
        catalog: ModelCatalog,
        schemas: PayloadSchemas,
        limits: PayloadLimits,
        clock: Callable[[], datetime],
        *,
        receivers_at_once: int = RECEIVERS_AT_ONCE,
    ) -> None:
        self._writer = writer
        self._engine = engine
        self._catalog = catalog
        self._schemas = schemas
        self._limits = limits
        self._clock = clock
        self._receivers_at_once = receivers_at_once

    async def __call__(self, principal: Principal | None, request: ByNameRequest) -> ByNameOutcome:
        """Send it, and answer whom it reached.

        Raises:
            Unauthorized, Forbidden, InvalidPayload, InvalidArgument, ProcessModelNotFound, CorrelationNotFound.
            Conflict: a message fits several receivers, or the idempotency key was used for another request.
            ProcessFailed: the receiver's process, or that of every receiver, cannot go on. Nothing was changed.
        """
        operation = f"trigger_{request.event_type.lower()}"
        command = checked_command(
            principal, Permission.EVENTS_TRIGGER, operation, request, request.payload, self._limits
        )
        check_text("name", request.name)
        check_text("correlation_id", request.correlation_id)
        return await self._writer.submit(alone(self._decide), command)

    async def _decide(
        self, transaction: Transaction, changes: WriteSet, commands: Sequence[_Command]
    ) -> list[ByNameOutcome | DomainError]:
        (command,) = commands
        try:
            return [await self._trigger(command, transaction, changes)]
        except DomainError as refusal:
            return [refusal]

    async def _trigger(self, command: _Command, transaction: Transaction, changes: WriteSet) -> ByNameOutcome:
        replays = await Replays.load([command], transaction, changes)
        replayed = replays.answer(command, ByNameOutcome)
        if replayed is not None:
            return _replayed(replayed, command.principal)
        request, now = command.request, self._clock()
        if request.process_model_key is not None and not await transaction.latest_models([request.process_model_key]):
            raise ProcessModelNotFound(request.process_model_key)
        batch = ExecutionBatch(self._engine, self._catalog, transaction, changes)
        delivery = Delivery(_event(command, now), transaction, batch, self._schemas, now)
        if request.event_type is EventType.MESSAGE:
            outcome = await self._send_message(command, delivery)
        else:
            outcome = await self._send_signal(command, delivery, changes)
        if outcome.is_empty:
            if request.correlation_id is not None and not await transaction.correlation_exists(request.correlation_id):
                raise CorrelationNotFound(request.correlation_id)
            return outcome  # not remembered: a later attempt under the same key may reach somebody
        replays.remember(command, outcome, now)
        return outcome

    async def _send_message(self, command: _Command, delivery: Delivery) -> ByNameOutcome:
        waiting = await delivery.receivers.of_message(delivery.event)
        starts = [] if waiting else await self._starts(command, delivery)
        receivers: list[WaitingEvent | EventStart] = [*waiting, *starts]
        if not receivers:
            return ByNameOutcome()
        if len(receivers) > 1:
            raise _ambiguous(command.request, waiting, starts)
        await delivery.load(waiting)
        _check_schemas(delivery, receivers)
        if starts:
            return ByNameOutcome(started_process_instances=(await delivery.start(starts[0]),))
        record = await delivery.trigger(waiting[0])
        if record is None:
            raise ClaimLost  # another server process was first: look again
        return ByNameOutcome(triggers=(record,))

    async def _send_signal(self, command: _Command, delivery: Delivery, changes: WriteSet) -> ByNameOutcome:
        event = delivery.event
        batch = await delivery.receivers.of_signal(event, self._receivers_at_once)
        starts = await self._starts(command, delivery, needed=not batch.waiting)
        await delivery.load(batch.waiting)
        _check_schemas(delivery, [*starts, *batch.waiting])
        done = await delivery.broadcast(starts, batch.waiting)
        if done.failure is not None and not (done.triggers or done.started):
            raise done.failure
        changes.new_thrown += done.failed
        last = done.stopped_at or batch.last
        if last is not None:
            changes.new_thrown.append(replace(event, since=last.waiting_since, after_id=last.id))
        pending = bool(done.failed) or last is not None
        return ByNameOutcome(tuple(done.triggers), tuple(done.started), pending)

    async def _starts(self, command: _Command, delivery: Delivery, *, needed: bool = True) -> list[EventStart]:
        """The start events the caller may use.

        Raises:
            Forbidden: there are some, they are all there is, and the caller may not start processes.
        """
        starts = await delivery.receivers.starts(delivery.event)
        if command.principal.may(Permission.PROCESSES_START) or not starts:
            return starts
        if needed:
            raise Forbidden(Permission.PROCESSES_START)
        return []


def _event(command: _Command, now: datetime) -> ThrownEvent:
    request = command.request
    return ThrownEvent(
        id=ids.new_id(ids.THROWN_EVENT),
        event_type=request.event_type,
        name=request.name,
        payload=request.payload,
        source=request.source,
        thrown_at=now,
        thrown_by=command.principal.subject,
        due_at=now,
        audience=_audience(command),
    )


def _audience(command: _Command) -> Audience:
    principal, request = command.principal, command.request
    lanes = None if principal.sees_all_lanes else tuple(sorted(principal.lanes))
    return Audience(request.process_model_key, request.correlation_id, lanes)


def _replayed(outcome: ByNameOutcome, principal: Principal) -> ByNameOutcome:
    """The answer of the first request, less what it triggered in lanes the same caller has lost since."""
    shown = tuple(each for each in outcome.triggers if principal.sees(each.lane))
    return replace(outcome, replayed=True, triggers=shown)


def _check_schemas(delivery: Delivery, receivers: Sequence[WaitingEvent | EventStart]) -> None:
    """Receivers at the same element of the same model version share their schema: each is checked once."""
    elements = {(each.process_model_id, each.element_id): each for each in receivers}
    for receiver in elements.values():
        if violations := delivery.violations(receiver):
            raise InvalidPayload(violations)


def _ambiguous(request: ByNameRequest, waiting: Sequence[WaitingEvent], starts: Sequence[EventStart]) -> Conflict:
    if starts:
        models = ", ".join(sorted({repr(start.process_model_key) for start in starts}))
        return Conflict(
            f"Several start events take the message {request.name!r}, in {models}: name a process model with one of "
            "them, or start it by its start event."
        )
    return Conflict(
        f"Several events wait for the message {request.name!r}, which is for one receiver: name a correlation in "
        "which one of them waits, or trigger one by its id."
    )
