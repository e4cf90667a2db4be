"""The BPMN elements that the engine runs. docs/bpmn-support.md is generated from these tables."""

from bpmn_events.adapters.hosts.embedded.model.elements import NodeKind
from bpmn_events.adapters.hosts.embedded.model.meaning import FIRST

GATEWAYS = {
    "exclusiveGateway": NodeKind.EXCLUSIVE_GATEWAY,
    "parallelGateway": NodeKind.PARALLEL_GATEWAY,
    "inclusiveGateway": NodeKind.INCLUSIVE_GATEWAY,
    "eventBasedGateway": NodeKind.EVENT_GATEWAY,
}
ACTIVITIES = {
    "task": NodeKind.EMPTY_TASK,
    "userTask": NodeKind.OPEN_TASK,
    "manualTask": NodeKind.OPEN_TASK,
    "serviceTask": NodeKind.OPEN_TASK,
    "businessRuleTask": NodeKind.OPEN_TASK,
    "scriptTask": NodeKind.SCRIPT_TASK,
    "sendTask": NodeKind.SEND_TASK,
    "receiveTask": NodeKind.RECEIVE_TASK,
    "subProcess": NodeKind.SUBPROCESS,
    "transaction": NodeKind.SUBPROCESS,
    "callActivity": NodeKind.CALL_ACTIVITY,
}
EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")

# Elements of a process without effect on its execution, or that another part of the parser reads.
DESCRIPTIVE = frozenset(
    {
        "association",
        "auditing",
        "category",
        "categoryValueRef",
        "correlationSubscription",
        "dataInputAssociation",
        "dataObject",
        "dataObjectReference",
        "dataOutputAssociation",
        "dataStoreReference",
        "documentation",
        "extensionElements",
        "group",
        "humanPerformer",
        "incoming",
        "ioBinding",
        "ioSpecification",
        "laneSet",
        "monitoring",
        "outgoing",
        "performer",
        "potentialOwner",
        "property",
        "rendering",
        "resourceRole",
        "supportedInterfaceRef",
        "supports",
        "textAnnotation",
    }
)

# Flow nodes that are refused, with the reason.
REFUSED_NODES = {
    "complexGateway": "complex gateways are not supported: use an inclusive or exclusive gateway",
    "adHocSubProcess": "ad-hoc subprocesses are not supported",
    "choreographyTask": "choreographies are not supported",
    "subChoreography": "choreographies are not supported",
    "callChoreography": "choreographies are not supported",
}

# Event definitions by the kind of event that may contain them. An event with another definition is refused.
WAITING = frozenset({"message", "signal", "timer", "conditional"})
CATCH_DEFINITIONS = {
    "startEvent": frozenset({"message", "signal", "timer"}),
    "instantiatingGateway": frozenset({"message", "signal"}),
    "intermediateCatchEvent": WAITING | {"link"},
    "boundaryEvent": WAITING | {"error", "escalation", "compensate", "cancel"},
    "eventSubprocessStart": WAITING | {"error", "escalation", "compensate"},
}
THROW_DEFINITIONS = {
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation", "link", "compensate"}),
    "endEvent": frozenset({"message", "signal", "terminate", "error", "escalation", "compensate", "cancel"}),
}

# The reason why an event definition is refused, for events that may not contain it.
REFUSED_DEFINITIONS = {
    "message": "a message definition has no meaning here",
    "signal": "a signal definition has no meaning here",
    "timer": "a timer belongs to a start event, or to an event that waits in a running process",
    "conditional": "conditions do not start process instances: start them by a request, a message or a signal",
    "compensate": "a compensation is thrown, or caught at a boundary event or the start of an event subprocess",
    "cancel": "a cancel definition belongs to an end event in a transaction or to a boundary event of the transaction",
    "terminate": "a terminate definition belongs to an end event",
    "error": "an error definition belongs to an end event, a boundary event or the start of an event subprocess",
    "escalation": "an escalation definition does not start process instances",
    "link": "a link definition belongs to an intermediate event",
}

# The nodes and event definitions that are refused in addition in files of the first meaning.
_REFUSED_AT_FIRST = {
    "transaction": "transaction subprocesses are not supported",
    "compensate": "compensation is not supported: the engine keeps no data of completed activities",
    "cancel": "transactions are not supported",
}


def node_refusal(tag: str, meaning: int) -> str | None:
    """Return the reason why flow nodes of this kind are refused; None if they run."""
    if meaning == FIRST and tag in ACTIVITIES and tag in _REFUSED_AT_FIRST:
        return _REFUSED_AT_FIRST[tag]
    return REFUSED_NODES.get(tag)


def definition_refusal(kind: str, allowed: frozenset[str], meaning: int) -> str | None:
    """Return the reason why an event cannot contain the definition; None if it is one of the allowed ones."""
    if meaning == FIRST and kind in _REFUSED_AT_FIRST:
        return _REFUSED_AT_FIRST[kind]
    return None if kind in allowed else REFUSED_DEFINITIONS.get(kind, f"`{kind}` is not supported")
