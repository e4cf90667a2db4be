"""The lanes of waiting events, start events and tasks (BPMN 2.0.2, section 10.8)."""

from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from tests.conformance.drawing import draw

DRAWING = """
start > Work > Sub > end
Work: userTask
Late: boundaryEvent on=Work timer=PT1H
Sub: subProcess {
  startIn > Wait > endIn
  Wait: receiveTask
}
start > Free
Free: receiveTask
Lanes: laneSet xml="
  <lane id='L1' name='Sales'>
    <flowNodeRef>start</flowNodeRef><flowNodeRef>Work</flowNodeRef><flowNodeRef>Sub</flowNodeRef>
    <childLaneSet id='C'><lane id='L2' name='Clerks'><flowNodeRef>Work</flowNodeRef></lane></childLaneSet>
  </lane>
  <lane id='L3'><flowNodeRef>end</flowNodeRef></lane>"
""".replace("\n  <", "<").replace("\n    <", "<")


def test_an_element_has_or_inherits_the_innermost_lane(engine: Engine) -> None:
    [model] = engine.compile(draw(DRAWING)).models
    lanes = {element.element_id: element.lane for element in model.catch_elements.values()}
    assert lanes == {"Late": "Clerks", "Wait": "Sales", "Free": None}
    assert model.task_elements["Work"].lane == "Clerks"
    assert model.start_elements["start"].lane == "Sales"
