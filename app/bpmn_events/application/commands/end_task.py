"""The base class of the commands that end one open task: finish it, or throw a BPMN error."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

from bpmn_events.application.commands.command import Command, CommandTargets
from bpmn_events.domain.access import visible_to
from bpmn_events.domain.events import ElementAddress, WaitingEvent
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.tasks import OpenTask, TaskType

PERSON_TASK_TYPES = frozenset({TaskType.USER, TaskType.MANUAL})
EXTERNAL_TASK_TYPES = frozenset({TaskType.EXTERNAL})


@dataclass(frozen=True, slots=True)
class FinishOutcome:
    """The outcome of ending a task.

    Attributes:
        task: The task that was ended.
        process_instance: Its process instance afterwards.
        next_waiting_events: The events that its execution waits for now: at most 100, in the caller's lanes.
        next_open_tasks: The open tasks of its execution now: at most 100, in the caller's lanes.
        replayed: True if this is the stored outcome of an earlier request.
    """

    task: OpenTask
    process_instance: ProcessInstance
    next_waiting_events: tuple[WaitingEvent, ...]
    next_open_tasks: tuple[OpenTask, ...]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class EndTask(Command[FinishOutcome], ABC):
    """End the open task ``task_id``: the id of a task, or a BPMN element id if exactly one task is open there.

    All subclasses share one scope of idempotency keys, because a task ends only once.
    """

    permission: ClassVar[Permission] = Permission.EVENTS_TRIGGER
    operation: ClassVar[str] = "finish_task"
    outcome_type: ClassVar[type[FinishOutcome]] = FinishOutcome

    process_model_key: str
    correlation_id: str
    task_id: str

    @abstractmethod
    def can_end(self, task_type: TaskType) -> bool:
        """Return True if the command can end tasks of this type."""

    @property
    def address(self) -> ElementAddress:
        """The address of the task. Its ``element_id`` may also be the id of the task."""
        return ElementAddress(self.process_model_key, self.correlation_id, self.task_id)

    @property
    def targets(self) -> CommandTargets:
        return CommandTargets(task=self.address, task_types=frozenset(filter(self.can_end, TaskType)))

    def as_replay(self, outcome: FinishOutcome, principal: Principal) -> FinishOutcome:
        return replace(
            outcome,
            replayed=True,
            next_waiting_events=visible_to(outcome.next_waiting_events, principal),
            next_open_tasks=visible_to(outcome.next_open_tasks, principal),
        )
