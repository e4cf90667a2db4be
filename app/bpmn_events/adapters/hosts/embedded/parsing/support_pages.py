"""Where a refusal sends its reader: to the section of the documentation that says what is supported there instead."""

EXPRESSIONS_PAGE = "docs/expressions.md"
SUPPORT_PAGE = "docs/bpmn-support.md"

FILES = "files-and-processes"
_SECTIONS = {
    "events": (
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "message",
        "signal",
        "messageEventDefinition",
        "signalEventDefinition",
        "linkEventDefinition",
        "conditionalEventDefinition",
        "compensateEventDefinition",
        "cancelEventDefinition",
    ),
    "timers": ("timerEventDefinition", "timeDate", "timeDuration", "timeCycle"),
    "errors-and-escalations": ("error", "escalation", "errorEventDefinition", "escalationEventDefinition"),
    "tasks": (
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
    ),
    "subprocesses-and-calls": ("subProcess", "callActivity", "transaction", "adHocSubProcess"),
    "gateways": ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"),
    "loops": ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"),
    "correlation": ("correlationKey", "correlationProperty", "correlationPropertyRetrievalExpression"),
    "lanes-and-data": ("dataInputAssociation", "dataOutputAssociation"),
}
_SECTION_OF_TAG = {tag: section for section, tags in _SECTIONS.items() for tag in tags}
SECTIONS = (FILES, *_SECTIONS, "variables", "extensions-of-other-engines")


def support_section(tag: str) -> str:
    """The place in the support page for a BPMN element; extension elements, whose tags have a namespace, share one."""
    section = "extensions-of-other-engines" if tag.startswith("{") else _SECTION_OF_TAG.get(tag, FILES)
    return f"{SUPPORT_PAGE}#{section}"
