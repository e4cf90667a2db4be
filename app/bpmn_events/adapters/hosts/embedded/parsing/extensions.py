"""What a model says in extension elements: our own, and those of common modelers that mean the same."""

from dataclasses import dataclass
from typing import Any

import msgspec
from lxml import etree

from bpmn_events.adapters.hosts.embedded.parsing.document import Document, children

NAMESPACE = "urn:bpmn-events:1"
# Extensions of other engines that would change what happens, and what they would do.
_FOREIGN_BEHAVIOUR = {
    "executionListener": "runs code of another engine",
    "executionListeners": "runs code of another engine",
    "taskListener": "runs code of another engine",
    "taskListeners": "runs code of another engine",
    "errorEventDefinition": "throws errors in another engine's way",
}
_CODE = ("class", "expression", "delegateExpression", "type")
# Engines of one family, which count the occurrences of a loop from 0 (BPMN 2.0.2 counts from 1, section 10.3.8).
_COUNTING_FROM_ZERO = frozenset(
    {
        "http://camunda.org/schema/1.0/bpmn",
        "http://operaton.org/schema/1.0/bpmn",
        "http://activiti.org/bpmn",
        "http://flowable.org/bpmn",
    }
)
_MODELER_NAMESPACES = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://camunda.org/schema/zeebe/1.0",
    "http://operaton.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
    "http://flowable.org/bpmn",
)


@dataclass(frozen=True, slots=True)
class PayloadExtension:
    """``schema`` is a JSON Schema (an object, or true/false); both are None where the model says nothing."""

    schema: dict[str, Any] | bool | None = None
    variable: str | None = None


def payload_extension(document: Document, *elements: etree._Element | None) -> PayloadExtension:
    """What the first of the elements that says something declares about the payload."""
    schema = variable = None
    for element in elements:
        if element is not None:
            if schema is None:
                schema = declared(element, "payloadSchema")
            if variable is None:
                variable = declared(element, "payloadVariable")
    parsed = None if schema is None else _parsed_schema(document, *schema)
    name = None if variable is None else _checked_name(document, *variable)
    return PayloadExtension(parsed, name)


def declared(element: etree._Element, name: str) -> tuple[etree._Element, str] | None:
    """The text of an `events:NAME` element, or of a modeler's property NAME, and where it stands."""
    for extensions in children(element, "extensionElements"):
        own = extensions.find(f"{{{NAMESPACE}}}{name}")
        if own is not None:
            return own, "".join(own.itertext()).strip()
        for namespace in _MODELER_NAMESPACES:
            for item in extensions.iterfind(f"{{{namespace}}}properties/{{{namespace}}}property"):
                if item.get("name") == name:
                    return item, (item.get("value") or "").strip()
    return None


def _parsed_schema(document: Document, place: etree._Element, text: str) -> dict[str, Any] | bool | None:
    try:
        schema = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        document.refuse(place, "its payloadSchema is not JSON")
        return None
    if not isinstance(schema, dict | bool):
        document.refuse(place, "its payloadSchema is no JSON Schema: an object, true or false is needed")
        return None
    return schema


def _checked_name(document: Document, place: etree._Element, name: str) -> str | None:
    if not name.isidentifier():
        document.refuse(place, f"its payloadVariable {name!r} is no variable name")
        return None
    return name


def refuse_foreign_behaviour(document: Document, element: etree._Element) -> None:
    """Refuse extensions that another engine would act on: left out silently, the process would do something else."""
    for extensions in children(element, "extensionElements"):
        for extension in extensions:
            if not isinstance(extension.tag, str):
                continue
            name = etree.QName(extension)
            if name.localname in _FOREIGN_BEHAVIOUR and name.namespace in _MODELER_NAMESPACES and _acts(extension):
                document.refuse(
                    extension, f"the extension `{name.localname}` {_FOREIGN_BEHAVIOUR[name.localname]}: it is not run"
                )


def _acts(extension: etree._Element) -> bool:
    """Modelers leave empty listeners behind (`class=""`), which do nothing anywhere."""
    if not etree.QName(extension).localname.endswith("Listener"):
        return True
    return not extension.attrib or len(extension) > 0 or any(extension.get(name) for name in _CODE)


def counts_from_zero(root: etree._Element) -> bool:
    """Whether the file was drawn for an engine that counts the occurrences of a loop from 0."""
    return not _COUNTING_FROM_ZERO.isdisjoint(root.nsmap.values())


def modeler_attribute(element: etree._Element, name: str) -> str | None:
    """An attribute that common modelers add, whatever their namespace."""
    return next((value for namespace in _MODELER_NAMESPACES if (value := element.get(f"{{{namespace}}}{name}"))), None)


def modeler_elements(element: etree._Element, name: str) -> list[etree._Element]:
    """Extension elements that common modelers add, whatever their namespace."""
    return [
        item
        for extensions in children(element, "extensionElements")
        for namespace in _MODELER_NAMESPACES
        for item in extensions.iterfind(f"{{{namespace}}}{name}")
    ]
