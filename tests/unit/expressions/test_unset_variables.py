"""Warnings about conditions that read variables that nothing sets, or differences where no number makes sense."""

import re

import pytest

from bpmn_events.adapters.hosts.embedded.parsing.parser import parse
from tests.conformance.drawing import draw

# Nothing but the payload of the start and the message sets variables.
CLOSED = """
start > Wait > X -[{condition}]> A > end
X -[default]> end
X: exclusiveGateway
start: startEvent ext='{declare}{{"properties": {{"amount": {{}}, "payment-status": {{}}}}}}</events:payloadSchema>'
Wait: receiveTask message=m ext='{declare}{schema}</events:payloadSchema>'
""".replace("{declare}", "<events:payloadSchema>")


def warnings(drawing: str, namespace: str = "") -> list[tuple[str | None, str]]:
    _, issues = parse(draw(f"{namespace}{drawing}"))
    assert all(issue.line for issue in issues)
    return [(issue.element_id, issue.message.partition(" (see ")[0]) for issue in issues]


def unset(name: str) -> str:
    return f"its condition reads the variable `{name}`, which nothing in the model can set"


@pytest.mark.parametrize("condition", ["${amuont > 5}", "= amuont > 5", "amount > 5 and amuont"])
@pytest.mark.parametrize("namespace", ["", "uses zeebe\n"])
def test_a_variable_that_nothing_sets(condition: str, namespace: str) -> None:
    drawing = CLOSED.format(condition=condition, schema='{"properties": {"other": {}}}')
    assert warnings(drawing, namespace) == [("flow3", unset("amuont"))]


@pytest.mark.parametrize(
    "schema",
    [
        '{"properties": {"x": {}}}',
        '{"required": ["x"]}',
        '{"allOf": [{"properties": {"x": {}}}]}',
        '{"$ref": "#/$defs/a", "$defs": {"a": {"oneOf": [{"properties": {"x": {}}}, false]}}}',
        '{"$ref": "#a", "$defs": {"b": {"$anchor": "a", "properties": {"x": {}}}}}',
        '{"if": {}, "then": {"properties": {"x": {}}}}',
        '{"$ref": "#", "properties": {"x": {}}}',
        '{"properties": {"y": {}}, "additionalProperties": true}',
        '{"properties": {"y": {}}, "patternProperties": {"^x": {}}}',
        '{"properties": {"y": {}}, "anyOf": [{"additionalProperties": {"type": "string"}}]}',
        '{"properties": {"y": {}}, "$ref": "https://example.org/other"}',
        '{"type": "object"}',
        "true",
    ],
)
def test_a_schema_that_names_or_allows_the_variable(schema: str) -> None:
    assert warnings(CLOSED.format(condition="${x > 5}", schema=schema)) == []


@pytest.mark.parametrize(
    "schema", ["false", '{"additionalProperties": false}', '{"properties": {"y": {"properties": {"x": {}}}}}']
)
def test_a_schema_that_does_not_name_it(schema: str) -> None:
    assert warnings(CLOSED.format(condition="${x > 5}", schema=schema)) == [("flow3", unset("x"))]


@pytest.mark.parametrize("keyword", ["properties", "required", "allOf", "$defs", "$ref", "dependentSchemas", "if"])
@pytest.mark.parametrize("value", ["5", '"x"', "[5]", '{"x": 5}', "null", '["#/$defs/x"]'])
def test_any_schema_can_be_read(keyword: str, value: str) -> None:
    warnings(CLOSED.format(condition="${amount > 5}", schema=f'{{"{keyword}": {value}, "anyOf": [{{"$ref": "#a"}}]}}'))


@pytest.mark.parametrize(
    "setter",
    [
        "Wait: receiveTask message=m",
        "Wait: receiveTask message=m ext='<events:payloadVariable>x</events:payloadVariable>'",
        "Wait: userTask",
        "Wait: userTask camunda:resultVariable=x",
        'Wait: userTask ext=\'<zeebe:ioMapping><zeebe:output source="=1" target="x"/></zeebe:ioMapping>\'',
        "Wait: scriptTask script='x = 1'",
        "Wait: callActivity calledElement=q",
        'Wait: callActivity calledElement=q ext=\'<camunda:out source="y" target="x"/>\'',
        "Wait: userTask camunda:resultVariable=y each=list item=x",
        "Wait: intermediateCatchEvent timer=PT1H\nxml <signal id='unused' name='x'/>",
        "Wait: task\nDone: boundaryEvent on=Wait error=E\nDone > endDone",
    ],
)
def test_a_part_that_sets_the_variable_or_any_variable(setter: str) -> None:
    drawing = CLOSED.format(condition="${x > 5}", schema="false").rpartition("Wait:")[0] + setter
    assert warnings(drawing) == []


@pytest.mark.parametrize(
    "setter",
    [
        "Wait: userTask camunda:resultVariable=y",
        'Wait: userTask ext=\'<zeebe:ioMapping><zeebe:output source="=1" target="y"/></zeebe:ioMapping>\'',
        "Wait: scriptTask script='y = 1'",
        'Wait: callActivity calledElement=q ext=\'<camunda:out source="x" target="y"/>\'',
    ],
)
def test_a_part_that_sets_another_variable(setter: str) -> None:
    drawing = CLOSED.format(condition="${x > 5}", schema="false").rpartition("Wait:")[0] + setter
    assert warnings(drawing) == [("flow3", unset("x"))]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ("<camunda:in source='y' target='x'/>", []),
        ("<camunda:in variables='all'/>", []),
        ("<camunda:in source='x' target='y'/>", [("flow3", unset("x"))]),
    ],
)
def test_a_call_from_the_same_file_sets_variables_of_the_process(inputs: str, expected: list[tuple[str, str]]) -> None:
    caller = 'process q {\ns > C > e\ns: startEvent\ne: endEvent\nC: callActivity calledElement=p ext="%s"\n}\n'
    drawing = CLOSED.format(condition="${x > 5}", schema="false") + caller % inputs
    assert warnings(drawing) == expected


def test_the_initiator_is_set() -> None:
    drawing = CLOSED.format(condition="${x > 5}", schema="false").rpartition("Wait:")[0] + "Wait: task"
    assert warnings(drawing) == [("flow3", unset("x"))]
    assert warnings(drawing.replace("startEvent", "startEvent camunda:initiator=x")) == []


def test_variables_of_loops_and_data_objects_are_set() -> None:
    drawing = (
        CLOSED.format(condition="${stock > 5}", schema="false") + "A: task multi=3 until='${nrOfInstances > stock}'"
    )
    with_data = draw(drawing).replace("<startEvent", '<dataObject id="d" name="stock"/><startEvent', 1)
    assert parse(with_data)[1] == ()
    assert warnings(drawing) == [("flow3", unset("stock")), ("A", unset("stock"))]


@pytest.mark.parametrize("definition", ["condition='${x > 5}'", "condition='= x > 5'"])
def test_the_condition_of_an_event(definition: str) -> None:
    drawing = CLOSED.format(condition="${amount > 5}", schema="false") + f"A: intermediateCatchEvent {definition}"
    # The event itself can be triggered with any variables, unless it has a schema.
    assert warnings(drawing) == []
    assert warnings(f"{drawing} ext='<events:payloadSchema>false</events:payloadSchema>'") == [("A", unset("x"))]


def test_a_variable_that_is_only_tested_for_need_not_be_set() -> None:
    assert warnings(CLOSED.format(condition="${defined(x) && amount > 5}", schema="false")) == []


OPEN = "start > X -[{condition}]> A > end\nX -[default]> end\nX: exclusiveGateway\n"


@pytest.mark.parametrize(
    "condition",
    [
        '${payment-status == "ok"}',
        "${'ok' != payment-status}",
        '= payment-status = "ok"',
        '${amount > 1 and payment - status == "ok"}',
        '${payment-status in ["ok", "late"]}',
        "${payment-status == true}",
        "${amount > 1 or is-paid}",
    ],
)
def test_a_difference_where_no_number_makes_sense(condition: str) -> None:
    ((element, message),) = warnings(OPEN.format(condition=condition))
    assert element == "flow2"
    assert re.match(r"`(payment ?- ?status|is-paid)` is a difference, which is ", message)
    assert "backticks" in message


def test_a_condition_that_is_a_difference() -> None:
    reason = "its condition `${is-paid}` is a difference, which is neither true nor false"
    assert warnings(OPEN.format(condition="${is-paid}")) == [("flow2", reason)]


@pytest.mark.parametrize(
    ("condition", "namespace"),
    [
        ("${total - discount > 5}", ""),
        ("${5 == total-discount}", ""),
        ("${`payment-status` == 'ok'}", ""),
        ("${amount > 5}", ""),
        ('=payment-status = "ok"', "uses zeebe\n"),
        ("=is-paid", "uses zeebe\n"),
    ],
)
def test_ordinary_conditions_have_no_warning(condition: str, namespace: str) -> None:
    assert warnings(OPEN.format(condition=condition), namespace) == []


def test_a_name_that_the_model_sets_and_the_condition_reads_as_a_difference() -> None:
    reason = (
        "its condition reads `{}`, which nothing in the model sets: to read the variable `payment-status`, write its"
        " name in backticks"
    )
    drawing = CLOSED.format(condition="${payment-status == amount}", schema="true")
    assert warnings(drawing) == [("flow3", reason.format("payment")), ("flow3", reason.format("status"))]
    assert warnings(CLOSED.format(condition="=payment-status = amount", schema="false"), "uses zeebe\n") == []


def test_a_mapping_that_compares_a_difference() -> None:
    mapping = "<camunda:inputParameter name='a'>${is-paid == true}</camunda:inputParameter>"
    ((element, message),) = warnings(
        f'start > A\nA: userTask ext="<camunda:inputOutput>{mapping}</camunda:inputOutput>"'
    )
    assert element == "A"
    assert message.startswith("`is-paid` is a difference")
