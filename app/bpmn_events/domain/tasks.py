"""Tasks that somebody outside the process has to finish: the other thing, beside events, that a process stops at."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskType(StrEnum):
    """Who finishes the task (BPMN 2.0.2, section 10.3.3): a person, or a program that does the work elsewhere."""

    USER = "USER"
    MANUAL = "MANUAL"
    EXTERNAL = "EXTERNAL"


@dataclass(frozen=True, slots=True)
class TaskElement:
    """A task of a model: what all its occurrences have in common. ``topic`` says which programs do the work."""

    element_id: str
    task_type: TaskType
    name: str | None
    lane: str | None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class BpmnError:
    """A business error that ends a task in place of a result (BPMN 2.0.2, section 10.5.6).

    Models handle it by its ``code``; ``message`` is for people.
    """

    code: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One occurrence of a task that waits to be finished, in one process instance."""

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
