"""What is found in a process beside its nodes: where it can wait, what begins it, and which tasks are open."""

from dataclasses import dataclass, field

from bpmn_events.application.ports.engine import StartElement
from bpmn_events.domain.events import CatchElement
from bpmn_events.domain.tasks import TaskElement


@dataclass(frozen=True, slots=True)
class Found:
    """By element id, collected while the elements are read."""

    catches: dict[str, CatchElement] = field(default_factory=dict)
    starts: dict[str, StartElement] = field(default_factory=dict)
    tasks: dict[str, TaskElement] = field(default_factory=dict)
