"""Loops and multiple instances, as BPMN and common modelers define them."""

from lxml import etree

from bpmn_events.adapters.hosts.embedded.expressions.composition import or_null, variable, variable_or
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError
from bpmn_events.adapters.hosts.embedded.model.elements import MultiInstance, StandardLoop
from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.parsing.definitions.data_associations import NO_DATA, DataFlow
from bpmn_events.adapters.hosts.embedded.parsing.definitions.expressions import parse_expression, parse_text
from bpmn_events.adapters.hosts.embedded.parsing.definitions.texts import has_expression
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument, children, text_of
from bpmn_events.adapters.hosts.embedded.parsing.extensions import (
    has_zero_based_loops,
    modeler_attribute,
    modeler_elements,
)
from bpmn_events.adapters.hosts.embedded.parsing.variable_names import is_variable_name


def read_loop(
    document: BpmnDocument, element: etree._Element, data: DataFlow = NO_DATA
) -> StandardLoop | MultiInstance | None:
    """Return the loop of an activity with these data associations.

    Return None if it has none, or if the loop was refused.
    """
    standard = children(element, "standardLoopCharacteristics")
    multiple = children(element, "multiInstanceLoopCharacteristics")
    if len(standard) + len(multiple) > 1:
        document.refuse(element, "an activity has at most one kind of loop")
        return None
    if standard:
        return _read_standard_loop(document, standard[0])
    return _read_multi_instance(document, multiple[0], data) if multiple else None


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


def _read_multi_instance(document: BpmnDocument, loop: etree._Element, data: DataFlow) -> MultiInstance | None:
    if loop.get("behavior", "All") != "All" or children(loop, "complexBehaviorDefinition"):
        document.refuse(loop, "events that occurrences throw when they complete are not supported (behavior)")
    collection, element_variable = _read_collection(document, loop, data)
    cardinality = _read_expression(document, loop, "loopCardinality")
    if collection is not None:
        if cardinality is not None:
            document.warn(loop, "its loopCardinality has no effect: the collection says how many occurrences there are")
        cardinality = None
    elif cardinality is None:
        if _has_collection(loop):
            return None
        cardinality = _refuse(document, loop, "multiple instances need a loopCardinality or a collection")
    output_collection, output_element, output_variable = _read_output(document, loop, data)
    return MultiInstance(
        sequential=loop.get("isSequential") == "true",
        cardinality=cardinality,
        collection=collection,
        element_variable=element_variable,
        completion=_read_expression(document, loop, "completionCondition"),
        output_collection=output_collection,
        output_element=output_element,
        first=0 if has_zero_based_loops(document.root) else 1,
        output_variable=output_variable if output_variable != element_variable else None,
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


def _read_collection(
    document: BpmnDocument, loop: etree._Element, data: DataFlow
) -> tuple[Expression | None, str | None]:
    """Return the collection of a loop and the variable that gets an item. Each is None if there is none."""
    text, item = modeler_attribute(loop, "collection"), modeler_attribute(loop, "elementVariable")
    for zeebe in modeler_elements(loop, "loopCharacteristics"):
        text, item = zeebe.get("inputCollection"), zeebe.get("inputElement")
    inputs = children(loop, "loopDataInputRef")
    collection = None if text is None else _parse_collection(document, loop, text)
    if collection is None and inputs:
        collection = data.collection or _parse_collection(document, loop, _data_variable(document, text_of(inputs[0])))
    for data_item in children(loop, "inputDataItem"):
        item = item or data_item.get("name") or data_item.get("id")
    return collection, _check_variable(document, loop, item)


def _parse_collection(document: BpmnDocument, loop: etree._Element, text: str) -> Expression:
    """Return the collection: the variable of that name, else the value of the expression."""
    if document.meaning < CURRENT or has_expression(text) or not is_variable_name(document, text):
        return parse_text(document, loop, text)
    try:
        return variable_or(text, Expression.parse(text))
    except ExpressionError:
        return variable(text)


def _read_output(
    document: BpmnDocument, loop: etree._Element, data: DataFlow
) -> tuple[str | None, Expression | None, str | None]:
    """Return the variable for the list of outputs, the output of one occurrence, and its variable in the occurrence.

    All are None without outputs. The last one is also None if no variable is the occurrence's own.
    """
    for zeebe in modeler_elements(loop, "loopCharacteristics"):
        name, text = zeebe.get("outputCollection"), zeebe.get("outputElement")
        if name and text:
            return _check_variable(document, loop, name), parse_text(document, loop, text), None
        if name or text:
            document.warn(loop, "no outputs are collected: that needs both an outputCollection and an outputElement")
    outputs, items = children(loop, "loopDataOutputRef"), children(loop, "outputDataItem")
    if not outputs or not items:
        if outputs or items:
            document.warn(loop, "no outputs are collected: that needs both a loopDataOutputRef and an outputDataItem")
        return None, None, None
    name, item = _data_variable(document, text_of(outputs[0])), items[0].get("name") or items[0].get("id")
    if not name or not item:
        return None, None, None
    if document.meaning < CURRENT:
        return _check_variable(document, loop, name), parse_text(document, loop, item), None
    collection = _check_variable(document, loop, data.output_collection or name)
    if data.output_element is not None:
        return collection, or_null(data.output_element), data.output_variable
    return collection, or_null(variable(item)), item


def _data_variable(document: BpmnDocument, reference: str) -> str:
    """Return the variable that holds a data input or data object: its name, or its id if it has no name."""
    if document.meaning >= CURRENT:
        return document.data_names.variable(reference)
    target = document.by_id.get(reference)
    return reference if target is None else (target.get("name") or reference)


def _check_variable(document: BpmnDocument, loop: etree._Element, name: str | None) -> str | None:
    if name is not None and not is_variable_name(document, name):
        document.refuse(loop, f"{name!r} is no variable name")
    return name
