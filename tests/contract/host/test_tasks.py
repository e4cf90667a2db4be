"""End of open tasks, and termination of instances."""

import asyncio
from typing import Any

import pytest

from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES, PERSON_TASK_TYPES
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.terminate_instance import TerminateInstance
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.ports.process_host import TargetNotFound
from bpmn_events.domain.errors import Conflict, ProcessInstanceNotFound, TaskAmbiguous
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.domain.tasks import BpmnError, TaskType
from tests.contract.host.stage import Stage, in_lane

TASKS = """
start > Approve > Charge > end
Approve: userTask
Charge: serviceTask
Declined: boundaryEvent on=Charge error=DECLINED
Declined > Apology > end2
Apology: receiveTask message=sorry
"""
TWICE = """
start > Approve > end
Approve: userTask multi=2
"""
CALLS = """
start > Call > end
Call: callActivity calls=q
Late: boundaryEvent on=Call timer=PT1H
Late > end2
process q {
start2 > Work > end3
Work: userTask
}
"""


def finish(
    task: str, kinds: frozenset[TaskType] = PERSON_TASK_TYPES, result: Any = None, key: str | None = None
) -> Any:
    return FinishTask("p", "c-1", task, kinds, result, key)


def throw(task: str, code: str, variables: Any = None, key: str | None = None) -> Any:
    return ThrowError("p", "c-1", task, BpmnError(code), variables, key)


async def test_the_tasks_of_a_model(stage: Stage, other: Stage) -> None:
    """Another server process has not compiled the model yet."""
    (model,) = (await stage.deploy_xml(in_lane(TASKS, "Approve"))).models
    for host in (stage.host, other.host):
        elements = await host.task_elements(model.id)
        assert {each.element_id: (each.task_type, each.lane) for each in elements.values()} == {
            "Approve": (TaskType.USER, "Finance"),
            "Charge": (TaskType.EXTERNAL, None),
        }


async def test_the_result_of_a_task_becomes_variables(stage: Stage) -> None:
    await stage.deploy(TASKS)
    await stage.start()
    outcome = await stage.host.finish_task(stage.submitted(finish("Approve", result={"by": "ada"})))
    assert outcome.task.element_id == "Approve"
    assert outcome.process_instance.variables == {"by": "ada"}
    assert [each.element_id for each in outcome.next_open_tasks] == ["Charge"]
    assert await stage.tasks() == list(outcome.next_open_tasks)


async def test_a_task_ends_once_and_only_as_its_type_allows(stage: Stage) -> None:
    await stage.deploy(TASKS)
    await stage.start()
    for command in (finish("Approve", EXTERNAL_TASK_TYPES), finish("Charge"), finish("Nothing")):
        with pytest.raises(TargetNotFound):
            await stage.host.finish_task(stage.submitted(command))
    with pytest.raises(TargetNotFound):
        await stage.host.throw_error(stage.submitted(throw("Approve", "DECLINED")))
    attempts = [stage.host.finish_task(stage.submitted(finish("Approve"))) for _ in range(10)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(each, TargetNotFound) for each in outcomes) == 9


async def test_an_error_is_caught_by_the_boundary_event(stage: Stage) -> None:
    await stage.deploy(TASKS)
    await stage.start()
    await stage.host.finish_task(stage.submitted(finish("Approve")))
    outcome = await stage.host.throw_error(stage.submitted(throw("Charge", "DECLINED", {"why": "limit"})))
    assert [each.element_id for each in outcome.next_waiting_events] == ["Apology"]
    assert outcome.process_instance.variables == {"why": "limit"}
    assert await stage.stops() == "Apology"


async def test_an_uncaught_error_fails_the_instance(stage: Stage) -> None:
    await stage.deploy(TASKS)
    await stage.start()
    await stage.host.finish_task(stage.submitted(finish("Approve")))
    outcome = await stage.host.throw_error(stage.submitted(throw("Charge", "OTHER")))
    assert outcome.process_instance.state is ProcessInstanceState.FAILED
    assert "OTHER" in (outcome.process_instance.end_reason or "")
    assert await stage.stops() == ""


async def test_a_key_covers_results_and_errors_of_a_task(stage: Stage) -> None:
    await stage.deploy(TASKS)
    await stage.start()
    await stage.host.finish_task(stage.submitted(finish("Approve")))
    first = await stage.host.throw_error(stage.submitted(throw("Charge", "DECLINED", key="k")))
    again = await stage.host.throw_error(stage.submitted(throw("Charge", "DECLINED", key="k")))
    assert (again.replayed, again.task) == (True, first.task)
    with pytest.raises(Conflict):
        await stage.host.finish_task(stage.submitted(finish("Charge", EXTERNAL_TASK_TYPES, key="k")))


async def test_one_of_several_open_tasks_is_finished_by_its_id(stage: Stage) -> None:
    await stage.deploy(TWICE)
    await stage.start()
    with pytest.raises(TaskAmbiguous) as refused:
        await stage.host.finish_task(stage.submitted(finish("Approve")))
    await stage.host.finish_task(stage.submitted(finish(refused.value.candidates[0].id)))
    assert await stage.stops() == "[Approve]"


async def test_termination_ends_every_called_instance(stage: Stage) -> None:
    await stage.deploy(CALLS)
    root = (await stage.start()).process_instance
    (late,) = await stage.waits()
    ended = await stage.host.terminate(stage.submitted(TerminateInstance(root.id, "no longer wanted")))
    assert (ended.state, ended.end_reason) == (ProcessInstanceState.TERMINATED, "no longer wanted")
    assert ended.ended_at == stage.clock.now
    assert {each.state for each in await stage.instances()} == {ProcessInstanceState.TERMINATED}
    assert await stage.stops() == ""
    # A late caller learns that the event was cancelled.
    assert (await stage.read_store.cancelled_events([late.id])).keys() == {late.id}


async def test_an_invalid_termination_is_refused(stage: Stage) -> None:
    await stage.deploy(CALLS)
    root = (await stage.start()).process_instance
    called = next(each for each in await stage.instances() if each.parent_id)
    with pytest.raises(Conflict, match=root.id):
        await stage.host.terminate(stage.submitted(TerminateInstance(called.id)))
    with pytest.raises(ProcessInstanceNotFound):
        await stage.host.terminate(stage.submitted(TerminateInstance("pi_nothing")))
    await stage.host.terminate(stage.submitted(TerminateInstance(root.id)))
    with pytest.raises(Conflict, match="already ended"):
        await stage.host.terminate(stage.submitted(TerminateInstance(root.id)))


async def test_one_of_several_concurrent_callers_terminates_the_instance(stage: Stage) -> None:
    await stage.deploy(TASKS)
    root = (await stage.start()).process_instance
    attempts = [stage.host.terminate(stage.submitted(TerminateInstance(root.id))) for _ in range(5)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(each, Conflict) for each in outcomes) == 4
