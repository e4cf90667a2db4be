"""Start the instance of a timer start event that is due. Only the server itself has this command."""

from dataclasses import dataclass
from typing import ClassVar

from bpmn_events.application.commands.command import Command, CommandTargets
from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.domain.principal import Permission


@dataclass(frozen=True, slots=True)
class FireStartTimer(Command[StartOutcome]):
    """Start an instance at a timer start event in a new correlation, and set the next due time of the start event.

    ``timer_id`` is the id of the start timer.
    """

    permission: ClassVar[Permission] = Permission.PROCESSES_START
    operation: ClassVar[str] = "fire_start_timer"
    outcome_type: ClassVar[type[StartOutcome]] = StartOutcome

    process_model_key: str
    timer_id: str

    @property
    def targets(self) -> CommandTargets:
        return CommandTargets(start_timer_id=self.timer_id)
