"""What a process model offers to the outside: events to wait for, ways to begin, and tasks."""

from dataclasses import dataclass, field

from bpmn_events.domain.events import CatchElement, StartElement
from bpmn_events.domain.tasks import TaskElement


@dataclass(frozen=True, slots=True)
class ModelElements:
    """By element id; filled while the flow nodes are read."""

    catches: dict[str, CatchElement] = field(default_factory=dict)
    starts: dict[str, StartElement] = field(default_factory=dict)
    tasks: dict[str, TaskElement] = field(default_factory=dict)
