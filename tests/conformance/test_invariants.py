"""Invariants of every model and every order of triggers."""

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
from tests.conformance.engine_run import EngineRun
from tests.conformance.generated import drawings
from tests.support.examples import examples

ENGINES: list[Engine] = [EmbeddedEngine(JsonSchemas())]
MAX_STEPS = 12
ERROR = BpmnError("E")  # the drawings have handlers for it
RUNNING = ProcessInstanceState.RUNNING


def _try_step(run: EngineRun, kind: str, identifier: str, payload: dict[str, Any]) -> Step | None:
    """Return the step without applying it, or None if the process fails."""
    engine, execution = run.engine, run.execution
    try:
        if kind == "event":
            step = engine.trigger(run.models, execution, identifier, payload=payload, now=run.now)
        elif kind == "task":
            step = engine.finish_task(run.models, execution, identifier, result=payload, now=run.now)
        else:
            step = engine.throw_error(run.models, execution, identifier, error=ERROR, variables=payload, now=run.now)
    except ProcessFailed:
        return None
    assert step is not None, f"a listed {kind} is none"
    return step


def _check_step(before: EngineRun, step: Step, kind: str, identifier: str) -> None:
    waits, tasks = {wait.id for wait in step.waits}, {task.id for task in step.tasks}
    assert identifier not in waits | tasks, "a triggered event or finished task still waits"
    ended = {wait.id for wait in step.cancelled} | {caught.wait.id for caught in step.caught}
    assert not ended & waits
    triggered = {identifier} if kind == "event" else set()
    old = {wait.id for wait in before.waits}
    assert ended <= old - triggered, "an event that did not wait is reported as cancelled or caught"
    assert waits == (old - triggered - ended) | {wait.id for wait in step.added}
    assert len(waits) == len(step.waits)
    old_tasks = {task.id for task in before.tasks}
    closed_tasks = {task.id for task in step.closed_tasks}
    assert tasks == (old_tasks - closed_tasks) | {task.id for task in step.added_tasks}
    assert closed_tasks <= old_tasks
    assert (kind != "event") <= (identifier in closed_tasks)


def _check_instances(run: EngineRun) -> None:
    """Check that every running instance has a waiting event, an open task or a called instance."""
    assert run.step is not None
    waiting = {wait.instance_id for wait in run.step.waits} | {task.instance_id for task in run.step.tasks}
    running = [instance for instance in run.instances.values() if instance.state is RUNNING]
    calling = {instance.parent_id for instance in running if instance.parent_id}
    running_ids = {instance.id for instance in running}
    assert running_ids <= waiting | calling, "an instance runs with nothing to wait for"
    assert waiting <= running_ids
    assert (run.state is not None) == (run.root.state is RUNNING)
    if run.state is not None:
        ended = run.engine.terminate(run.execution, reason=None)
        assert (ended.cancelled, ended.closed_tasks) == (run.step.waits, run.step.tasks)


@pytest.mark.parametrize("engine", ENGINES, ids=["embedded"])
@given(drawing=drawings(), data=st.data())
@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
def test_invariants_hold_after_every_step(engine: Engine, drawing: str, data: st.DataObject) -> None:
    run = EngineRun.load(engine, draw(drawing))
    try:
        run.start({"level": data.draw(st.integers(0, 3)), "items": [1, 2]})
    except ProcessFailed:
        return
    for _ in range(MAX_STEPS):
        _check_instances(run)
        if run.state is None:
            return
        state = run.state
        actions = [("event", wait.id) for wait in run.waits]
        actions += [(kind, task.id) for task in run.tasks for kind in ("task", "error")]
        payload = data.draw(st.sampled_from([{}, {"level": 0}, {"level": 3}]))
        steps = {action: _try_step(run, *action, payload) for action in actions}
        assert run.state == state
        for action, step in steps.items():
            if step is not None:
                _check_step(run, step, *action)
        possible = [action for action, step in steps.items() if step is not None]
        if not possible:
            return
        kind, identifier = data.draw(st.sampled_from(possible))
        if kind == "event":
            run.trigger(identifier, payload)
        elif kind == "task":
            run.finish(identifier, payload)
        else:
            run.throw(identifier, ERROR.code, payload)
        if run.state is not None:
            again = engine.trigger(run.models, run.execution, identifier, payload={}, now=run.now)
            assert again is None, "it could be triggered twice"


@pytest.mark.parametrize("engine", ENGINES, ids=["embedded"])
def test_unknown_ids_give_no_step(engine: Engine) -> None:
    run = EngineRun.load(engine, draw("start > A\nA: userTask"))
    run.start({})
    execution = run.execution
    assert engine.trigger(run.models, execution, "we_nothing", payload=None, now=run.now) is None
    assert engine.trigger(run.models, execution, run.tasks[0].id, payload=None, now=run.now) is None
    assert engine.finish_task(run.models, execution, "ta_nothing", result={}, now=run.now) is None
    nothing: dict[str, Any] = {}
    ended = engine.throw_error(run.models, execution, "ta_nothing", error=ERROR, variables=nothing, now=run.now)
    assert ended is None
