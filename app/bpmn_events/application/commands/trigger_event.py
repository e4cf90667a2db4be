"""Trigger exactly one waiting event, once, however often the request is retried."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from bpmn_events.application.commands.command import Command, CommandTargets
from bpmn_events.domain.access import visible_to
from bpmn_events.domain.events import ElementAddress, EventTrigger, TriggerSource, WaitingEvent
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance


@dataclass(frozen=True, slots=True)
class TriggerOutcome:
    """The outcome of triggering an event.

    Attributes:
        trigger: The record of the trigger; None after a dry run.
        process_instance: The process instance afterwards.
        next_waiting_events: The events that its execution waits for now: at most 100, in the caller's lanes.
        replayed: True if this is the stored outcome of an earlier request.
        called_instances: After a dry run, the instances that a real trigger would start; otherwise empty.
    """

    trigger: EventTrigger | None
    process_instance: ProcessInstance
    next_waiting_events: tuple[WaitingEvent, ...]
    replayed: bool = False
    called_instances: tuple[ProcessInstance, ...] = ()


@dataclass(frozen=True, slots=True)
class TriggerEvent(Command[TriggerOutcome]):
    """Trigger the event ``event_id``: a waiting event's id, or a BPMN element id if exactly one occurrence waits there.

    ``payload`` is the payload as the caller sent it, unchecked. A ``dry_run`` returns the outcome of a real trigger and
    changes nothing.
    """

    permission: ClassVar[Permission] = Permission.EVENTS_TRIGGER
    operation: ClassVar[str] = "trigger_event"
    outcome_type: ClassVar[type[TriggerOutcome]] = TriggerOutcome

    process_model_key: str
    correlation_id: str
    event_id: str
    payload: Any = None
    idempotency_key: str | None = None
    dry_run: bool = False
    source: TriggerSource = TriggerSource.GRAPHQL

    @property
    def address(self) -> ElementAddress:
        """The address of the event. Its ``element_id`` may also be the id of the event."""
        return ElementAddress(self.process_model_key, self.correlation_id, self.event_id)

    @property
    def targets(self) -> CommandTargets:
        return CommandTargets(event=self.address)

    @property
    def identity(self) -> tuple[Any, ...]:
        return self.process_model_key, self.correlation_id, self.event_id, self.payload

    def is_replayable(self, outcome: TriggerOutcome) -> bool:
        return not self.dry_run

    def as_replay(self, outcome: TriggerOutcome, principal: Principal) -> TriggerOutcome:
        return replace(outcome, replayed=True, next_waiting_events=visible_to(outcome.next_waiting_events, principal))
