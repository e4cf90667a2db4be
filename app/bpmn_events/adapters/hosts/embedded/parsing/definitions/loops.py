"""What a model says about loops and multiple instances, in BPMN's own way and in those of common modelers."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.model.elements import MultiInstance, StandardLoop
from bpmn_events.adapters.hosts.embedded.parsing.definitions.events import parsed_expression
from bpmn_events.adapters.hosts.embedded.parsing.document import Document, children, text_of
from bpmn_events.adapters.hosts.embedded.parsing.extensions import counts_from_zero, modeler_attribute, modeler_elements
from bpmn_events.adapters.hosts.embedded.parsing.support_pages import EXPRESSIONS_PAGE


def loop_of(document: Document, element: etree._Element) -> StandardLoop | MultiInstance | None:
    """The activity's loop; None where it has none, or none that could run, with the reason noted."""
    standard = children(element, "standardLoopCharacteristics")
    multiple = children(element, "multiInstanceLoopCharacteristics")
    if len(standard) + len(multiple) > 1:
        document.refuse(element, "an activity has at most one kind of loop")
        return None
    if standard:
        return _standard(document, standard[0])
    return _multi_instance(document, multiple[0]) if multiple else None


def _standard(document: Document, loop: etree._Element) -> StandardLoop | None:
    conditions = children(loop, "loopCondition")
    condition = parsed_expression(document, conditions[0]) if conditions else None
    maximum = loop.get("loopMaximum")
    if maximum is not None and not (maximum.isascii() and maximum.isdigit() and len(maximum) <= 9):
        document.refuse(loop, f"its loopMaximum {maximum!r} is no number")
        return None
    if not conditions and maximum is None:
        document.refuse(loop, "a loop with neither a loopCondition nor a loopMaximum would never end")
        return None
    return StandardLoop(condition, loop.get("testBefore") == "true", None if maximum is None else int(maximum))


def _multi_instance(document: Document, loop: etree._Element) -> MultiInstance | None:
    if loop.get("behavior", "All") != "All" or children(loop, "complexBehaviorDefinition"):
        document.refuse(loop, "events that occurrences throw when they complete are not supported (behavior)")
    collection, variable = _collection(document, loop)
    cardinality = _child_expression(document, loop, "loopCardinality")
    if collection is not None:
        cardinality = None
    elif cardinality is None:
        if not children(loop, "loopCardinality") and not _names_collection(loop):
            document.refuse(loop, "multiple instances need a loopCardinality or a collection")
        return None
    output_collection, output_element = _output(document, loop)
    return MultiInstance(
        sequential=loop.get("isSequential") == "true",
        cardinality=cardinality,
        collection=collection,
        element_variable=variable,
        completion=_child_expression(document, loop, "completionCondition"),
        output_collection=output_collection,
        output_element=output_element,
        first=0 if counts_from_zero(document.root) else 1,
    )


def _names_collection(loop: etree._Element) -> bool:
    return bool(
        modeler_attribute(loop, "collection")
        or modeler_elements(loop, "loopCharacteristics")
        or children(loop, "loopDataInputRef")
    )


def _child_expression(document: Document, loop: etree._Element, name: str) -> Expression | None:
    found = children(loop, name)
    return parsed_expression(document, found[0]) if found else None


def _collection(document: Document, loop: etree._Element) -> tuple[Expression | None, str | None]:
    """The collection, and the variable that takes its items."""
    text, variable = modeler_attribute(loop, "collection"), modeler_attribute(loop, "elementVariable")
    for zeebe in modeler_elements(loop, "loopCharacteristics"):
        text, variable = zeebe.get("inputCollection"), zeebe.get("inputElement")
    inputs = children(loop, "loopDataInputRef")
    if text is None and inputs:
        text = _data_name(document, text_of(inputs[0]))
    for item in children(loop, "inputDataItem"):
        variable = variable or item.get("name") or item.get("id")
    return (None if text is None else _parsed(document, loop, text)), _variable(document, loop, variable)


def _output(document: Document, loop: etree._Element) -> tuple[str | None, Expression | None]:
    """The variable that collects the outputs, and what goes into it."""
    name = text = None
    for zeebe in modeler_elements(loop, "loopCharacteristics"):
        name, text = zeebe.get("outputCollection"), zeebe.get("outputElement")
    outputs, items = children(loop, "loopDataOutputRef"), children(loop, "outputDataItem")
    if name is None and outputs and items:
        name, text = _data_name(document, text_of(outputs[0])), items[0].get("name") or items[0].get("id")
    if not name or not text:
        return None, None
    return _variable(document, loop, name), _parsed(document, loop, text)


def _data_name(document: Document, reference: str) -> str:
    """The name of a data input or data object that is referred to by id: the variable that holds it."""
    target = document.by_id.get(reference)
    return reference if target is None else (target.get("name") or reference)


def _variable(document: Document, loop: etree._Element, name: str | None) -> str | None:
    if name is not None and not name.isidentifier():
        document.refuse(loop, f"{name!r} is no variable name")
        return None
    return name


def _parsed(document: Document, loop: etree._Element, text: str) -> Expression | None:
    try:
        return Expression.parse(text)
    except ExpressionError as error:
        document.refuse(loop, str(error), EXPRESSIONS_PAGE)
        return None
