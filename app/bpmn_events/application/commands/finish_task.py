"""Finish one open task: what a person did in a user or manual task, or a program did elsewhere."""

from dataclasses import dataclass
from typing import Any

from bpmn_events.application.commands.end_task import EndTask
from bpmn_events.domain.tasks import TaskType


@dataclass(frozen=True, slots=True)
class FinishTask(EndTask):
    """Finish an open task of one of these ``kinds`` with a ``result``, as the caller sent it."""

    kinds: frozenset[TaskType]
    result: Any = None
    idempotency_key: str | None = None

    def may_end(self, task_type: TaskType) -> bool:
        return task_type in self.kinds

    @property
    def payload(self) -> Any:
        return self.result

    @property
    def identity(self) -> tuple[Any, ...]:
        return self.process_model_key, self.correlation_id, self.task_id, self.result, None
