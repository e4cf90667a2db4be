"""The graph of an executable process. It is immutable, and all instances of a model version share it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import ExpressionError
from bpmn_events.adapters.hosts.embedded.model.correlation import UNCOUNTED, CorrelationKey, key_values
from bpmn_events.adapters.hosts.embedded.model.elements import Node
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

    def positions(self, node_ids: Iterable[str]) -> int:
        """Return a set of nodes as an integer with one bit for each node. Unknown nodes are left out."""
        bits, result = self._bits, 0
        for node_id in node_ids:
            result |= bits.get(node_id, 0)
        return result

    def upstream_of_join(self, join_id: str) -> int:
        """Return the nodes from which a token can still arrive at a joining inclusive gateway, as ``positions``."""
        if (join_id, None) not in self._upstream:
            sources = [flow.source for flow in self.nodes[join_id].incoming]
            self._upstream[join_id, None] = self._upstream_of(sources, join_id)
        return self._upstream[join_id, None]

    def upstream_of_flow(self, join_id: str, flow_id: str) -> int:
        """Return the nodes from which a token can reach that incoming flow without passing the gateway.

        This is the rule of BPMN 2.0.2, section 13.4.3.
        """
        if (join_id, flow_id) not in self._upstream:
            sources = [flow.source for flow in self.nodes[join_id].incoming if flow.id == flow_id]
            self._upstream[join_id, flow_id] = self._upstream_of(sources, join_id)
        return self._upstream[join_id, flow_id]

    def _upstream_of(self, targets: Iterable[str], avoiding: str) -> int:
        seen: set[str] = set()
        pending = list(targets)
        while pending:
            node_id = pending.pop()
            if node_id in seen or node_id == avoiding:
                continue
            seen.add(node_id)
            pending += self._predecessors.get(node_id, ())
        return self.positions(seen)

    @cached_property
    def _bits(self) -> Mapping[str, int]:
        return {node_id: 1 << number for number, node_id in enumerate(self.nodes)}

    @cached_property
    def _upstream(self) -> dict[tuple[str, str | None], int]:
        """The results so far, by join and flow. Each is computed when it is first needed, because there may be many."""
        return {}

    @cached_property
    def _predecessors(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the nodes that pass tokens directly to a node, through flows, boundary events and links."""
        sources: dict[str, list[str]] = {}
        for node in self.nodes.values():
            for flow in node.incoming:
                sources.setdefault(node.id, []).append(flow.source)
            for event_id in node.boundary_events:
                sources.setdefault(event_id, []).append(node.id)
            if node.link_target is not None:
                sources.setdefault(node.link_target, []).append(node.id)
        return {node_id: tuple(source_ids) for node_id, source_ids in sources.items()}
