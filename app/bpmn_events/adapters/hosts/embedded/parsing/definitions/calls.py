"""Call activities: the called process, and the variables passed to it and back."""

from collections.abc import Iterable
from dataclasses import replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.composition import variable
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.elements import Call, MultiInstance, Node, VariableMapping
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.parsing.definitions.data_associations import DataFlow
from bpmn_events.adapters.hosts.embedded.parsing.definitions.mappings import (
    read_call_mappings,
    read_mappings,
    read_return_mappings,
)
from bpmn_events.adapters.hosts.embedded.parsing.definitions.texts import has_expression, parse_mixed_text
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.extensions import (
    has_zero_based_loops,
    modeler_attribute,
    modeler_elements,
    read_extension,
)
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import SUPPORT_PAGE

_PAGE = f"{SUPPORT_PAGE}#variables"


def complete_call(document: BpmnDocument, element: etree._Element, node: Node, data: DataFlow) -> Node:
    """Return the node of a call activity with its call. The key of a process that was refused is empty.

    The node has the mappings of the activity, without its data associations.
    """
    for name in ("variableMappingClass", "variableMappingDelegateExpression"):
        if modeler_attribute(element, name):
            document.refuse(element, f"the extension `{name}` runs code of another engine: it is not run")
    key, process = _read_process(document, element)
    start = read_extension(element, "startEventId")
    local = _local_variables(node)
    inputs = _read_inputs(document, element, local, data, node)
    outputs, local_outputs = _read_outputs(document, element, data, node)
    mappings = node.mappings
    if _has_attribute(element, "propagateAllChildVariables", "false"):
        mappings = replace(mappings, outputs_only=True)
    if local_outputs or data.data_outputs:
        mappings = replace(mappings, data_outputs=mappings.data_outputs | data.data_outputs | local_outputs)
    if data.outputs:
        mappings = replace(mappings, outputs=(*mappings.outputs, *data.outputs))
    call = Call(key, inputs, outputs, start[1] if start is not None else None, process)
    return replace(node, call=call, mappings=mappings)


def _read_process(document: BpmnDocument, element: etree._Element) -> tuple[str, Expression | None]:
    """Return the key of the called process. It is empty if it was refused, or if the expression computes it."""
    key = element.get("calledElement")
    binding = modeler_attribute(element, "calledElementBinding")
    for called in modeler_elements(element, "calledElement"):
        key, binding = called.get("processId") or key, called.get("bindingType") or binding
        formula = called.get("processIdExpression")
        if formula and not called.get("processId"):
            key = formula if has_expression(formula) else f"= {formula}"
    if not key:
        document.refuse(element, "the call activity does not say which process it calls (calledElement)")
        return "", None
    process = parse_mixed_text(document, element, key) if has_expression(key) else None
    if binding not in (None, "latest"):
        document.refuse(element, f"calls always run the latest version: the binding {binding!r} is not supported")
    # The reference may be a qualified name (`tns:billing`).
    return ("" if process is not None else key.rpartition(":")[2]), process


def _local_variables(node: Node) -> frozenset[str]:
    """Return the names of the variables that are local to the activity or to an occurrence of its loop."""
    names = {mapping.target for mapping in node.mappings.inputs if mapping.target is not None}
    if node.loop is not None:
        names.add("loopCounter")
    if isinstance(node.loop, MultiInstance) and node.loop.element_variable is not None:
        names.add(node.loop.element_variable)
    return frozenset(names)


def _read_inputs(
    document: BpmnDocument, element: etree._Element, local: frozenset[str], data: DataFlow, node: Node
) -> tuple[VariableMapping, ...] | None:
    """Return the mappings to the variables of the called process; None passes all variables."""
    if _has_attribute(element, "propagateAllParentVariables", "false"):
        return (*_read_mapped_inputs(document, element), *data.inputs)
    elements = modeler_elements(element, "in")
    mapped = read_call_mappings(document, elements, local if document.meaning >= CURRENT else None)
    if data.inputs:
        # The item of an occurrence is the data input of its name.
        item = node.loop.element_variable if isinstance(node.loop, MultiInstance) else None
        mapped = (*mapped, *_copies([] if item is None else [item]), *data.inputs)
    elif not elements and not _passes_mapped_only(document, element):
        return None
    if document.meaning >= CURRENT and modeler_attribute(element, "inheritVariables") == "true":
        return (VariableMapping(None, None), *mapped)
    return mapped


def _read_outputs(
    document: BpmnDocument, element: etree._Element, data: DataFlow, node: Node
) -> tuple[tuple[VariableMapping, ...] | None, frozenset[str]]:
    """Return the mappings to variables of the caller, and which of these stay local; None returns all variables."""
    elements = modeler_elements(element, "out")
    if document.meaning < CURRENT:
        return (read_call_mappings(document, elements) if elements else None), frozenset()
    local_elements = [out for out in elements if out.get("local") == "true"]
    for out in local_elements:
        if out.get("variables") == "all":
            document.refuse(out, "a call that returns all variables as local ones is not supported", _PAGE)
    mapped = read_return_mappings(document, elements)
    returned = sorted(data.data_outputs)
    if isinstance(node.loop, MultiInstance) and node.loop.output_variable is not None and (data.outputs or returned):
        returned.append(node.loop.output_variable)
    mapped = (*mapped, *_copies(returned))
    if not elements and not returned and not data.outputs and not _passes_mapped_only(document, element):
        return None, frozenset()
    return mapped, frozenset(out.get("target") or "" for out in local_elements)


def _copies(names: Iterable[str]) -> tuple[VariableMapping, ...]:
    return tuple(VariableMapping(variable(name), name, is_optional=True) for name in names)


def _passes_mapped_only(document: BpmnDocument, element: etree._Element) -> bool:
    """Return True if the file was drawn for an engine whose calls pass no variables without a mapping."""
    is_zeebe = bool(modeler_elements(element, "calledElement"))
    return document.meaning >= CURRENT and has_zero_based_loops(document.root) and not is_zeebe


def _has_attribute(element: etree._Element, name: str, value: str) -> bool:
    return any(called.get(name) == value for called in modeler_elements(element, "calledElement"))


def _read_mapped_inputs(document: BpmnDocument, element: etree._Element) -> tuple[VariableMapping, ...]:
    inputs = read_mappings(document, element).inputs
    names = [mapping.target for mapping in inputs if mapping.target is not None]
    return tuple(VariableMapping(variable(name), name) for name in names)
