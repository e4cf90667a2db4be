"""Call activities: which process is called, and which variables go in and come back."""

from lxml import etree

from app.adapters.engines.embedded.document import Document
from app.adapters.engines.embedded.expressions import Expression, ExpressionError
from app.adapters.engines.embedded.extensions import modeler_attribute, modeler_elements
from app.adapters.engines.embedded.graph import Call, VariableMapping


def call_of(document: Document, element: etree._Element) -> Call | None:
    """The call; None, with the reason noted, where the model does not say which process is called."""
    key = element.get("calledElement")
    for called in modeler_elements(element, "calledElement"):
        key = called.get("processId") or key
    if not key:
        document.refuse(element, "the call activity does not say which process it calls (calledElement)")
        return None
    if key.startswith(("${", "#{", "=")):
        document.refuse(element, "a called process that is chosen by an expression is not supported")
        return None
    binding = modeler_attribute(element, "calledElementBinding")
    if binding not in (None, "latest"):
        document.refuse(element, f"calls always run the latest version: the binding {binding!r} is not supported")
    inputs, outputs = modeler_elements(element, "in"), modeler_elements(element, "out")
    return Call(
        # A qualified name (`tns:billing`) names the process by its local part.
        process_key=key.rpartition(":")[2],
        inputs=_mappings(document, inputs) if inputs else None,
        outputs=_mappings(document, outputs) if outputs else None,
    )


def _mappings(document: Document, elements: list[etree._Element]) -> tuple[VariableMapping, ...]:
    mappings = (_mapping(document, element) for element in elements if element.get("businessKey") is None)
    return tuple(mapping for mapping in mappings if mapping is not None)


def _mapping(document: Document, element: etree._Element) -> VariableMapping | None:
    if element.get("variables") == "all":
        return VariableMapping(None, None)
    text = element.get("source") or element.get("sourceExpression")
    target = element.get("target")
    if text is None or target is None:
        document.refuse(element, "a variable mapping has a source and a target")
        return None
    try:
        return VariableMapping(Expression.parse(text), target)
    except ExpressionError as error:
        document.refuse(element, str(error))
        return None
