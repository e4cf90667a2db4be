"""Triggering by the name of a message or signal: what both have in common.

Only what the caller could trigger one by one is reached: what waits in its lanes; and a start event only with the
permission to start processes.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from bpmn_events.application.commands.command import Command, check_text
from bpmn_events.domain.events import EventTrigger, TriggerSource
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance


@dataclass(frozen=True, slots=True)
class TriggerByNameOutcome:
    """What was triggered and started; both empty where nobody waits. ``pending``: a signal has yet to reach more."""

    triggers: tuple[EventTrigger, ...] = ()
    started_process_instances: tuple[ProcessInstance, ...] = ()
    pending: bool = False
    replayed: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.triggers or self.started_process_instances or self.pending)


@dataclass(frozen=True, slots=True)
class TriggerByName(Command[TriggerByNameOutcome]):
    """Reach receivers by the ``name`` of what they wait for; ``process_model_key`` and ``correlation_id`` narrow them.

    It finds its receivers by itself, among what the commands before it left.
    """

    permission: ClassVar[Permission] = Permission.EVENTS_TRIGGER
    exclusive: ClassVar[bool] = True
    outcome_type: ClassVar[type[TriggerByNameOutcome]] = TriggerByNameOutcome

    name: str
    process_model_key: str | None = None
    correlation_id: str | None = None
    payload: Any = None
    idempotency_key: str | None = None
    source: TriggerSource = TriggerSource.GRAPHQL

    @property
    def identity(self) -> tuple[Any, ...]:
        return self.name, self.process_model_key, self.correlation_id, self.payload

    def check(self) -> None:
        check_text("name", self.name)
        check_text("correlation_id", self.correlation_id)

    def is_replayable(self, outcome: TriggerByNameOutcome) -> bool:
        return not outcome.is_empty  # a later attempt under the same key may reach somebody

    def as_replay(self, outcome: TriggerByNameOutcome, principal: Principal) -> TriggerByNameOutcome:
        triggers = tuple(each for each in outcome.triggers if principal.sees(each.lane))
        return replace(outcome, replayed=True, triggers=triggers)
