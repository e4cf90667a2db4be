"""The values of `camunda:inputParameter` and `camunda:outputParameter`: texts, lists and maps."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.composition import constant, list_of, object_of
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.parsing.definitions.texts import parse_mixed_text
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, text_of
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import SUPPORT_PAGE

_PAGE = f"{SUPPORT_PAGE}#variables"


def read_parameter(document: BpmnDocument, parameter: etree._Element) -> Expression:
    """Return the value of a parameter or of a map's entry: the list or map inside it, else its text.

    Without both, it is null; an empty text in files of the first meaning. Refuse a value of another kind.
    """
    inner = _elements(parameter)
    if len(inner) > 1:
        return _refuse(document, parameter, "a parameter has one value: a text, a list or a map")
    return _read_value(document, inner[0] if inner else parameter)


def _read_value(document: BpmnDocument, element: etree._Element) -> Expression:
    kind = etree.QName(element).localname
    match kind:
        case "list":
            return list_of("a list", [_read_value(document, item) for item in _elements(element)])
        case "map":
            return object_of("a map", [_read_entry(document, entry) for entry in _elements(element)])
        case "script":
            return _refuse(document, element, "a mapping by a script is not supported: write an expression")
        case "value" | "entry" | "inputParameter" | "outputParameter":
            text = text_of(element)
            return parse_mixed_text(document, element, text) if text or document.meaning < CURRENT else constant(None)
    return _refuse(document, element, f"a mapping from a `{kind}` is not supported: only from texts, lists and maps")


def _read_entry(document: BpmnDocument, entry: etree._Element) -> tuple[Expression, Expression]:
    key = entry.get("key")
    if not key:
        return _refuse(document, entry, "an entry of a map has a key"), constant(None)
    return parse_mixed_text(document, entry, key), read_parameter(document, entry)


def _refuse(document: BpmnDocument, element: etree._Element, reason: str) -> Expression:
    """Refuse the value, and return an expression in its place that has no value."""
    document.refuse(element, reason, _PAGE)
    return Expression.refused("", reason)


def _elements(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]
