"""Finish one open task with its result: a person's user or manual task, or a program's external task."""

from dataclasses import dataclass
from typing import Any

from bpmn_events.application.commands.end_task import EndTask
from bpmn_events.domain.tasks import TaskType


@dataclass(frozen=True, slots=True)
class FinishTask(EndTask):
    """Finish an open task.

    ``task_types`` are the types of task that the request is for. ``result`` is as the caller sent it, unchecked.
    """

    task_types: frozenset[TaskType]
    result: Any = None
    idempotency_key: str | None = None

    def can_end(self, task_type: TaskType) -> bool:
        return task_type in self.task_types

    @property
    def payload(self) -> Any:
        return self.result

    @property
    def identity(self) -> tuple[Any, ...]:
        return self.process_model_key, self.correlation_id, self.task_id, self.result, None
