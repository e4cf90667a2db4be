"""End one open task with a BPMN error, which the process model may catch."""

from dataclasses import dataclass
from typing import Any

from bpmn_events.application.commands.command import check_free_text, check_text
from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES, EndTask
from bpmn_events.domain.tasks import BpmnError, TaskType


@dataclass(frozen=True, slots=True)
class ThrowError(EndTask):
    """End an open external task with a BPMN error.

    ``variables`` are handed to the element that catches the error; they are as the caller sent them, unchecked.
    """

    error: BpmnError
    variables: Any = None
    idempotency_key: str | None = None

    def can_end(self, task_type: TaskType) -> bool:
        return task_type in EXTERNAL_TASK_TYPES

    @property
    def payload(self) -> Any:
        return self.variables

    @property
    def identity(self) -> tuple[Any, ...]:
        return self.process_model_key, self.correlation_id, self.task_id, self.variables, self.error

    def check(self) -> None:
        check_text("error_code", self.error.code)
        check_free_text("error_message", self.error.message)
