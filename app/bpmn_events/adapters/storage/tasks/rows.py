"""Conversion of open tasks to rows and back."""

from collections.abc import Sequence
from typing import Any

from bpmn_events.adapters.storage.rows import Values
from bpmn_events.adapters.storage.schema.tables import open_tasks
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.tasks import OpenTask, TaskType

OPEN_TASK = tuple(open_tasks.c)
_NAMES = tuple(column.name for column in OPEN_TASK)


def open_task_values(task: OpenTask) -> Values:
    """Return the column values of an open task."""
    return {name: getattr(task, name) for name in _NAMES} | {"open_since": microseconds(task.open_since)}


def open_task(row: Sequence[Any]) -> OpenTask:
    """Return the open task of a row."""
    values = dict(zip(_NAMES, row, strict=True))
    return OpenTask(
        **values | {"task_type": TaskType(values["task_type"]), "open_since": instant(values["open_since"])}
    )
