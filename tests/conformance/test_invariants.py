"""What holds in every model, whatever is triggered in whatever order."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.hosts.embedded.steps import Step
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.domain.tasks import BpmnError
from tests.conformance.drawing import draw
from tests.conformance.generated import drawings
from tests.conformance.running import Running

ENGINES: list[Engine] = [EmbeddedEngine(JsonSchemas())]
MAX_STEPS = 12
ERROR = BpmnError("E")  # the one that the drawings have handlers for
RUNNING = ProcessInstanceState.RUNNING


def _act(running: Running, kind: str, identifier: str, payload: dict[str, Any]) -> Step | None:
    """The step that triggering or finishing it would be; None where the process cannot go on from it."""
    engine, execution = running.engine, running.execution
    try:
        if kind == "event":
            step = engine.trigger(running.models, execution, identifier, payload=payload, now=running.now)
        elif kind == "task":
            step = engine.finish_task(running.models, execution, identifier, result=payload, now=running.now)
        else:
            step = engine.throw_error(
                running.models, execution, identifier, error=ERROR, variables=payload, now=running.now
            )
    except ProcessFailed:
        return None
    assert step is not None, f"a listed {kind} is none"
    return step


def _check(before: Running, step: Step, kind: str, identifier: str) -> None:
    waits, tasks = {wait.id for wait in step.waits}, {task.id for task in step.tasks}
    assert identifier not in waits | tasks, "what was triggered still waits"
    gone = {wait.id for wait in step.cancelled} | {each.wait.id for each in step.caught}
    assert not gone & waits
    triggered = {identifier} if kind == "event" else set()
    old = {wait.id for wait in before.waits}
    assert gone <= old - triggered, "what did not wait before was reported as gone"
    assert waits == (old - triggered - gone) | {wait.id for wait in step.added}
    assert len(waits) == len(step.waits)
    old_tasks = {task.id for task in before.tasks}
    closed_tasks = {task.id for task in step.closed_tasks}
    assert tasks == (old_tasks - closed_tasks) | {task.id for task in step.added_tasks}
    assert closed_tasks <= old_tasks
    assert (kind != "event") <= (identifier in closed_tasks)


def _check_instances(running: Running) -> None:
    """Every instance that runs waits for something, or for an instance it called."""
    assert running.step is not None
    waiting = {wait.instance_id for wait in running.step.waits} | {task.instance_id for task in running.step.tasks}
    calling = {each.parent_id for each in running.instances.values() if each.state is RUNNING and each.parent_id}
    running_ids = {each.id for each in running.instances.values() if each.state is RUNNING}
    assert running_ids <= waiting | calling, "an instance runs with nothing to wait for"
    assert waiting <= running_ids
    assert (running.state is not None) == (running.root.state is RUNNING)
    if running.state is not None:
        ended = running.engine.terminate(running.execution, reason=None)
        assert (ended.cancelled, ended.closed_tasks) == (running.step.waits, running.step.tasks)


@pytest.mark.parametrize("engine", ENGINES, ids=["embedded"])
@given(drawing=drawings(), data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_triggered(engine: Engine, drawing: str, data: st.DataObject) -> None:
    running = Running.of(engine, draw(drawing))
    try:
        running.start({"level": data.draw(st.integers(0, 3)), "items": [1, 2]})
    except ProcessFailed:
        return
    for _ in range(MAX_STEPS):
        _check_instances(running)
        if running.state is None:
            return
        state = running.state
        listed = [("event", wait.id) for wait in running.waits]
        listed += [(kind, task.id) for task in running.tasks for kind in ("task", "error")]
        payload = data.draw(st.sampled_from([{}, {"level": 0}, {"level": 3}]))
        steps = {chosen: _act(running, *chosen, payload) for chosen in listed}
        assert running.state == state
        for chosen, step in steps.items():
            if step is not None:
                _check(running, step, *chosen)
        possible = [chosen for chosen, step in steps.items() if step is not None]
        if not possible:
            return
        kind, identifier = data.draw(st.sampled_from(possible))
        if kind == "event":
            running.trigger(identifier, payload)
        elif kind == "task":
            running.finish(identifier, payload)
        else:
            running.throw(identifier, ERROR.code, payload)
        if running.state is not None:
            again = engine.trigger(running.models, running.execution, identifier, payload={}, now=running.now)
            assert again is None, "it could be triggered twice"


@pytest.mark.parametrize("engine", ENGINES, ids=["embedded"])
def test_what_does_not_wait_is_none(engine: Engine) -> None:
    running = Running.of(engine, draw("start > A\nA: userTask"))
    running.start({})
    execution = running.execution
    assert engine.trigger(running.models, execution, "we_nothing", payload=None, now=running.now) is None
    assert engine.trigger(running.models, execution, running.tasks[0].id, payload=None, now=running.now) is None
    assert engine.finish_task(running.models, execution, "ta_nothing", result={}, now=running.now) is None
    nothing: dict[str, Any] = {}
    ended = engine.throw_error(running.models, execution, "ta_nothing", error=ERROR, variables=nothing, now=running.now)
    assert ended is None
