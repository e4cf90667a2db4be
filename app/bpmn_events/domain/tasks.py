"""Tasks that a person or a program outside the process has to finish."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskType(StrEnum):
    """The kind of a task (BPMN 2.0.2, section 10.3.3).

    A person finishes USER and MANUAL tasks; a program that does the work elsewhere finishes EXTERNAL tasks.
    """

    USER = "USER"
    MANUAL = "MANUAL"
    EXTERNAL = "EXTERNAL"


@dataclass(frozen=True, slots=True)
class TaskElement:
    """A task of a process model, with the properties that all its occurrences share.

    ``topic`` names the work of an EXTERNAL task, so that programs can select the tasks they can do.
    """

    element_id: str
    task_type: TaskType
    name: str | None
    lane: str | None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class BpmnError:
    """A business error that ends a task in place of a result (BPMN 2.0.2, section 10.5.6).

    Process models catch it by its ``code``; ``message`` is for people.
    """

    code: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One occurrence of a task that is open, in one process instance."""

    id: str
    element_id: str
    task_type: TaskType
    name: str | None
    lane: str | None
    topic: str | None
    open_since: datetime
    process_model_id: str
    process_model_key: str
    process_instance_id: str
    root_instance_id: str
    correlation_id: str
