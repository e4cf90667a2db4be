"""End one open task with a BPMN error, for the model to handle: a result that is no success."""

from dataclasses import dataclass
from typing import Any

from bpmn_events.application.commands.command import check_free_text, check_text
from bpmn_events.application.commands.end_task import FINISHED_BY_PROGRAMS, EndTask
from bpmn_events.domain.tasks import BpmnError, TaskType


@dataclass(frozen=True, slots=True)
class ThrowError(EndTask):
    """End an open task of a program with an error; ``variables`` are for whoever handles it."""

    error: BpmnError
    variables: Any = None
    idempotency_key: str | None = None

    def may_end(self, task_type: TaskType) -> bool:
        return task_type in FINISHED_BY_PROGRAMS

    @property
    def payload(self) -> Any:
        return self.variables

    @property
    def identity(self) -> tuple[Any, ...]:
        return self.process_model_key, self.correlation_id, self.task_id, self.variables, self.error

    def check(self) -> None:
        check_text("error_code", self.error.code)
        check_free_text("error_message", self.error.message)
