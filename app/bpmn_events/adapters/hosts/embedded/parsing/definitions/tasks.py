"""Tasks that users and workers finish, and script tasks."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.model.meaning import FIRST
from bpmn_events.adapters.hosts.embedded.model.scripts import Script
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, children, local_name, text_of
from bpmn_events.adapters.hosts.embedded.parsing.extensions import modeler_attribute, modeler_elements
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE
from bpmn_events.domain.tasks import TaskElement, TaskType

_TASK_TYPES = {"userTask": TaskType.USER, "manualTask": TaskType.MANUAL}
_IMPLEMENTATIONS = ("class", "delegateExpression", "expression", "type", "topic")
MAX_TOPIC = 255
_WORK_ITEM = "{http://www.jboss.org/drools}taskName"


def read_task(document: BpmnDocument, element: etree._Element, lane: str | None) -> TaskElement:
    """Return the task as one that a user or worker finishes."""
    return TaskElement(
        element_id=element.get("id") or "",
        task_type=_TASK_TYPES.get(local_name(element), TaskType.EXTERNAL),
        name=element.get("name"),
        lane=lane,
        topic=_read_topic(document, element),
    )


def read_work_item(document: BpmnDocument, element: etree._Element) -> str | None:
    """Return the name of the work item that an abstract task stands for in jBPM (`drools:taskName`), or None."""
    return element.get(_WORK_ITEM) if document.meaning > FIRST and local_name(element) == "task" else None


def _read_topic(document: BpmnDocument, element: etree._Element) -> str | None:
    topic = modeler_attribute(element, "topic") or read_work_item(document, element)
    for definition in children(element, "messageEventDefinition"):
        topic = topic or modeler_attribute(definition, "topic")
    for definition in modeler_elements(element, "taskDefinition"):
        topic = definition.get("type") or topic
    if topic is not None and (len(topic) > MAX_TOPIC or topic.startswith(("=", "${", "#{"))):
        document.refuse(element, f"its topic {topic[:80]!r} is no plain name")
        return None
    return topic


def has_implementation(element: etree._Element) -> bool:
    """Return True if the model names a program of another engine, or a worker, for this element."""
    elements = [element, *children(element, "messageEventDefinition")]
    return any(
        modeler_elements(candidate, "taskDefinition")
        or modeler_elements(candidate, "connector")
        or any(modeler_attribute(candidate, name) for name in _IMPLEMENTATIONS)
        for candidate in elements
    )


def warn_of_unused_implementation(document: BpmnDocument, element: etree._Element) -> None:
    """Add a warning if a send task or event names a message, and a program or worker as well."""
    if has_implementation(element):
        document.warn(element, "the message is thrown, and the implementation has no effect: no worker gets a task")


def read_script(document: BpmnDocument, element: etree._Element) -> Script | None:
    """Return the script of a script task, or None if it was refused."""
    if modeler_elements(element, "taskDefinition"):
        document.refuse(element, "a script task that a worker runs is not supported: draw a service task")
        return None
    result = modeler_attribute(element, "resultVariable")
    texts = [text_of(script) for script in children(element, "script")]
    formula = None
    for script in modeler_elements(element, "script"):
        formula, result = script.get("expression") or "", script.get("resultVariable") or result
    if modeler_attribute(element, "resource"):
        document.refuse(element, "a script in another file is not supported")
        return None
    try:
        if formula is not None and document.uses_feel:
            return Script.of(Expression.parse_feel(formula), result)
        return Script.parse("\n".join(texts) if formula is None else formula.lstrip("= "), result)
    except ExpressionError as error:
        document.refuse(element, f"scripts are assignments in the expression language: {error}", EXPRESSIONS_PAGE)
        return None
