"""Call activities: the called process, and the variables passed to it and back."""

from dataclasses import replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import Call, VariableMapping
from bpmn_events.adapters.hosts.embedded.parsing.definitions.events import parse_text
from bpmn_events.adapters.hosts.embedded.parsing.definitions.mappings import read_call_mappings, read_mappings
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.extensions import modeler_attribute, modeler_elements, read_extension


def read_call(document: BpmnDocument, element: etree._Element) -> Call:
    """Return the call of a call activity. The key of a process that was refused is empty."""
    key = _read_process_key(document, element)
    for name in ("variableMappingClass", "variableMappingDelegateExpression"):
        if modeler_attribute(element, name):
            document.refuse(element, f"the extension `{name}` runs code of another engine: it is not run")
    inputs, outputs = modeler_elements(element, "in"), modeler_elements(element, "out")
    start = read_extension(element, "startEventId")
    call = Call(
        # The reference may be a qualified name (`tns:billing`).
        process_key=key.rpartition(":")[2],
        inputs=read_call_mappings(document, inputs) if inputs else None,
        outputs=read_call_mappings(document, outputs) if outputs else None,
        start_element=start[1] if start is not None else None,
    )
    if _propagates_mapped_inputs_only(element):
        return replace(call, inputs=_read_mapped_inputs(document, element))
    return call


def _read_process_key(document: BpmnDocument, element: etree._Element) -> str:
    key = element.get("calledElement")
    binding = modeler_attribute(element, "calledElementBinding")
    for called in modeler_elements(element, "calledElement"):
        key, binding = called.get("processId") or key, called.get("bindingType") or binding
    if not key:
        document.refuse(element, "the call activity does not say which process it calls (calledElement)")
        return ""
    if key.startswith(("${", "#{", "=")):
        document.refuse(element, "a called process that is chosen by an expression is not supported")
        return ""
    if binding not in (None, "latest"):
        document.refuse(element, f"calls always run the latest version: the binding {binding!r} is not supported")
    return key


def _propagates_mapped_inputs_only(element: etree._Element) -> bool:
    """Return True if only the variables of the input mappings are passed to the called process."""
    return any(
        called.get("propagateAllParentVariables") == "false" for called in modeler_elements(element, "calledElement")
    )


def _read_mapped_inputs(document: BpmnDocument, element: etree._Element) -> tuple[VariableMapping, ...]:
    inputs = read_mappings(document, element).inputs
    names = [mapping.target for mapping in inputs if mapping.target is not None]
    return tuple(VariableMapping(parse_text(document, element, name), name) for name in names)


def propagates_mapped_outputs_only(element: etree._Element) -> bool:
    """Return True if only the variables of the output mappings are passed back to the caller."""
    return any(
        called.get("propagateAllChildVariables") == "false" for called in modeler_elements(element, "calledElement")
    )
