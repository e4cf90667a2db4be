"""Input and output mappings in the extension elements of common modelers."""

from collections.abc import Collection
from dataclasses import replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.composition import (
    limited_to,
    object_of_variables,
    or_null,
    variable,
)
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.elements import NO_MAPPINGS, Mappings, Node, VariableMapping
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.parsing.definitions.data_associations import NO_DATA, DataFlow
from bpmn_events.adapters.hosts.embedded.parsing.definitions.expressions import parse_text
from bpmn_events.adapters.hosts.embedded.parsing.definitions.member_targets import set_members
from bpmn_events.adapters.hosts.embedded.parsing.definitions.parameters import read_parameter
from bpmn_events.adapters.hosts.embedded.parsing.definitions.texts import has_expression, parse_mixed_text
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.extensions import (
    modeler_elements,
    read_extension,
    read_result_variable,
)
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import SUPPORT_PAGE
from bpmn_events.adapters.hosts.embedded.parsing.variable_names import is_variable_name

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
    if modeler_elements(element, "ioMapping"):
        inputs, outputs = _with_members(inputs, keep=False), _with_members(outputs, keep=True)
    return Mappings(tuple(inputs), tuple(outputs), outputs_only, result_variable)


def _with_members(mappings: list[VariableMapping], *, keep: bool) -> list[VariableMapping]:
    """Return the mappings of a `zeebe:ioMapping`, with one for each variable of which members are set."""
    if not any("." in (mapping.target or "") for mapping in mappings):
        return mappings
    targets = [(mapping.target or "", mapping.source) for mapping in mappings]
    return set_members([(name, source) for name, source in targets if source is not None], keeps_members=keep)


def with_data(mappings: Mappings, data: DataFlow) -> Mappings:
    """Return the mappings with those of the data associations after them."""
    if data is NO_DATA:
        return mappings
    return replace(
        mappings,
        inputs=(*mappings.inputs, *data.inputs),
        outputs=(*mappings.outputs, *data.outputs),
        data_outputs=data.data_outputs,
    )


def without_start_mappings(document: BpmnDocument, node: Node) -> Node:
    """Return the event or receive task that begins a process, without mappings in a file of the first meaning.

    There, they had no effect.
    """
    return node if document.meaning >= CURRENT else replace(node, mappings=NO_MAPPINGS)


def read_payload(
    document: BpmnDocument, element: etree._Element, definition: etree._Element | None, data: DataFlow
) -> tuple[VariableMapping, ...]:
    """Return the mappings to the payload of a thrown message or signal.

    They come from `events:payload` (or a modeler's property `payload` or `inputValues`), else from the `camunda:in`
    elements of the event definition, else from the input mappings and the data inputs of the element.
    """
    for name in ("payload", "inputValues"):
        extension = read_extension(element, name)
        if extension is not None:
            return _parse_payload(document, *extension)
    inputs = modeler_elements(definition, "in") if definition is not None else []
    if inputs:
        return read_call_mappings(document, inputs)
    return (*read_mappings(document, element).inputs, *data.inputs)


def _parse_payload(document: BpmnDocument, element: etree._Element, text: str) -> tuple[VariableMapping, ...]:
    expression = parse_text(document, element, text, "its payload: ")
    if not expression.is_refused and not text.lstrip("=$# ").startswith("{"):
        document.refuse(element, "its payload is no object such as {orderId: id, amount: 5}")
    return (VariableMapping(expression, None),)


def read_call_mappings(
    document: BpmnDocument, elements: list[etree._Element], local: Collection[str] | None = None
) -> tuple[VariableMapping, ...]:
    """Return the mappings of `camunda:in` or `camunda:out` elements.

    ``local`` has the names of the local variables, to which `local="true"` limits a mapping; None refuses it.
    """
    mappings: list[VariableMapping] = []
    for element in elements:
        is_local = element.get("local") == "true" and element.get("businessKey") is None
        if is_local and local is None:
            document.refuse(element, "a mapping of local variables alone is not supported", _PAGE)
        mappings += _read_call_mapping(document, element, local if is_local else None)
    return tuple(mappings)


def read_return_mappings(document: BpmnDocument, elements: list[etree._Element]) -> tuple[VariableMapping, ...]:
    """Return the mappings of `camunda:out` elements, whether their targets are local or not."""
    return tuple(mapping for element in elements for mapping in _read_call_mapping(document, element, None))


def _read_call_mapping(
    document: BpmnDocument, element: etree._Element, names: Collection[str] | None
) -> list[VariableMapping]:
    """Return the mappings of one element, limited to the variables of these names unless they are None."""
    if element.get("businessKey") is not None:
        return []
    if element.get("variables") == "all":
        return [VariableMapping(None if names is None else object_of_variables(names), None)]
    text = element.get("source") or element.get("sourceExpression")
    target = element.get("target")
    if text is None or not target:
        return [_refuse(document, element, "a variable mapping has a source and a target", target)]
    source = _read_source(document, element, text)
    return [VariableMapping(source if names is None else limited_to(source, names), target)]


def _read_source(document: BpmnDocument, element: etree._Element, text: str) -> Expression:
    """Return the source of the mapping. A variable that does not exist is null, as in the engines that define it."""
    if document.meaning < CURRENT:
        return parse_text(document, element, text)
    if not element.get("source"):
        return (
            parse_mixed_text(document, element, text) if has_expression(text) else parse_text(document, element, text)
        )
    return parse_text(document, element, text) if has_expression(text) else or_null(variable(text))


def _read_mapping(document: BpmnDocument, item: etree._Element) -> VariableMapping:
    source = item.get("source")
    target = item.get("name") if source is None else item.get("target")
    if target is None:
        return _refuse(document, item, f"{_NO_TARGET}, not None", None, _PAGE)
    # In a `zeebe:ioMapping`, the target `a.b` is a member of an object.
    names = [target] if source is None or document.meaning < CURRENT else target.split(".")
    if not all(is_variable_name(document, name) for name in names):
        document.refuse(item, f"{_NO_TARGET}, not {target!r}", _PAGE)
    if source is None:  # `camunda:inputParameter name="x"`, with the value inside
        return VariableMapping(read_parameter(document, item), target)
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
    if name is not None and not is_variable_name(document, name):
        document.refuse(element, f"its result variable {name!r} is no variable name")
    return name
