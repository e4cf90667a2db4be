"""The elements of an executable process: flow nodes, sequence flows and their definitions."""

from dataclasses import dataclass
from enum import Enum, auto

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.names import ComputedName
from bpmn_events.adapters.hosts.embedded.model.scripts import Script
from bpmn_events.adapters.hosts.embedded.model.timers.timer import Timer


class NodeKind(Enum):
    """The behavior of a node when a token arrives."""

    START_WITH_DATA = auto()  # a start event that copies its payload to other variables
    PASS = auto()  # passes the token on: start events, none intermediate throw events, link targets
    END = auto()
    TERMINATE_END = auto()
    ERROR_END = auto()
    ESCALATION_THROW = auto()  # an intermediate or end event
    MESSAGE_THROW = auto()  # an intermediate or end event
    SIGNAL_THROW = auto()  # an intermediate or end event
    LINK_THROW = auto()
    COMPENSATION_THROW = auto()  # an intermediate or end event
    CANCEL_END = auto()
    CATCH = auto()
    EXCLUSIVE_GATEWAY = auto()
    PARALLEL_GATEWAY = auto()
    INCLUSIVE_GATEWAY = auto()
    EVENT_GATEWAY = auto()
    EMPTY_TASK = auto()  # an abstract task, which does nothing
    OPEN_TASK = auto()  # a task that a user or worker finishes
    SCRIPT_TASK = auto()
    SEND_TASK = auto()
    RECEIVE_TASK = auto()
    SUBPROCESS = auto()
    CALL_ACTIVITY = auto()
    BOUNDARY = auto()
    EVENT_SUBPROCESS = auto()


class HandlerTrigger(Enum):
    """The kind of event that a boundary event or the start event of an event subprocess reacts to."""

    WAIT = auto()  # a message, signal, timer or condition, as a waiting event
    ERROR = auto()
    ESCALATION = auto()
    COMPENSATION = auto()
    CANCEL = auto()  # of a transaction


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. ``refusal`` is the reason why no token can take it; only flows of stored models have one."""

    id: str
    source: str
    target: str
    condition: Expression | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """A copy of a value to a variable, or of the members of an object to one variable each.

    Attributes:
        source: The value; None for an object of all visible variables.
        target: The variable to set; None to set one variable per member of the source, which must be an object.
        is_optional: True if nothing is set where the source refers to something that does not exist.
    """

    source: Expression | None
    target: str | None
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Mappings:
    """Input and output mappings of an activity or event.

    Attributes:
        inputs: Mappings to local variables, applied before the activity begins.
        outputs: Mappings to variables of the enclosing scope, applied after the result or payload.
        outputs_only: True if the result or payload itself stays local.
        result_variable: The variable that gets the result as a whole; None if each member becomes a variable.
        data_outputs: The members of the result or payload that stay local, for the outputs to read.
    """

    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    outputs_only: bool = False
    result_variable: str | None = None
    data_outputs: frozenset[str] = frozenset()


NO_MAPPINGS = Mappings()


@dataclass(frozen=True, slots=True)
class Call:
    """The definition of a call activity.

    Attributes:
        process_key: The key of the called process; empty if ``process`` computes it.
        inputs: Mappings to variables of the called process; None passes all variables.
        outputs: Mappings to variables of the caller; None returns all variables.
        start_element: The id of the start event; None if the model names none.
        process: The key of the called process, evaluated when the call begins.
    """

    process_key: str
    inputs: tuple[VariableMapping, ...] | None = None
    outputs: tuple[VariableMapping, ...] | None = None
    start_element: str | None = None
    process: Expression | None = None


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """A loop that repeats an activity while a condition is true (BPMN 2.0.2, section 10.3.8).

    Attributes:
        condition: The loop condition; None for a loop that only ``maximum`` ends.
        test_before: True to test the condition before the first occurrence, too.
        maximum: The maximum number of occurrences; None for no limit.
    """

    condition: Expression | None
    test_before: bool
    maximum: int | None


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """Multiple occurrences of an activity, in parallel or in sequence (BPMN 2.0.2, section 10.3.8).

    Attributes:
        sequential: True to run one occurrence after another.
        cardinality: The number of occurrences; None if ``collection`` is set.
        collection: The list with one item per occurrence; None if ``cardinality`` is set.
        element_variable: The local variable that gets the item of an occurrence.
        completion: The condition that ends the loop early, tested after each occurrence.
        output_collection: The variable that gets the list of outputs, in the order of the items.
        output_element: The output of one occurrence.
        first: The ``loopCounter`` of the first occurrence: 1, or 0 in the models of some engines.
        output_variable: The local variable that an occurrence sets to its output; null until then.
    """

    sequential: bool
    cardinality: Expression | None = None
    collection: Expression | None = None
    element_variable: str | None = None
    completion: Expression | None = None
    output_collection: str | None = None
    output_element: Expression | None = None
    first: int = 1
    output_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. Attributes that its kind does not use keep their defaults.

    Attributes:
        scope: The id of the enclosing subprocess; None directly in the process.
        default: The id of the default flow.
        boundary_events: The ids of the attached boundary events.
        code: The code of an error or escalation, or the name of a link; None catches every code.
        code_variable: The variable that gets the code of a caught error or escalation.
        message: The message of a thrown error.
        message_variable: The variable that gets the message of a caught error.
        event_name: The name of a thrown message or signal.
        payload: The payload of a thrown message or signal.
        link_target: The id of the catch event that continues a link.
        start: The id of the start event of an event subprocess.
        compensation: The id of the activity or event subprocess that compensates the activity; None if it has none.
        compensated: The id of the activity that a thrown compensation names; None compensates the scope.
        refusal: The reason why no token can enter the node; only nodes of stored models have one.
        cannot_wait: True for a refused node without the definition that it needs to begin to wait.
        computed_name: The name of a message or signal that is computed; None for a fixed name.
    """

    id: str
    kind: NodeKind
    scope: str | None
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[Flow, ...] = ()
    default: str | None = None
    boundary_events: tuple[str, ...] = ()
    trigger: HandlerTrigger = HandlerTrigger.WAIT
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
    compensation: str | None = None
    compensated: str | None = None
    refusal: str | None = None
    cannot_wait: bool = False
    computed_name: ComputedName | None = None
