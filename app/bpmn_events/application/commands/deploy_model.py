"""Deploy a BPMN file: each executable process in it becomes a new version of its model, unless nothing changed."""

from dataclasses import dataclass
from typing import ClassVar

from bpmn_events.application.commands.command import Command
from bpmn_events.domain.errors import ModelIssue
from bpmn_events.domain.principal import Permission
from bpmn_events.domain.processes import ProcessModel


@dataclass(frozen=True, slots=True)
class Deployment:
    """The deployed processes of a BPMN file.

    Attributes:
        models: The model versions in document order. A model whose text has not changed is its existing version.
        warnings: What the file says and nothing here acts on.
    """

    models: tuple[ProcessModel, ...]
    warnings: tuple[ModelIssue, ...] = ()


@dataclass(frozen=True, slots=True)
class DeployModel(Command[Deployment]):
    """Deploy the executable processes of a BPMN 2.0 file."""

    permission: ClassVar[Permission] = Permission.PROCESSES_DEPLOY
    operation: ClassVar[str] = "deploy_model"
    outcome_type: ClassVar[type[Deployment]] = Deployment

    bpmn_xml: str
