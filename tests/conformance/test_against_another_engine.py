"""Models in this engine and in SpiffWorkflow: after every step, the same tasks must be open."""

from collections import Counter
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.json_schema import JsonSchemas
from tests.conformance.drawing import draw
from tests.conformance.engine_run import EngineRun
from tests.conformance.generated import simple_drawings
from tests.support.examples import examples

ENGINES: list[Engine] = [EmbeddedEngine(JsonSchemas())]


class SpiffRun:
    """An execution in SpiffWorkflow. Its tasks are finished by element id."""

    def __init__(self, bpmn_xml: str, variables: dict[str, Any]) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(BytesIO(bpmn_xml.encode())))
        spec, subprocesses = parser.get_spec("p"), parser.get_subprocess_specs("p")
        self._workflow = BpmnWorkflow(spec, subprocesses)
        self._workflow.set_data(**variables)
        start = self._workflow.get_next_task(spec_name="start")
        if start is not None:
            start.data.update(variables)
        self._workflow.do_engine_steps()

    def _open(self) -> list[Any]:
        return [task for task in self._workflow.get_tasks(state=TaskState.READY) if task.task_spec.manual]

    def summary(self) -> Counter[str]:
        return Counter(task.task_spec.bpmn_id for task in self._open())

    def finish(self, name: str) -> None:
        next(task for task in self._open() if task.task_spec.bpmn_id == name).run()
        self._workflow.do_engine_steps()


@pytest.mark.parametrize("engine", ENGINES, ids=["embedded"])
@given(drawing=simple_drawings(), level=st.integers(0, 1), data=st.data())
@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
def test_same_tasks_are_open_after_every_step(engine: Engine, drawing: str, level: int, data: st.DataObject) -> None:
    bpmn_xml = draw(drawing)
    run, spiff_run = EngineRun.load(engine, bpmn_xml), SpiffRun(bpmn_xml, {"level": level})
    run.start({"level": level})
    while True:
        assert Counter(task.element_id for task in run.tasks) == spiff_run.summary()
        if not run.tasks:
            break
        task = data.draw(st.sampled_from(run.tasks))
        run.finish(task.id, {})
        spiff_run.finish(task.element_id)
    assert run.summary() == "COMPLETED"
