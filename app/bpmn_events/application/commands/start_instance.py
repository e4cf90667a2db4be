"""Start a process instance, in a new or an existing correlation."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from bpmn_events.application.commands.command import Command, CommandTargets, check_text
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance


@dataclass(frozen=True, slots=True)
class StartOutcome:
    """The outcome of a start: the new instance, which has reached its first wait states or has ended."""

    process_instance: ProcessInstance
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class StartInstance(Command[StartOutcome]):
    """Run a new instance of the model's latest version to its first wait states.

    Attributes:
        correlation_id: The correlation of the instance, new or existing; None lets the server generate an id.
        start_element_id: The start event, if the model has several.
        payload: The payload as the caller sent it, unchecked.
    """

    permission: ClassVar[Permission] = Permission.PROCESSES_START
    operation: ClassVar[str] = "start_instance"
    outcome_type: ClassVar[type[StartOutcome]] = StartOutcome

    process_model_key: str
    correlation_id: str | None = None
    start_element_id: str | None = None
    payload: Any = None
    idempotency_key: str | None = None

    @property
    def targets(self) -> CommandTargets:
        return CommandTargets(process_model_keys=(self.process_model_key,), correlation_id=self.correlation_id)

    @property
    def identity(self) -> tuple[Any, ...]:
        return self.process_model_key, self.correlation_id, self.start_element_id, self.payload

    def check(self) -> None:
        check_text("correlation_id", self.correlation_id)

    def as_replay(self, outcome: StartOutcome, principal: Principal) -> StartOutcome:
        return replace(outcome, replayed=True)
