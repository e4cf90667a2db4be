"""Input and output mappings in the extension elements of common modelers."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.model.elements import NO_MAPPINGS, Mappings, VariableMapping
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.extensions import modeler_attribute, modeler_elements, read_extension
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE, SUPPORT_PAGE

_PAGE = f"{SUPPORT_PAGE}#variables"
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
            if mapping is None:
                continue
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
    try:
        expression = Expression.parse(text)
    except ExpressionError as error:
        document.refuse(element, f"its payload: {error}", EXPRESSIONS_PAGE)
        return ()
    if not text.lstrip("=$# ").startswith("{"):
        document.refuse(element, "its payload is no object such as {orderId: id, amount: 5}")
        return ()
    return (VariableMapping(expression, None),)


def read_call_mappings(document: BpmnDocument, elements: list[etree._Element]) -> tuple[VariableMapping, ...]:
    """Return the mappings of `camunda:in` or `camunda:out` elements."""
    mappings = (_read_call_mapping(document, element) for element in elements if element.get("businessKey") is None)
    return tuple(mapping for mapping in mappings if mapping is not None)


def _read_call_mapping(document: BpmnDocument, element: etree._Element) -> VariableMapping | None:
    if element.get("local") == "true":
        document.refuse(element, "a mapping of local variables alone is not supported", _PAGE)
    if element.get("variables") == "all":
        return VariableMapping(None, None)
    text = element.get("source") or element.get("sourceExpression")
    target = element.get("target")
    if text is None or target is None:
        document.refuse(element, "a variable mapping has a source and a target")
        return None
    return _parse_mapping(document, element, text, target)


def _read_mapping(document: BpmnDocument, item: etree._Element) -> VariableMapping | None:
    source = item.get("source")
    if source is None:  # `camunda:inputParameter name="x"`, with the value as its text
        if len(item):
            kind = etree.QName(item[0]).localname
            document.refuse(item, f"a mapping from a `{kind}` is not supported: only from texts and expressions", _PAGE)
            return None
        source, target = "".join(item.itertext()).strip(), item.get("name")
    else:
        target = item.get("target")
    if target is None or not target.isidentifier():
        document.refuse(item, f"a variable mapping has a variable's name as its target, not {target!r}", _PAGE)
        return None
    if not source.startswith(("=", "${", "#{")):
        if "${" in source or "#{" in source:
            document.refuse(item, "a text with expressions in it is not supported: make it one expression", _PAGE)
            return None
        source = "= " + _quote(source)
    return _parse_mapping(document, item, source, target)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _parse_mapping(document: BpmnDocument, element: etree._Element, text: str, target: str) -> VariableMapping | None:
    try:
        return VariableMapping(Expression.parse(text), target)
    except ExpressionError as error:
        document.refuse(element, str(error), EXPRESSIONS_PAGE)
        return None


def _read_result_variable(document: BpmnDocument, element: etree._Element) -> str | None:
    name = modeler_attribute(element, "resultVariable")
    for tag in ("script", "calledDecision"):
        for item in modeler_elements(element, tag):
            name = item.get("resultVariable") or name
    if name is not None and not name.isidentifier():
        document.refuse(element, f"its result variable {name!r} is no variable name")
        return None
    return name
