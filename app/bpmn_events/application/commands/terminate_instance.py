"""Terminate a process instance with all instances it called, so that nothing of them waits any more."""

from dataclasses import dataclass
from typing import ClassVar

from bpmn_events.application.commands.command import Command, CommandTargets, check_free_text
from bpmn_events.domain.principal import Permission
from bpmn_events.domain.processes import ProcessInstance


@dataclass(frozen=True, slots=True)
class TerminateInstance(Command[ProcessInstance]):
    """Terminate a root instance. ``reason`` is a text for people."""

    permission: ClassVar[Permission] = Permission.PROCESSES_TERMINATE
    operation: ClassVar[str] = "terminate_instance"
    outcome_type: ClassVar[type[ProcessInstance]] = ProcessInstance

    process_instance_id: str
    reason: str | None = None

    @property
    def targets(self) -> CommandTargets:
        return CommandTargets(process_instance_id=self.process_instance_id)

    def check(self) -> None:
        check_free_text("reason", self.reason)
