"""Which BPMN elements the engine runs. docs/bpmn-support.md is generated from the same tables."""

SUPPORT_PAGE = "docs/bpmn-support.md"

# Elements of a process that say nothing about how it runs.
DESCRIPTIVE = frozenset(
    {
        "association",
        "auditing",
        "category",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "documentation",
        "extensionElements",
        "group",
        "incoming",
        "ioSpecification",
        "laneSet",
        "monitoring",
        "outgoing",
        "property",
        "textAnnotation",
    }
)

# Flow nodes that are refused, and why.
REFUSED = {
    "userTask": "user tasks are not supported: nobody could finish one here",
    "manualTask": "manual tasks are not supported: nobody could finish one here",
    "serviceTask": "service tasks are not supported: nothing here would do the work",
    "sendTask": "send tasks are not supported: nothing here would send the message",
    "scriptTask": "script tasks are not supported",
    "businessRuleTask": "business rule tasks are not supported: there is no rule engine here",
    "complexGateway": "complex gateways are not supported: use an inclusive or exclusive gateway",
    "transaction": "transaction subprocesses are not supported",
    "adHocSubProcess": "ad-hoc subprocesses are not supported",
    "choreographyTask": "choreographies are not supported",
    "subChoreography": "choreographies are not supported",
    "callChoreography": "choreographies are not supported",
}

# Event definitions by the place they stand in. What is not listed for a place is refused there.
WAITING = frozenset({"message", "signal", "timer"})
CATCHING = {
    "startEvent": frozenset({"message", "signal"}),
    "intermediateCatchEvent": WAITING,
    "boundaryEvent": WAITING | {"error", "escalation"},
    "eventSubprocessStart": WAITING | {"error", "escalation"},
}
THROWING = {
    "intermediateThrowEvent": frozenset({"escalation", "link"}),
    "endEvent": frozenset({"terminate", "error", "escalation"}),
}

REASONS = {
    "message": "a thrown message does not reach other process instances yet",
    "signal": "a thrown signal does not reach other process instances yet",
    "timer": "a timer does not start process instances by itself yet",
    "conditional": "conditional events are not supported",
    "compensate": "compensation is not supported",
    "cancel": "transactions are not supported",
    "terminate": "a terminate definition belongs to an end event",
    "error": "an error definition belongs to an end event, a boundary event or the start of an event subprocess",
    "escalation": "an escalation definition has no meaning here",
    "link": "a link definition belongs to an intermediate event",
}


def see_support(message: str) -> str:
    """The message with a pointer to the table of what is supported."""
    return f"{message} (see {SUPPORT_PAGE})"
