"""The elements of a process as the engine runs it: flow nodes, sequence flows, and what they say about themselves."""

from dataclasses import dataclass
from enum import Enum, auto

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.scripts import Script
from bpmn_events.adapters.hosts.embedded.model.timers import Timer


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
