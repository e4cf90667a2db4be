"""Loops and multiple instances, as BPMN and common modelers define them."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression
from bpmn_events.adapters.hosts.embedded.model.elements import MultiInstance, StandardLoop
from bpmn_events.adapters.hosts.embedded.parsing.definitions.events import parse_expression, parse_text
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, children, text_of
from bpmn_events.adapters.hosts.embedded.parsing.extensions import (
    has_zero_based_loops,
    modeler_attribute,
    modeler_elements,
)


def read_loop(document: BpmnDocument, element: etree._Element) -> StandardLoop | MultiInstance | None:
    """Return the loop of an activity. Return None if it has none, or if the loop was refused."""
    standard = children(element, "standardLoopCharacteristics")
    multiple = children(element, "multiInstanceLoopCharacteristics")
    if len(standard) + len(multiple) > 1:
        document.refuse(element, "an activity has at most one kind of loop")
        return None
    if standard:
        return _read_standard_loop(document, standard[0])
    return _read_multi_instance(document, multiple[0]) if multiple else None


def _read_standard_loop(document: BpmnDocument, loop: etree._Element) -> StandardLoop:
    conditions = children(loop, "loopCondition")
    condition = parse_expression(document, conditions[0]) if conditions else None
    maximum = loop.get("loopMaximum")
    if maximum is not None and not (maximum.isascii() and maximum.isdigit() and len(maximum) <= 9):
        reason = f"its loopMaximum {maximum!r} is no number from 0 to 999999999"
        condition, maximum = _refuse(document, loop, reason), None
    elif not conditions and maximum is None:
        condition = _refuse(document, loop, "a loop with neither a loopCondition nor a loopMaximum would never end")
    return StandardLoop(condition, loop.get("testBefore") == "true", None if maximum is None else int(maximum))


def _read_multi_instance(document: BpmnDocument, loop: etree._Element) -> MultiInstance | None:
    if loop.get("behavior", "All") != "All" or children(loop, "complexBehaviorDefinition"):
        document.refuse(loop, "events that occurrences throw when they complete are not supported (behavior)")
    collection, variable = _read_collection(document, loop)
    cardinality = _read_expression(document, loop, "loopCardinality")
    if collection is not None:
        cardinality = None
    elif cardinality is None:
        if _has_collection(loop):
            return None
        cardinality = _refuse(document, loop, "multiple instances need a loopCardinality or a collection")
    output_collection, output_element = _read_output(document, loop)
    return MultiInstance(
        sequential=loop.get("isSequential") == "true",
        cardinality=cardinality,
        collection=collection,
        element_variable=variable,
        completion=_read_expression(document, loop, "completionCondition"),
        output_collection=output_collection,
        output_element=output_element,
        first=0 if has_zero_based_loops(document.root) else 1,
    )


def _has_collection(loop: etree._Element) -> bool:
    return bool(
        modeler_attribute(loop, "collection")
        or modeler_elements(loop, "loopCharacteristics")
        or children(loop, "loopDataInputRef")
    )


def _refuse(document: BpmnDocument, loop: etree._Element, reason: str) -> Expression:
    """Refuse the loop, and return an expression in place of the one that it lacks."""
    document.refuse(loop, reason)
    return Expression.refused("", reason)


def _read_expression(document: BpmnDocument, loop: etree._Element, name: str) -> Expression | None:
    elements = children(loop, name)
    return parse_expression(document, elements[0]) if elements else None


def _read_collection(document: BpmnDocument, loop: etree._Element) -> tuple[Expression | None, str | None]:
    """Return the collection of a loop and the variable that gets an item. Each is None if there is none."""
    text, variable = modeler_attribute(loop, "collection"), modeler_attribute(loop, "elementVariable")
    for zeebe in modeler_elements(loop, "loopCharacteristics"):
        text, variable = zeebe.get("inputCollection"), zeebe.get("inputElement")
    inputs = children(loop, "loopDataInputRef")
    if text is None and inputs:
        text = _data_variable(document, text_of(inputs[0]))
    for item in children(loop, "inputDataItem"):
        variable = variable or item.get("name") or item.get("id")
    collection = None if text is None else parse_text(document, loop, text)
    return collection, _check_variable(document, loop, variable)


def _read_output(document: BpmnDocument, loop: etree._Element) -> tuple[str | None, Expression | None]:
    """Return the variable for the list of outputs, and the output of one occurrence. Both are None without outputs."""
    name = text = None
    for zeebe in modeler_elements(loop, "loopCharacteristics"):
        name, text = zeebe.get("outputCollection"), zeebe.get("outputElement")
    outputs, items = children(loop, "loopDataOutputRef"), children(loop, "outputDataItem")
    if name is None and outputs and items:
        name, text = _data_variable(document, text_of(outputs[0])), items[0].get("name") or items[0].get("id")
    if not name or not text:
        return None, None
    return _check_variable(document, loop, name), parse_text(document, loop, text)


def _data_variable(document: BpmnDocument, reference: str) -> str:
    """Return the variable that holds a data input or data object: its name, or its id if it has no name."""
    target = document.by_id.get(reference)
    return reference if target is None else (target.get("name") or reference)


def _check_variable(document: BpmnDocument, loop: etree._Element, name: str | None) -> str | None:
    if name is not None and not name.isidentifier():
        document.refuse(loop, f"{name!r} is no variable name")
    return name
