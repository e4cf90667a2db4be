"""BPMN files that are refused."""

import pytest

from bpmn_events.adapters.hosts.embedded.model.meaning import CURRENT
from bpmn_events.adapters.hosts.embedded.parsing.parser import parse, parse_stored
from bpmn_events.domain.errors import InvalidProcessModel
from tests.conformance.drawing import BPMN, draw

LONG = "x" * 256
LANE = f"<lane name='{LONG}'><flowNodeRef>A</flowNodeRef></lane>"


def reasons(text: str) -> str:
    with pytest.raises(InvalidProcessModel) as refusal:
        parse(text)
    return "; ".join(issue.message for issue in refusal.value.issues)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not well-formed"),
        ("{}", "not well-formed"),
        ("<a/>", "not `definitions`"),
        (f'<definitions xmlns="{BPMN}"/>', "no process"),
        (f'<definitions xmlns="{BPMN}"><process id="p" isExecutable="false"/></definitions>', "isExecutable"),
        (f'<definitions xmlns="{BPMN}"><process><task id="a"/></process></definitions>', "no usable id"),
        (f'<!DOCTYPE a [<!ENTITY b "c">]><definitions xmlns="{BPMN}"/>', "document type"),
        (f'<definitions xmlns="{BPMN}">' + "<a>" * 101 + "</a>" * 101 + "</definitions>", "100 deep"),
        ("\ud800", "surrogate"),
        (" " * 4_194_305, "4194305 bytes"),
        (draw("A > B").replace('id="B"', 'id="A"'), "used more than once"),
        (draw("A > B").replace('targetRef="B"', 'targetRef="C"'), "no flow node"),
        (draw(f"{LONG}: userTask"), "its id has 256 characters"),
        (draw(f"A: receiveTask message={LONG}"), "its name has 256 characters"),
        (draw(f'A: userTask\nL: laneSet xml="{LANE}"'), "lane's name"),
        (draw("start > " + " > ".join(f"A{number}" for number in range(10_000))), "more than 10000 flow nodes"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    refusal = reasons(text)
    assert reason in refusal
    assert "(see docs/bpmn-support.md#" in refusal


def test_an_encoding_declaration_is_ignored_in_text() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>\n' + draw("A: userTask")
    [model], _ = parse("\ufeff" + text)
    assert model.lines["A"] == 4


def test_elements_without_an_id_get_one_that_the_file_does_not_use() -> None:
    drawing = draw("A: userTask\nB: userTask\nC: task\nTaken: dataObject")
    drawing = drawing.replace(' id="A"', "").replace(' id="B"', ' id=""').replace('"Taken"', '"userTask_without_id_2"')
    nodes = parse(drawing)[0][0].nodes
    assert list(nodes) == ["userTask_without_id_1", "userTask_without_id_2_", "C"]
    assert list(parse_stored(drawing, "p", CURRENT, lambda _: None)[0].nodes) == list(nodes)
