"""The elements of a process model that callers use: waiting events, start events and tasks."""

from dataclasses import dataclass, field

from bpmn_events.domain.events import CatchElement, StartElement
from bpmn_events.domain.tasks import TaskElement


@dataclass(frozen=True, slots=True)
class ModelElements:
    """The elements of a process by element id, filled while its flow nodes are read."""

    catches: dict[str, CatchElement] = field(default_factory=dict)
    starts: dict[str, StartElement] = field(default_factory=dict)
    tasks: dict[str, TaskElement] = field(default_factory=dict)
