"""Input and output mappings that common modelers write into extension elements."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.model.elements import NO_MAPPINGS, Mappings, VariableMapping
from bpmn_events.adapters.hosts.embedded.parsing.document import Document
from bpmn_events.adapters.hosts.embedded.parsing.extensions import declared, modeler_attribute, modeler_elements
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE, SUPPORT_PAGE

_PAGE = f"{SUPPORT_PAGE}#variables"
_INPUT_TAGS = frozenset({"inputParameter", "input"})
_OUTPUT_TAGS = frozenset({"outputParameter", "output"})


def mappings_of(document: Document, element: etree._Element) -> Mappings:
    """What the element's `camunda:inputOutput` or `zeebe:ioMapping` says, and its result variable.

    `zeebe:output` lets nothing else out of the activity, as in the engine it comes from; `camunda:outputParameter`
    comes on top of the result.
    """
    inputs: list[VariableMapping] = []
    outputs: list[VariableMapping] = []
    outputs_only = False
    for container in (*modeler_elements(element, "inputOutput"), *modeler_elements(element, "ioMapping")):
        for item in container:
            if not isinstance(item.tag, str):
                continue
            name = etree.QName(item).localname
            mapping = _mapping(document, item)
            if mapping is None:
                continue
            if name in _INPUT_TAGS:
                inputs.append(mapping)
            elif name in _OUTPUT_TAGS:
                outputs.append(mapping)
                outputs_only |= name == "output"
    result = _result_variable(document, element)
    if not inputs and not outputs and result is None:
        return NO_MAPPINGS
    return Mappings(tuple(inputs), tuple(outputs), outputs_only, result)


def payload_of(
    document: Document, element: etree._Element, definition: etree._Element | None
) -> tuple[VariableMapping, ...]:
    """What a thrown message or signal carries: an `events:payload`, a modeler's input mappings, or a signal's
    `camunda:in`. Nothing, where the model says nothing.
    """
    for name in ("payload", "inputValues"):
        found = declared(element, name)
        if found is not None:
            return _payload_object(document, *found)
    given = modeler_elements(definition, "in") if definition is not None else []
    if given:
        return call_mappings(document, given)
    return mappings_of(document, element).inputs


def _payload_object(document: Document, place: etree._Element, text: str) -> tuple[VariableMapping, ...]:
    try:
        expression = Expression.parse(text)
    except ExpressionError as error:
        document.refuse(place, f"its payload: {error}", EXPRESSIONS_PAGE)
        return ()
    if not text.lstrip("=$# ").startswith("{"):
        document.refuse(place, "its payload is no object such as {orderId: id, amount: 5}")
        return ()
    return (VariableMapping(expression, None),)


def call_mappings(document: Document, elements: list[etree._Element]) -> tuple[VariableMapping, ...]:
    """Variables that are handed over, from `camunda:in` and `camunda:out` elements."""
    mappings = (_call_mapping(document, element) for element in elements if element.get("businessKey") is None)
    return tuple(mapping for mapping in mappings if mapping is not None)


def _call_mapping(document: Document, element: etree._Element) -> VariableMapping | None:
    if element.get("local") == "true":
        document.refuse(element, "a mapping of local variables alone is not supported", _PAGE)
    if element.get("variables") == "all":
        return VariableMapping(None, None)
    text = element.get("source") or element.get("sourceExpression")
    target = element.get("target")
    if text is None or target is None:
        document.refuse(element, "a variable mapping has a source and a target")
        return None
    return _parsed(document, element, text, target)


def _mapping(document: Document, item: etree._Element) -> VariableMapping | None:
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
        source = "= " + _literal(source)
    return _parsed(document, item, source, target)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _parsed(document: Document, element: etree._Element, text: str, target: str) -> VariableMapping | None:
    try:
        return VariableMapping(Expression.parse(text), target)
    except ExpressionError as error:
        document.refuse(element, str(error), EXPRESSIONS_PAGE)
        return None


def _result_variable(document: Document, element: etree._Element) -> str | None:
    name = modeler_attribute(element, "resultVariable")
    for tag in ("script", "calledDecision"):
        for item in modeler_elements(element, tag):
            name = item.get("resultVariable") or name
    if name is not None and not name.isidentifier():
        document.refuse(element, f"its result variable {name!r} is no variable name")
        return None
    return name
