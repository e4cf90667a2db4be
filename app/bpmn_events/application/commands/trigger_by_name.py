"""The base class of the commands that trigger receivers by the name of a message or signal.

They reach only receivers that the caller could trigger one by one: waiting events in its lanes, and start events if it
has the permission to start processes.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from bpmn_events.application.commands.command import Command, CommandTargets, check_text
from bpmn_events.domain.events import EventTrigger, TriggerSource
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance


@dataclass(frozen=True, slots=True)
class TriggerByNameOutcome:
    """The outcome of a message or signal.

    Attributes:
        triggers: The records of the triggered events; empty if no event waited.
        started_process_instances: The instances that were started; empty if there is no start event.
        pending: True if a signal has more receivers, which the outbox reaches later.
        replayed: True if this is the stored outcome of an earlier request.
    """

    triggers: tuple[EventTrigger, ...] = ()
    started_process_instances: tuple[ProcessInstance, ...] = ()
    pending: bool = False
    replayed: bool = False

    @property
    def is_empty(self) -> bool:
        """True if the message or signal has reached no receiver and will reach none."""
        return not (self.triggers or self.started_process_instances or self.pending)


@dataclass(frozen=True, slots=True)
class TriggerByName(Command[TriggerByNameOutcome]):
    """Trigger the receivers of the message or signal ``name``.

    ``process_model_key`` and ``correlation_id`` restrict the receivers. The command is exclusive: it looks up its
    receivers in the transaction, after the writes of the commands before it.
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
    def targets(self) -> CommandTargets:
        return CommandTargets(correlation_id=self.correlation_id)

    @property
    def identity(self) -> tuple[Any, ...]:
        return self.name, self.process_model_key, self.correlation_id, self.payload

    def check(self) -> None:
        check_text("name", self.name)
        check_text("correlation_id", self.correlation_id)

    def is_replayable(self, outcome: TriggerByNameOutcome) -> bool:
        return not outcome.is_empty  # a later request under the same key may find a receiver

    def as_replay(self, outcome: TriggerByNameOutcome, principal: Principal) -> TriggerByNameOutcome:
        triggers = tuple(trigger for trigger in outcome.triggers if principal.sees(trigger.lane))
        return replace(outcome, replayed=True, triggers=triggers)
