"""The sections of the documentation that refusals link to."""

EXPRESSIONS_PAGE = "docs/expressions.md"
SUPPORT_PAGE = "docs/bpmn-support.md"

FILES = "files-and-processes"
COMPENSATION = "compensation-and-transactions"
EXTENSIONS = "extensions-of-other-engines"
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
    "subprocesses-and-calls": ("subProcess", "callActivity", "adHocSubProcess"),
    COMPENSATION: ("transaction", "association", "compensateEventDefinition", "cancelEventDefinition"),
    "gateways": ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"),
    "loops": ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"),
    "correlation": ("correlationKey", "correlationProperty", "correlationPropertyRetrievalExpression"),
    "lanes-and-data": ("dataInputAssociation", "dataOutputAssociation"),
}
_SECTION_OF_TAG = {tag: section for section, tags in _SECTIONS.items() for tag in tags}
SECTIONS = (FILES, *_SECTIONS, "variables", EXTENSIONS)


def support_section(tag: str) -> str:
    """Return the link to the section of the support page about a BPMN element.

    All extension elements, whose tags have a namespace, share one section.
    """
    section = EXTENSIONS if tag.startswith("{") else _SECTION_OF_TAG.get(tag, FILES)
    return f"{SUPPORT_PAGE}#{section}"
