"""Extension elements and attributes: those of this server, and those of common modelers with the same meaning."""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.meaning import FIRST
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, children
from bpmn_events.adapters.hosts.embedded.parsing.schema_text import SchemaTextError, read_schema
from bpmn_events.adapters.hosts.embedded.parsing.variable_names import is_variable_name

NAMESPACE = "urn:bpmn-events:1"
# Extensions that change the behavior of a process in the engines that define them, and how they change it.
_FOREIGN_BEHAVIOR = {
    "executionListener": "runs code of another engine",
    "executionListeners": "runs code of another engine",
    "taskListener": "runs code of another engine",
    "taskListeners": "runs code of another engine",
    "errorEventDefinition": "throws errors in another engine's way",
}
_CODE_ATTRIBUTES = ("class", "expression", "delegateExpression", "type")
# Engines of one family count the occurrences of a loop from 0. BPMN 2.0.2 counts from 1 (section 10.3.8).
_ZERO_BASED_NAMESPACES = frozenset(
    {
        "http://camunda.org/schema/1.0/bpmn",
        "http://operaton.org/schema/1.0/bpmn",
        "http://activiti.org/bpmn",
        "http://flowable.org/bpmn",
    }
)
_FLOWABLE = ("http://flowable.org/bpmn", "http://activiti.org/bpmn")
_SPIFFWORKFLOW = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_MODELER_NAMESPACES = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://camunda.org/schema/zeebe/1.0",
    "http://operaton.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
    "http://flowable.org/bpmn",
)


@dataclass(frozen=True, slots=True)
class PayloadExtension:
    """The declarations of a model about the payload of an event or task.

    Attributes:
        schema: The JSON Schema of the payload (an object, true or false), or None if there is none.
        variable: The variable that gets the payload as a whole, or None if each member becomes a variable.
    """

    schema: dict[str, Any] | bool | None = None
    variable: str | None = None


def read_payload_extension(document: BpmnDocument, *elements: etree._Element | None) -> PayloadExtension:
    """Return the declarations about a payload, each from the first element that has it."""
    schema = variable = None
    for element in elements:
        if element is not None:
            if schema is None:
                schema = read_extension(element, "payloadSchema")
            if variable is None:
                variable = read_extension(element, "payloadVariable")
    parsed = None if schema is None else _parse_schema(document, *schema)
    name = None if variable is None else _check_variable_name(document, *variable)
    return PayloadExtension(parsed, name)


def read_extension(element: etree._Element, name: str) -> tuple[etree._Element, str] | None:
    """Return the `events:NAME` element, or the property NAME of a modeler, with its text.

    Return None if the element has neither.
    """
    for extensions in children(element, "extensionElements"):
        extension = extensions.find(f"{{{NAMESPACE}}}{name}")
        if extension is not None:
            return extension, "".join(extension.itertext()).strip()
        for namespace in _MODELER_NAMESPACES:
            for item in extensions.iterfind(f"{{{namespace}}}properties/{{{namespace}}}property"):
                if item.get("name") == name:
                    return item, (item.get("value") or "").strip()
    return None


def _parse_schema(document: BpmnDocument, element: etree._Element, text: str) -> dict[str, Any] | bool | None:
    try:
        return read_schema(text, document.meaning)
    except SchemaTextError as error:
        document.refuse(element, f"its payloadSchema {error}")
        return None


def _check_variable_name(document: BpmnDocument, element: etree._Element, name: str) -> str:
    if not is_variable_name(document, name):
        document.refuse(element, f"its payloadVariable {name!r} is no variable name")
    return name


def read_initiator(document: BpmnDocument, start_event: etree._Element) -> str | None:
    """Return the variable for the subject of the caller that starts the process (`camunda:initiator`), or None."""
    return None if document.meaning == FIRST else modeler_attribute(start_event, "initiator")


def read_result_variable(document: BpmnDocument, element: etree._Element) -> str | None:
    """Return the variable that an attribute or a service task operator names for the result, or None."""
    name = modeler_attribute(element, "resultVariable")
    if document.meaning == FIRST:
        return name
    for namespace in _FLOWABLE:
        name = name or element.get(f"{{{namespace}}}resultVariableName")
    for extensions in children(element, "extensionElements"):
        for operator in extensions.iterfind(f"{{{_SPIFFWORKFLOW}}}serviceTaskOperator"):
            name = operator.get("resultVariable") or name
    return name


def refuse_foreign_behavior(document: BpmnDocument, element: etree._Element) -> None:
    """Refuse listeners and error mappings in a stored file of the first meaning.

    The catalogue covers files of later meanings.
    """
    if document.meaning > FIRST:
        return
    for extensions in children(element, "extensionElements"):
        for extension in extensions:
            if not isinstance(extension.tag, str):
                continue
            name = etree.QName(extension)
            if name.localname in _FOREIGN_BEHAVIOR and name.namespace in _MODELER_NAMESPACES and _has_effect(extension):
                document.refuse(
                    extension, f"the extension `{name.localname}` {_FOREIGN_BEHAVIOR[name.localname]}: it is not run"
                )


def _has_effect(extension: etree._Element) -> bool:
    """Return False for an empty listener (`class=""`), which modelers leave behind and no engine runs."""
    if not etree.QName(extension).localname.endswith("Listener"):
        return True
    return not extension.attrib or len(extension) > 0 or any(extension.get(name) for name in _CODE_ATTRIBUTES)


def has_zero_based_loops(root: etree._Element) -> bool:
    """Return True if the file was drawn for an engine that counts the occurrences of a loop from 0."""
    return not _ZERO_BASED_NAMESPACES.isdisjoint(root.nsmap.values())


def compensates_at_once(root: etree._Element) -> bool:
    """Return True if the file was drawn for an engine that compensates all activities at once.

    BPMN 2.0.2 compensates an activity before those that it depends on (section 13.5.5).
    """
    return not set(_MODELER_NAMESPACES).isdisjoint(root.nsmap.values())


def modeler_attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute from the namespace of any common modeler, or None if the element has none of that name."""
    return next((value for namespace in _MODELER_NAMESPACES if (value := element.get(f"{{{namespace}}}{name}"))), None)


def modeler_elements(element: etree._Element, name: str) -> list[etree._Element]:
    """Return the extension elements of this name from the namespaces of common modelers."""
    return [
        item
        for extensions in children(element, "extensionElements")
        for namespace in _MODELER_NAMESPACES
        for item in extensions.iterfind(f"{{{namespace}}}{name}")
    ]
