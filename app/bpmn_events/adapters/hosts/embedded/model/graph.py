"""The graph of an executable process. It is immutable, and all instances of a model version share it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.model.correlation import UNCOUNTED, CorrelationKey, key_values
from bpmn_events.adapters.hosts.embedded.model.elements import Node
from bpmn_events.adapters.hosts.embedded.model.inclusive_joins import InclusiveJoins
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.domain.events import CatchElement, JsonObject, StartElement
from bpmn_events.domain.tasks import TaskElement


@dataclass(frozen=True, slots=True)
class Scope:
    """The process itself or a subprocess of it.

    Attributes:
        id: The id of the subprocess; None for the process.
        starts: The ids of the nodes where its tokens begin.
        event_subprocesses: The ids of its event subprocesses.
    """

    id: str | None
    starts: tuple[str, ...]
    event_subprocesses: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProcessGraph:
    """An executable process. It implements ``ExecutableModel`` of the engine port.

    Attributes:
        nodes: The flow nodes by id, those in subprocesses included.
        scopes: The process (by None) and its subprocesses (by id).
        keys: The correlation keys of the process.
        meaning: The meaning by which its file is read.
        compensates_at_once: True to begin to compensate all activities at once, the last completed one first; False to
            compensate an activity only after those that began when it had completed.
    """

    key: str
    name: str | None
    nodes: Mapping[str, Node]
    scopes: Mapping[str | None, Scope]
    catch_elements: Mapping[str, CatchElement]
    start_elements: Mapping[str, StartElement]
    task_elements: Mapping[str, TaskElement] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    keys: tuple[CorrelationKey, ...] = ()
    meaning: int = CURRENT
    compensates_at_once: bool = False

    def correlation_keys(self, message: str, payload: JsonObject, outer: Evaluation = UNCOUNTED) -> Mapping[str, str]:
        return key_values(self.keys, message, payload, outer)

    @cached_property
    def keys_by_id(self) -> Mapping[str, CorrelationKey]:
        return {key.id: key for key in self.keys}

    @cached_property
    def has_conditions(self) -> bool:
        """True if an event of the process waits for a condition."""
        return any(node.condition is not None for node in self.nodes.values())

    @cached_property
    def inclusive_joins(self) -> InclusiveJoins:
        """The inclusive joins of the process."""
        return InclusiveJoins(self.nodes)
