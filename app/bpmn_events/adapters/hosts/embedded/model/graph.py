"""A process as the engine runs it: nodes, flows and scopes, immutable and shared by all instances of a version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from functools import cached_property

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.correlation import CorrelationKey, key_values
from bpmn_events.adapters.hosts.embedded.model.scripts import Script
from bpmn_events.adapters.hosts.embedded.model.timers import Timer
from bpmn_events.application.ports.engine import StartElement
from bpmn_events.domain.events import CatchElement, JsonObject
from bpmn_events.domain.tasks import TaskElement


class Kind(Enum):
    """What a node does with a token."""

    PASS = auto()  # start events, none intermediate events, link targets
    END = auto()
    TERMINATE_END = auto()
    ERROR_END = auto()
    ESCALATION_THROW = auto()  # intermediate, or an end event where nothing follows
    MESSAGE_THROW = auto()  # intermediate, or an end event where nothing follows
    SIGNAL_THROW = auto()  # intermediate, or an end event where nothing follows
    LINK_THROW = auto()
    CATCH = auto()
    EXCLUSIVE_GATEWAY = auto()
    PARALLEL_GATEWAY = auto()
    INCLUSIVE_GATEWAY = auto()
    EVENT_GATEWAY = auto()
    EMPTY_TASK = auto()  # an abstract task: nothing to do
    OPEN_TASK = auto()  # a task that is finished from outside
    SCRIPT_TASK = auto()
    SEND_TASK = auto()
    RECEIVE_TASK = auto()
    SUBPROCESS = auto()
    CALL_ACTIVITY = auto()
    BOUNDARY = auto()
    EVENT_SUBPROCESS = auto()


ACTIVITIES = frozenset(
    {
        Kind.EMPTY_TASK,
        Kind.OPEN_TASK,
        Kind.SCRIPT_TASK,
        Kind.SEND_TASK,
        Kind.RECEIVE_TASK,
        Kind.SUBPROCESS,
        Kind.CALL_ACTIVITY,
    }
)
THROWS = frozenset({Kind.MESSAGE_THROW, Kind.SIGNAL_THROW, Kind.SEND_TASK})


class Trigger(Enum):
    """What a boundary event or the start of an event subprocess reacts to."""

    WAIT = auto()  # a message, signal, timer or condition: a waiting event
    ERROR = auto()
    ESCALATION = auto()


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """One variable handed on. ``source`` None means all variables; ``target`` None, every member of the source."""

    source: Expression | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Mappings:
    """What goes into an activity as its local variables, and what comes out of an activity or event.

    With ``outputs_only`` a result or payload stays local, and only ``outputs`` leave. ``result_variable`` takes a
    result as a whole.
    """

    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    outputs_only: bool = False
    result_variable: str | None = None


NO_MAPPINGS = Mappings()


@dataclass(frozen=True, slots=True)
class Call:
    """A call activity: which process, and what it is given and gives back. None hands over every variable."""

    process_key: str
    inputs: tuple[VariableMapping, ...] | None = None
    outputs: tuple[VariableMapping, ...] | None = None
    start_element: str | None = None


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """One round after another while the condition is true (BPMN 2.0.2, section 10.3.8)."""

    condition: Expression | None
    test_before: bool
    maximum: int | None


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """One occurrence per item or number, at once or one after another (BPMN 2.0.2, section 10.3.8).

    Exactly one of ``cardinality`` and ``collection`` is set. ``first`` is the ``loopCounter`` of the first occurrence.
    """

    sequential: bool
    cardinality: Expression | None = None
    collection: Expression | None = None
    element_variable: str | None = None
    completion: Expression | None = None
    output_collection: str | None = None
    output_element: Expression | None = None
    first: int = 1


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. ``scope`` is the id of the subprocess it lies in, None directly in the process.

    ``boundary`` are the ids of the boundary events attached to it; ``start`` is the start event of an event subprocess.
    ``event_name`` and ``payload`` are a thrown message's or signal's. ``code`` is an error's, escalation's or link's.
    """

    id: str
    kind: Kind
    scope: str | None
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[Flow, ...] = ()
    default: str | None = None
    boundary: tuple[str, ...] = ()
    trigger: Trigger = Trigger.WAIT
    interrupting: bool = True
    timer: Timer | None = None
    condition: Expression | None = None
    code: str | None = None
    code_variable: str | None = None
    message: str | None = None
    message_variable: str | None = None
    event_name: str | None = None
    payload: tuple[VariableMapping, ...] = ()
    link_target: str | None = None
    call: Call | None = None
    start: str | None = None
    script: Script | None = None
    loop: StandardLoop | MultiInstance | None = None
    mappings: Mappings = NO_MAPPINGS


@dataclass(frozen=True, slots=True)
class Scope:
    """The process itself (id None) or a subprocess: where its tokens begin, and what may interrupt it."""

    id: str | None
    starts: tuple[str, ...]
    event_subprocesses: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProcessGraph:
    """An executable process. Implements ``ports.ExecutableModel``."""

    key: str
    name: str | None
    nodes: Mapping[str, Node]
    scopes: Mapping[str | None, Scope]
    catch_elements: Mapping[str, CatchElement]
    start_elements: Mapping[str, StartElement]
    task_elements: Mapping[str, TaskElement] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    keys: tuple[CorrelationKey, ...] = ()

    def correlation_keys(self, message: str, payload: JsonObject) -> Mapping[str, str]:
        return key_values(self.keys, message, payload, _EPOCH)

    @cached_property
    def has_conditions(self) -> bool:
        """Whether any event of the process waits for a condition."""
        return any(node.condition is not None for node in self.nodes.values())

    @cached_property
    def upstream(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """For each joining inclusive gateway and each flow into it: the nodes a token can reach that flow from without
        passing the gateway (BPMN 2.0.2, section 13.4.3).
        """
        joins = [node for node in self.nodes.values() if node.kind is Kind.INCLUSIVE_GATEWAY and len(node.incoming) > 1]
        return {join.id: {flow.id: self._reaching(flow.source, join.id) for flow in join.incoming} for join in joins}

    def _reaching(self, target: str, without: str) -> frozenset[str]:
        seen: set[str] = set()
        pending = [target]
        while pending:
            node_id = pending.pop()
            if node_id in seen or node_id == without:
                continue
            seen.add(node_id)
            pending += self._before.get(node_id, ())
        return frozenset(seen)

    @cached_property
    def _before(self) -> Mapping[str, tuple[str, ...]]:
        """The nodes from which a token can come to a node directly: flows, boundary events, links."""
        before: dict[str, list[str]] = {}
        for node in self.nodes.values():
            for flow in node.incoming:
                before.setdefault(node.id, []).append(flow.source)
            for boundary in node.boundary:
                before.setdefault(boundary, []).append(node.id)
            if node.link_target is not None:
                before.setdefault(node.link_target, []).append(node.id)
        return {node_id: tuple(sources) for node_id, sources in before.items()}


# What a message says about its correlation does not depend on the time of day.
_EPOCH = datetime.min
