"""Deploy a BPMN file: every executable process in it becomes a new version of its model, unless nothing changed."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from bpmn_events.application.commands.command import Command
from bpmn_events.domain.principal import Permission
from bpmn_events.domain.processes import ProcessModel

# The deployed models in document order; the existing version where its text is the same as before.
Deployed: TypeAlias = tuple[ProcessModel, ...]


@dataclass(frozen=True, slots=True)
class DeployModel(Command[Deployed]):
    """Deploy the executable processes of a BPMN 2.0 file."""

    permission: ClassVar[Permission] = Permission.PROCESSES_DEPLOY
    operation: ClassVar[str] = "deploy_model"
    outcome_type: ClassVar[type[Deployed]] = tuple[ProcessModel, ...]

    bpmn_xml: str
