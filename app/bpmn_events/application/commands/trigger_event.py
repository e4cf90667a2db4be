"""Trigger exactly one waiting event, once, however often the request is retried.

The order of the checks is part of the contract (docs/architecture.md): credential, permission, payload form,
idempotency key, process model, correlation, waiting event, lane, payload schema, and then the process itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from bpmn_events.application.commands.command import Command, checked_command
from bpmn_events.application.counters import Activity
from bpmn_events.application.ports.engine import Engine
from bpmn_events.application.ports.payload_schemas import PayloadSchemas
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.queries.missing_event import MissingEvent
from bpmn_events.application.writing.batch import ExecutionBatch
from bpmn_events.application.writing.idempotency import Replays
from bpmn_events.application.writing.model_catalog import ModelCatalog
from bpmn_events.application.writing.records import trigger_record
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.access import require_lane, told
from bpmn_events.domain.errors import DomainError, EventAmbiguous, InvalidArgument, InvalidPayload, NotFound
from bpmn_events.domain.events import EventTrigger, Place, TriggerSource, WaitingEvent
from bpmn_events.domain.payload import PayloadLimits
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance

_OPERATION = "trigger_event"


@dataclass(frozen=True, slots=True)
class TriggerRequest:
    """``event_id`` is a waiting event's id, or a BPMN element id where exactly one occurrence waits.

    ``payload`` is whatever the caller sent: it is checked here. A dry run answers as if triggered and changes nothing.
    """

    process_model_key: str
    correlation_id: str
    event_id: str
    payload: Any = None
    idempotency_key: str | None = None
    dry_run: bool = False
    source: TriggerSource = TriggerSource.GRAPHQL

    @property
    def place(self) -> Place:
        return Place(self.process_model_key, self.correlation_id, self.event_id)

    @property
    def asks_for(self) -> tuple[Any, ...]:
        return self.process_model_key, self.correlation_id, self.event_id, self.payload


@dataclass(frozen=True, slots=True)
class TriggerOutcome:
    """``next_waiting_events`` holds at most 100 that the caller may see.

    After a dry run ``trigger`` is None, and ``called_instances`` holds those instances that a real run would start.
    """

    trigger: EventTrigger | None
    process_instance: ProcessInstance
    next_waiting_events: tuple[WaitingEvent, ...]
    replayed: bool = False
    called_instances: tuple[ProcessInstance, ...] = ()


_Command: TypeAlias = Command[TriggerRequest]


class _Unresolved(NotFound):
    """The batch found no such event; why, is found out afterwards, where it holds up nobody."""


class TriggerEvent:
    def __init__(
        self,
        writer: Writer,
        engine: Engine,
        catalog: ModelCatalog,
        schemas: PayloadSchemas,
        missing: MissingEvent,
        limits: PayloadLimits,
        clock: Callable[[], datetime],
        activity: Activity | None = None,
    ) -> None:
        self._writer = writer
        self._engine = engine
        self._catalog = catalog
        self._schemas = schemas
        self._missing = missing
        self._limits = limits
        self._clock = clock
        self._activity = activity or Activity()

    async def __call__(self, principal: Principal | None, request: TriggerRequest) -> TriggerOutcome:
        """Trigger the event and answer what its process waits for next.

        Raises:
            Unauthorized, Forbidden, InvalidPayload, ProcessModelNotFound, CorrelationNotFound, EventNotFound,
            EventAmbiguous, Conflict, ProcessFailed: nothing was changed.
        """
        try:
            outcome = await self._run(principal, request)
        except InvalidArgument:
            raise  # nobody asked for anything that could be done
        except DomainError as refusal:
            self._activity.triggers[refusal.code.value] += 1
            raise
        self._activity.triggers[_ending(outcome)] += 1
        return outcome

    async def _run(self, principal: Principal | None, request: TriggerRequest) -> TriggerOutcome:
        command = checked_command(
            principal, Permission.EVENTS_TRIGGER, _OPERATION, request, request.payload, self._limits
        )
        try:
            return await self._writer.submit(self._decide, command)
        except _Unresolved:
            raise await self._missing.explain(
                command.principal, request.process_model_key, request.correlation_id, request.event_id
            ) from None

    async def _decide(
        self, transaction: Transaction, changes: WriteSet, commands: Sequence[_Command]
    ) -> list[TriggerOutcome | DomainError]:
        events = await transaction.waiting_events({command.request.event_id for command in commands})
        places = {command.request.place for command in commands if command.request.event_id not in events}
        at_places = await transaction.waiting_events_at(places) if places else {}
        replays = await Replays.load(commands, transaction, changes)
        batch = ExecutionBatch(self._engine, self._catalog, transaction, changes)
        found = [*events.values(), *(event for waiting in at_places.values() for event in waiting)]
        await batch.load({event.root_instance_id for event in found})
        outcomes: list[TriggerOutcome | DomainError] = []
        for command in commands:
            try:
                replayed = replays.answer(command, TriggerOutcome)
                if replayed is None:
                    event = _resolve(command, events, at_places)
                    outcomes.append(await self._trigger(command, event, batch, replays))
                else:
                    outcomes.append(_replayed(replayed, command.principal))
            except DomainError as refusal:
                outcomes.append(refusal)
        return outcomes

    async def _trigger(
        self, command: _Command, event: WaitingEvent, batch: ExecutionBatch, replays: Replays
    ) -> TriggerOutcome:
        principal, request = command.principal, command.request
        if batch.execution(event.root_instance_id) is None:
            raise _Unresolved
        require_lane(principal, event.lane)
        self._check_schema(event, request, batch)
        now = self._clock()
        advanced = await batch.trigger(event, request.payload, now, principal.subject)
        if advanced is None:
            raise _Unresolved
        trigger = None if request.dry_run else _trigger_record(command, event, now)
        called = (change.id for change in advanced.step.instances if change.started) if request.dry_run else ()
        outcome = TriggerOutcome(
            trigger,
            advanced.instances[event.process_instance_id],
            told(batch.waiting_events(advanced), principal),
            called_instances=tuple(advanced.instances[each] for each in called),
        )
        if trigger is not None:
            batch.commit(advanced, triggered=event)
            batch.changes.new_triggers.append(trigger)
            replays.remember(command, outcome, now)
        return outcome

    def _check_schema(self, event: WaitingEvent, request: TriggerRequest, batch: ExecutionBatch) -> None:
        """A timer that falls due brings no payload, whatever a person who triggers it early would have to send."""
        schema = batch.catch_element(event).payload_schema
        if schema is None or request.source is TriggerSource.TIMER:
            return
        violations = self._schemas.violations(schema, {} if request.payload is None else request.payload)
        if violations:
            raise InvalidPayload(violations)


def _ending(outcome: TriggerOutcome) -> str:
    if outcome.replayed:
        return "REPLAYED"
    return "DRY_RUN" if outcome.trigger is None else "TRIGGERED"


def _resolve(
    command: _Command, events: dict[str, WaitingEvent], at_places: dict[Place, list[WaitingEvent]]
) -> WaitingEvent:
    request = command.request
    event = events.get(request.event_id)
    if event is not None:
        if (event.process_model_key, event.correlation_id) == (request.process_model_key, request.correlation_id):
            return event
        raise _Unresolved
    candidates = at_places.get(command.request.place, [])
    if not candidates:
        raise _Unresolved
    # Several versions of a model may have the element in different lanes: what the caller cannot see is no candidate.
    visible = told(candidates, command.principal)
    if len(visible) > 1:
        raise EventAmbiguous(request.event_id, visible)
    return visible[0] if visible else candidates[0]


def _trigger_record(command: _Command, event: WaitingEvent, now: datetime) -> EventTrigger:
    request = command.request
    return trigger_record(
        event,
        request.payload,
        now,
        by=command.principal.subject,
        source=request.source,
        idempotency_key=request.idempotency_key,
    )


def _replayed(outcome: TriggerOutcome, principal: Principal) -> TriggerOutcome:
    """The answer of the first request, less what waits in lanes the same caller has lost since."""
    return replace(outcome, replayed=True, next_waiting_events=told(outcome.next_waiting_events, principal))
