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
    """``next_waiting_events`` holds at most 100 that the caller may see.

    After a dry run ``trigger`` is None, and ``called_instances`` holds those instances that a real run would start.
    """

    trigger: EventTrigger | None
    process_instance: ProcessInstance
    next_waiting_events: tuple[WaitingEvent, ...]
    replayed: bool = False
    called_instances: tuple[ProcessInstance, ...] = ()


@dataclass(frozen=True, slots=True)
class TriggerEvent(Command[TriggerOutcome]):
    """Trigger the event ``event_id``: a waiting event's id, or a BPMN element id where exactly one occurrence waits.

    ``payload`` is what the caller sent, unchecked. A dry run answers as if triggered and changes nothing.
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
        """Where the event waits; in place of an element's id it may have that of the event."""
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
