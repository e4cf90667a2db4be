"""Input and output mappings in the extension elements of common modelers."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.elements import NO_MAPPINGS, Mappings, VariableMapping
from bpmn_events.adapters.hosts.embedded.parsing.definitions.events import parse_text
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.extensions import (
    modeler_elements,
    read_extension,
    read_result_variable,
)
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import SUPPORT_PAGE

_PAGE = f"{SUPPORT_PAGE}#variables"
_NO_TARGET = "a variable mapping has a variable's name as its target"
_INPUT_TAGS = frozenset({"inputParameter", "input"})
_OUTPUT_TAGS = frozenset({"outputParameter", "output"})


def read_mappings(document: BpmnDocument, element: etree._Element) -> Mappings:
    """Return the mappings of `camunda:inputOutput` and `zeebe:ioMapping`, and the result variable.

    With a `zeebe:output`, the result itself stays local to the activity, as in the engine that defines it. A
    `camunda:outputParameter` is applied in addition to the result.
    """
    inputs: list[VariableMapping] = []
    outputs: list[VariableMapping] = []
    outputs_only = False
    for container in (*modeler_elements(element, "inputOutput"), *modeler_elements(element, "ioMapping")):
        for item in container:
            if not isinstance(item.tag, str):
                continue
            name = etree.QName(item).localname
            mapping = _read_mapping(document, item)
            if name in _INPUT_TAGS:
                inputs.append(mapping)
            elif name in _OUTPUT_TAGS:
                outputs.append(mapping)
                outputs_only |= name == "output"
    result_variable = _read_result_variable(document, element)
    if not inputs and not outputs and result_variable is None:
        return NO_MAPPINGS
    return Mappings(tuple(inputs), tuple(outputs), outputs_only, result_variable)


def read_payload(
    document: BpmnDocument, element: etree._Element, definition: etree._Element | None
) -> tuple[VariableMapping, ...]:
    """Return the mappings to the payload of a thrown message or signal.

    They come from `events:payload` (or a modeler's property `payload` or `inputValues`), else from the `camunda:in`
    elements of the event definition, else from the input mappings of the element.
    """
    for name in ("payload", "inputValues"):
        extension = read_extension(element, name)
        if extension is not None:
            return _parse_payload(document, *extension)
    inputs = modeler_elements(definition, "in") if definition is not None else []
    if inputs:
        return read_call_mappings(document, inputs)
    return read_mappings(document, element).inputs


def _parse_payload(document: BpmnDocument, element: etree._Element, text: str) -> tuple[VariableMapping, ...]:
    expression = parse_text(document, element, text, "its payload: ")
    if not expression.is_refused and not text.lstrip("=$# ").startswith("{"):
        document.refuse(element, "its payload is no object such as {orderId: id, amount: 5}")
    return (VariableMapping(expression, None),)


def read_call_mappings(document: BpmnDocument, elements: list[etree._Element]) -> tuple[VariableMapping, ...]:
    """Return the mappings of `camunda:in` or `camunda:out` elements."""
    return tuple(_read_call_mapping(document, element) for element in elements if element.get("businessKey") is None)


def _read_call_mapping(document: BpmnDocument, element: etree._Element) -> VariableMapping:
    if element.get("local") == "true":
        document.refuse(element, "a mapping of local variables alone is not supported", _PAGE)
    if element.get("variables") == "all":
        return VariableMapping(None, None)
    text = element.get("source") or element.get("sourceExpression")
    target = element.get("target")
    if text is None or target is None:
        return _refuse(document, element, "a variable mapping has a source and a target", target)
    return VariableMapping(parse_text(document, element, text), target)


def _read_mapping(document: BpmnDocument, item: etree._Element) -> VariableMapping:
    source = item.get("source")
    if source is None:  # `camunda:inputParameter name="x"`, with the value as its text
        if len(item):
            kind = etree.QName(item[0]).localname
            reason = f"a mapping from a `{kind}` is not supported: only from texts and expressions"
            return _refuse(document, item, reason, item.get("name"), _PAGE)
        source, target = "".join(item.itertext()).strip(), item.get("name")
    else:
        target = item.get("target")
    if target is None:
        return _refuse(document, item, f"{_NO_TARGET}, not None", None, _PAGE)
    if not target.isidentifier():
        document.refuse(item, f"{_NO_TARGET}, not {target!r}", _PAGE)
    if not source.startswith(("=", "${", "#{")):
        if "${" in source or "#{" in source:
            reason = "a text with expressions in it is not supported: make it one expression"
            return _refuse(document, item, reason, target, _PAGE)
        source = "= " + _quote(source)
    return VariableMapping(parse_text(document, item, source), target)


def _refuse(
    document: BpmnDocument, item: etree._Element, reason: str, target: str | None, page: str | None = None
) -> VariableMapping:
    """Refuse the mapping, and return one in its place that has no value."""
    document.refuse(item, reason, page)
    return VariableMapping(Expression.refused("", reason), target)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _read_result_variable(document: BpmnDocument, element: etree._Element) -> str | None:
    name = read_result_variable(document, element)
    for tag in ("script", "calledDecision"):
        for item in modeler_elements(element, tag):
            name = item.get("resultVariable") or name
    if name is not None and not name.isidentifier():
        document.refuse(element, f"its result variable {name!r} is no variable name")
    return name
