"""Call activities: which process is called, and which variables go in and come back."""

from dataclasses import replace

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.elements import Call, VariableMapping
from bpmn_events.adapters.hosts.embedded.parsing.definitions.mappings import call_mappings, mappings_of
from bpmn_events.adapters.hosts.embedded.parsing.document import Document
from bpmn_events.adapters.hosts.embedded.parsing.extensions import declared, modeler_attribute, modeler_elements


def call_of(document: Document, element: etree._Element) -> Call | None:
    """Return the call; None, with the reason noted, where the model does not say which process is called."""
    key = _called_key(document, element)
    if key is None:
        return None
    for name in ("variableMappingClass", "variableMappingDelegateExpression"):
        if modeler_attribute(element, name):
            document.refuse(element, f"the extension `{name}` runs code of another engine: it is not run")
    inputs, outputs = modeler_elements(element, "in"), modeler_elements(element, "out")
    start = declared(element, "startEventId")
    call = Call(
        # A qualified name (`tns:billing`) names the process by its local part.
        process_key=key.rpartition(":")[2],
        inputs=call_mappings(document, inputs) if inputs else None,
        outputs=call_mappings(document, outputs) if outputs else None,
        start_element=start[1] if start is not None else None,
    )
    return replace(call, inputs=_mapped_inputs(document, element)) if _hands_over_mapped_alone(element) else call


def _called_key(document: Document, element: etree._Element) -> str | None:
    key = element.get("calledElement")
    binding = modeler_attribute(element, "calledElementBinding")
    for called in modeler_elements(element, "calledElement"):
        key, binding = called.get("processId") or key, called.get("bindingType") or binding
    if not key:
        document.refuse(element, "the call activity does not say which process it calls (calledElement)")
        return None
    if key.startswith(("${", "#{", "=")):
        document.refuse(element, "a called process that is chosen by an expression is not supported")
        return None
    if binding not in (None, "latest"):
        document.refuse(element, f"calls always run the latest version: the binding {binding!r} is not supported")
    return key


def _hands_over_mapped_alone(element: etree._Element) -> bool:
    """Whether only the variables that the call's input mappings name go in."""
    return any(
        called.get("propagateAllParentVariables") == "false" for called in modeler_elements(element, "calledElement")
    )


def _mapped_inputs(document: Document, element: etree._Element) -> tuple[VariableMapping, ...]:
    given = mappings_of(document, element).inputs
    names = [mapping.target for mapping in given if mapping.target is not None]
    return tuple(VariableMapping(Expression.parse(name), name) for name in names)


def keeps_results(element: etree._Element) -> bool:
    """Whether only what the call's output mappings name comes back."""
    return any(
        called.get("propagateAllChildVariables") == "false" for called in modeler_elements(element, "calledElement")
    )
