"""Deploy a BPMN file: each executable process in it becomes a new version of its model, unless nothing changed."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from bpmn_events.application.commands.command import Command
from bpmn_events.domain.principal import Permission
from bpmn_events.domain.processes import ProcessModel

# The deployed model versions in document order. A model whose text has not changed is its existing version.
Deployed: TypeAlias = tuple[ProcessModel, ...]


@dataclass(frozen=True, slots=True)
class DeployModel(Command[Deployed]):
    """Deploy the executable processes of a BPMN 2.0 file."""

    permission: ClassVar[Permission] = Permission.PROCESSES_DEPLOY
    operation: ClassVar[str] = "deploy_model"
    outcome_type: ClassVar[type[Deployed]] = tuple[ProcessModel, ...]

    bpmn_xml: str
