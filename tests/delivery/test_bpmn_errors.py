"""External tasks that end with a BPMN error in place of a result."""

import asyncio
from typing import Any

import pytest

from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES
from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    DomainError,
    Forbidden,
    InvalidArgument,
    InvalidPayload,
    ProcessModelNotFound,
    TaskNotFound,
)
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.domain.tasks import BpmnError
from tests.delivery.models import CHARGE, CHARGE_CALLER, TASKS
from tests.delivery.world import World, somebody


async def test_the_model_handles_the_error(world: World) -> None:
    await world.deploy(CHARGE)
    await world.start("charge", "c-1")
    (task,) = await world.tasks()
    outcome = await world.throw("charge", "c-1", task.id, "DECLINED", message="no money", result={"card": 7})
    assert (outcome.task, outcome.replayed) == (task, False)
    assert [each.element_id for each in outcome.next_open_tasks] == ["look"]
    assert [each.element_id for each in outcome.next_waiting_events] == ["go"]
    assert outcome.process_instance.state is ProcessInstanceState.RUNNING
    assert outcome.process_instance.variables == {"card": 7, "why": "no money"}
    assert [each.element_id for each in await world.tasks()] == ["look"]


async def test_an_unhandled_error_fails_the_instance(world: World) -> None:
    await world.deploy(CHARGE)
    await world.start("charge", "c-1")
    outcome = await world.throw("charge", "c-1", "card", "BROKEN", message="the reader is on fire")
    assert (outcome.next_open_tasks, outcome.next_waiting_events) == ((), ())
    (instance,) = await world.instances("c-1")
    assert instance == outcome.process_instance
    assert instance.state is ProcessInstanceState.FAILED
    assert instance.end_reason == ("the error 'BROKEN' (the reader is on fire), thrown at 'card', was not caught")
    assert (await world.tasks(), await world.waiting()) == ([], [])
    with pytest.raises(TaskNotFound):
        await world.finish("charge", "c-1", "card", kinds=EXTERNAL_TASK_TYPES)


async def test_a_calling_instance_handles_errors_of_the_called_process(world: World) -> None:
    await world.deploy(CHARGE, CHARGE_CALLER)
    await world.start("charge-caller", "c-1")
    outcome = await world.throw("charge", "c-1", "card", "BROKEN", result={"card": 7})
    assert [each.element_id for each in outcome.next_open_tasks] == ["apologise"]
    assert outcome.process_instance.state is ProcessInstanceState.FAILED
    states = {each.process_model_key: (each.state, each.variables) for each in await world.instances("c-1")}
    assert states == {
        "charge": (ProcessInstanceState.FAILED, {}),
        "charge-caller": (ProcessInstanceState.RUNNING, {"card": 7}),
    }


async def test_the_outcome_lists_only_tasks_in_the_callers_lanes(world: World) -> None:
    await world.deploy(CHARGE)
    await world.start("charge", "c-1")
    with pytest.raises(Forbidden, match="'Finance'"):
        await world.throw("charge", "c-1", "card", "DECLINED", by=somebody(lanes=["Boss"]))
    outcome = await world.throw("charge", "c-1", "card", "DECLINED", by=somebody(lanes=["Finance"]))
    assert outcome.next_open_tasks == ()


async def test_a_repeated_request_returns_the_first_outcome(world: World) -> None:
    await world.deploy(CHARGE)
    await world.start("charge", "c-1")
    first = await world.throw("charge", "c-1", "card", "DECLINED", message="no", idempotency_key="k")
    again = await world.throw("charge", "c-1", "card", "DECLINED", message="no", idempotency_key="k")
    assert (again.replayed, again.next_open_tasks) == (True, first.next_open_tasks)
    for other in (BpmnError("OTHER", "no"), BpmnError("DECLINED"), None):
        with pytest.raises(Conflict, match="already used"):
            await world.finish("charge", "c-1", "card", kinds=EXTERNAL_TASK_TYPES, idempotency_key="k", error=other)


async def test_one_of_many_concurrent_callers_ends_the_task(world: World) -> None:
    await world.deploy(CHARGE)
    await world.start("charge", "c-1")
    attempts = [world.throw("charge", "c-1", "card", "DECLINED") for _ in range(10)]
    attempts += [world.finish("charge", "c-1", "card", kinds=EXTERNAL_TASK_TYPES) for _ in range(10)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(outcome, TaskNotFound) for outcome in outcomes) == 19


async def test_people_do_not_end_their_tasks_with_errors(world: World) -> None:
    await world.deploy(TASKS)
    await world.start("approval", "c-1")
    with pytest.raises(TaskNotFound):
        await world.throw("approval", "c-1", "approve", "E")


@pytest.mark.parametrize(
    ("refusal", "arguments"),
    [
        (InvalidArgument, {"code": ""}),
        (InvalidArgument, {"code": "x" * 256}),
        (InvalidArgument, {"code": "a\0b"}),
        (InvalidArgument, {"message": "x" * 2001}),
        (InvalidArgument, {"message": "a\0b"}),
        (InvalidArgument, {"message": "\ud800"}),
        (InvalidPayload, {"result": []}),
        (InvalidPayload, {"result": {"a": 2**70}}),
        (ProcessModelNotFound, {"key": "nothing"}),
        (CorrelationNotFound, {"correlation": "nowhere"}),
        (TaskNotFound, {"task": "go"}),
    ],
)
async def test_refusals_change_nothing(world: World, refusal: type[DomainError], arguments: dict[str, Any]) -> None:
    await world.deploy(CHARGE)
    await world.start("charge", "c-1")
    with pytest.raises(refusal):
        await world.throw(**{"key": "charge", "correlation": "c-1", "task": "card", "code": "DECLINED", **arguments})
    assert [each.element_id for each in await world.tasks()] == ["card"]
