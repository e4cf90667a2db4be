"""The graph of an executable process. It is immutable, and all instances of a model version share it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import ExpressionError
from bpmn_events.adapters.hosts.embedded.model.correlation import UNCOUNTED, CorrelationKey, key_values
from bpmn_events.adapters.hosts.embedded.model.elements import Node
from bpmn_events.adapters.hosts.embedded.model.inclusive_joins import InclusiveJoins
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.model.timers.errors import TimerError
from bpmn_events.adapters.hosts.embedded.model.timers.schedules import Schedule
from bpmn_events.domain.errors import InvalidProcessModel, ModelIssue, ProcessFailed
from bpmn_events.domain.events import CatchElement, EventType, JsonObject, StartElement
from bpmn_events.domain.start_timers import StartTime
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

    def first_start(self, element_id: str, now: datetime) -> StartTime | None:
        timer = self.nodes[element_id].timer if self.start_elements[element_id].event_type is EventType.TIMER else None
        if timer is None:
            return None
        try:
            schedule = timer.start_schedule(now)
        except (TimerError, ExpressionError) as error:
            raise InvalidProcessModel((ModelIssue(str(error), element_id, self.lines.get(element_id)),)) from None
        return None if schedule is None else schedule.to_start_time()

    def next_start(self, element_id: str, time: StartTime, now: datetime) -> StartTime | None:
        try:
            schedule = Schedule.of_start_time(time).next(now)
        except TimerError as error:
            raise ProcessFailed(str(error), element_id) from None
        return None if schedule is None else schedule.to_start_time()

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
