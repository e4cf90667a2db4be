"""Attributes of BPMN elements have the forms that XML Schema allows for their types."""

import pytest
from lxml import etree

from bpmn_events.adapters.hosts.embedded.model.elements import MultiInstance, NodeKind, StandardLoop
from bpmn_events.adapters.hosts.embedded.model.graph import ProcessGraph
from bpmn_events.adapters.hosts.embedded.model.meaning import FIRST
from bpmn_events.adapters.hosts.embedded.parsing.document import BpmnDocument
from bpmn_events.adapters.hosts.embedded.parsing.parser import parse, parse_stored
from tests.conformance.drawing import draw
from tests.unit.engine.test_files import reasons

TRUE = ["true", "1", " true ", "\t1\n"]
FALSE = ["false", "0", " false ", "\r\n0"]
BOUNDARY = "start > A > end\nA: userTask\nLate: boundaryEvent on=A message=m\nLate > endLate"
HANDLER = "start > A > end\nA: userTask\nSub: subProcess {\nstartIn > endIn\nstartIn: startEvent message=m\n}"
LOOP = "start > A > end\nA: userTask xml='<standardLoopCharacteristics loopMaximum=\"3\"/>'"
MULTI = "start > A > end\nA: userTask multi=2"


def read(text: str) -> ProcessGraph:
    [model], _ = parse(text)
    return model


def attribute(text: str, before: str, name: str, value: str) -> str:
    """Return the file with the attribute in the first tag that begins like this."""
    escaped = value.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")
    assert before in text
    return text.replace(before, f'{before} {name}="{escaped}"', 1)


@pytest.mark.parametrize(("value", "expected"), [(text, True) for text in TRUE] + [(text, False) for text in FALSE])
def test_each_boolean(value: str, expected: bool) -> None:
    boundary = attribute(draw(BOUNDARY), "<boundaryEvent", "cancelActivity", value)
    assert read(boundary).catch_elements["Late"].interrupting is expected
    handler = attribute(draw(HANDLER), "<subProcess", "triggeredByEvent", "1")
    start = read(attribute(handler, '<startEvent id="startIn"', "isInterrupting", value)).nodes["startIn"]
    assert start.interrupting is expected
    loop = read(attribute(draw(LOOP), "<standardLoopCharacteristics", "testBefore", value)).nodes["A"].loop
    assert isinstance(loop, StandardLoop)
    assert loop.test_before is expected
    multi = (
        read(
            attribute(
                draw(MULTI).replace(' isSequential="false"', ""),
                "<multiInstanceLoopCharacteristics",
                "isSequential",
                value,
            )
        )
        .nodes["A"]
        .loop
    )
    assert isinstance(multi, MultiInstance)
    assert multi.sequential is expected
    receive = read(attribute(draw("A: receiveTask message=m\nA > end"), "<receiveTask", "instantiate", value))
    assert ("A" in receive.start_elements) is expected


@pytest.mark.parametrize("value", TRUE)
def test_an_event_subprocess(value: str) -> None:
    text = draw("start > A > end\nA: userTask\nSub: subProcess {\nstartIn > endIn\nstartIn: startEvent message=m\n}")
    model = read(attribute(text, "<subProcess", "triggeredByEvent", value))
    assert model.nodes["Sub"].kind is NodeKind.EVENT_SUBPROCESS


@pytest.mark.parametrize("value", FALSE)
def test_a_process_that_is_not_executable(value: str) -> None:
    text = draw("start > end").replace('isExecutable="true"', "")
    assert "set it to true to run it" in reasons(attribute(text, "<process", "isExecutable", value))


@pytest.mark.parametrize(
    ("text", "before", "name", "value", "reason"),
    [
        (BOUNDARY, "<boundaryEvent", "cancelActivity", "no", "'no' is no boolean (true, false, 1 or 0)"),
        (BOUNDARY, "<boundaryEvent", "cancelActivity", "FALSE", "'FALSE' is no boolean"),
        (BOUNDARY, "<boundaryEvent", "cancelActivity", "", "'' is no boolean"),
        (BOUNDARY, "<boundaryEvent", "parallelMultiple", "2", "'2' is no boolean"),
        (BOUNDARY, "<userTask", "isForCompensation", "tru e", "'tru e' is no boolean"),
        (MULTI, "<multiInstanceLoopCharacteristics", "behavior", "all", "'all' is none of None, One, All, Complex"),
        (BOUNDARY, "<userTask", "startQuantity", "2", "a startQuantity other than 1"),
        (BOUNDARY, "<userTask", "completionQuantity", "1.0", "a completionQuantity other than 1"),
    ],
)
def test_other_texts_are_refused(text: str, before: str, name: str, value: str, reason: str) -> None:
    assert reason in reasons(attribute(draw(text), before, name, value))


@pytest.mark.parametrize(("value", "maximum"), [("+3", 3), (" 03 ", 3), ("0", 0), ("-0", 0), ("\n12\t", 12)])
def test_integers(value: str, maximum: int) -> None:
    text = draw(LOOP).replace('loopMaximum="3"', "")
    loop = read(attribute(text, "<standardLoopCharacteristics", "loopMaximum", value)).nodes["A"].loop
    assert isinstance(loop, StandardLoop)
    assert loop.maximum == maximum


@pytest.mark.parametrize("value", ["-1", "3.0", "1e1", "", "0x3", "٣", "12345678901"])
def test_other_maxima_are_refused(value: str) -> None:
    text = attribute(draw(LOOP).replace('loopMaximum="3"', ""), "<standardLoopCharacteristics", "loopMaximum", value)
    assert "is no number from 0 to 999999999" in reasons(text)


@pytest.mark.parametrize("value", ["+1", " 1", "01"])
def test_a_quantity_of_one(value: str) -> None:
    assert "A" in read(attribute(draw(BOUNDARY), "<userTask", "startQuantity", value)).nodes


def test_references_and_ids_may_have_white_space_and_prefixes() -> None:
    text = draw(f"start > M > A\nM: receiveTask message=m\n{BOUNDARY.removeprefix('start > ')}")
    root = etree.fromstring(text.encode())
    for element in root.iter():
        for name in ("id", "sourceRef", "targetRef", "default"):
            if name in element.attrib and not str(element.tag).endswith("process"):
                element.set(name, f" {element.get(name)}\n")
        for name in ("messageRef", "attachedToRef"):
            if name in element.attrib:
                element.set(name, f"\t tns:{element.get(name)} ")
    model = read(etree.tostring(root, encoding="unicode"))
    assert sorted(model.nodes) == ["A", "Late", "M", "end", "endLate", "start"]
    assert model.catch_elements["M"].event_name == "m"
    assert model.nodes["A"].boundary_events == ("Late",)


def test_the_collection_of_a_loop_may_have_a_prefix() -> None:
    text = draw(
        "start > A > end\nD: dataObject name=items\nA: userTask xml='<multiInstanceLoopCharacteristics>"
        "<loopDataInputRef> tns:D </loopDataInputRef></multiInstanceLoopCharacteristics>'"
    )
    loop = read(text).nodes["A"].loop
    assert isinstance(loop, MultiInstance)
    assert loop.collection is not None
    assert loop.collection.text == "items"


def test_a_stored_file_of_the_first_meaning_is_read_as_before() -> None:
    text = attribute(draw(BOUNDARY), "<boundaryEvent", "cancelActivity", "0")
    model, issues = parse_stored(text, "p", FIRST, lambda _: None)
    assert model.catch_elements["Late"].interrupting
    assert issues == ()
    assert BpmnDocument.parse_stored(text, FIRST).issues == []
