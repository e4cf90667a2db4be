"""Ending one open task, once: what its ways have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

from bpmn_events.application.commands.command import Command, CommandTargets
from bpmn_events.domain.access import visible_to
from bpmn_events.domain.events import ElementAddress, WaitingEvent
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.tasks import OpenTask, TaskType

FINISHED_BY_PEOPLE = frozenset({TaskType.USER, TaskType.MANUAL})
FINISHED_BY_PROGRAMS = frozenset({TaskType.EXTERNAL})


@dataclass(frozen=True, slots=True)
class FinishOutcome:
    """``task`` is the one that was finished. What follows holds at most 100 each, and only what the caller may see."""

    task: OpenTask
    process_instance: ProcessInstance
    next_waiting_events: tuple[WaitingEvent, ...]
    next_open_tasks: tuple[OpenTask, ...]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class EndTask(Command[FinishOutcome], ABC):
    """End the task ``task_id``: an open task's id, or a BPMN element id where exactly one is open.

    The ways to end a task share their idempotency keys: a task ends once, whichever way it is asked to.
    """

    permission: ClassVar[Permission] = Permission.EVENTS_TRIGGER
    operation: ClassVar[str] = "finish_task"
    outcome_type: ClassVar[type[FinishOutcome]] = FinishOutcome

    process_model_key: str
    correlation_id: str
    task_id: str

    @abstractmethod
    def may_end(self, task_type: TaskType) -> bool:
        """Whether it is meant for tasks of this type."""

    @property
    def address(self) -> ElementAddress:
        """Where the task is open; in place of an element's id it may have that of the task."""
        return ElementAddress(self.process_model_key, self.correlation_id, self.task_id)

    @property
    def targets(self) -> CommandTargets:
        return CommandTargets(task=self.address)

    def as_replay(self, outcome: FinishOutcome, principal: Principal) -> FinishOutcome:
        return replace(
            outcome,
            replayed=True,
            next_waiting_events=visible_to(outcome.next_waiting_events, principal),
            next_open_tasks=visible_to(outcome.next_open_tasks, principal),
        )
