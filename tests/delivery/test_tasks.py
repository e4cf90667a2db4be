"""Open tasks: listed by lane, and finished once."""

import asyncio
from typing import Any

import pytest

from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    Forbidden,
    InvalidArgument,
    InvalidPayload,
    ProcessModelNotFound,
    TaskAmbiguous,
    TaskNotFound,
    Unauthorized,
)
from bpmn_events.domain.principal import Permission
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.domain.tasks import TaskType
from tests.delivery.models import IMPATIENT, PAYER, SHOP, TASKS, TWICE
from tests.delivery.world import World, somebody


async def test_a_process_waits_at_a_task_until_it_is_finished(world: World) -> None:
    await world.deploy(TASKS)
    instance = await world.start("approval", "c-1")
    (task,) = await world.tasks()
    assert (task.element_id, task.task_type, task.name, task.lane) == ("approve", TaskType.USER, "Approve it", "Boss")
    assert (task.process_instance_id, task.correlation_id) == (instance.id, "c-1")
    outcome = await world.finish("approval", "c-1", task.id, result={"approved": True})
    assert (outcome.task, outcome.replayed, outcome.next_waiting_events) == (task, False, ())
    assert outcome.process_instance.variables == {"approved": True}
    assert [each.element_id for each in outcome.next_open_tasks] == ["bill"]
    assert [each.element_id for each in await world.tasks()] == ["bill"]
    outcome = await world.finish("approval", "c-1", "bill", kinds=EXTERNAL_TASK_TYPES)
    assert [each.element_id for each in outcome.next_waiting_events] == ["go"]
    assert await world.tasks() == []


async def test_a_finished_task_cannot_be_finished_again(world: World) -> None:
    await world.deploy(TASKS)
    await world.start("approval", "c-1")
    (task,) = await world.tasks()
    await world.finish("approval", "c-1", task.id)
    for name in (task.id, "approve"):
        with pytest.raises(TaskNotFound):
            await world.finish("approval", "c-1", name)


async def test_one_of_many_concurrent_callers_finishes_the_task(world: World, rival: World) -> None:
    await world.deploy(TASKS)
    await world.start("approval", "c-1")
    (task,) = await world.tasks()
    callers = [(world, rival)[number % 2] for number in range(20)]
    outcomes = await asyncio.gather(
        *(caller.finish("approval", "c-1", task.id) for caller in callers), return_exceptions=True
    )
    assert sum(isinstance(outcome, TaskNotFound) for outcome in outcomes) == 19
    assert [each.element_id for each in await world.tasks()] == ["bill"]


async def test_a_repeated_request_returns_the_first_outcome(world: World) -> None:
    await world.deploy(TASKS)
    await world.start("approval", "c-1")
    first = await world.finish("approval", "c-1", "approve", result={"a": 1}, idempotency_key="k")
    again = await world.finish("approval", "c-1", "approve", result={"a": 1}, idempotency_key="k")
    assert again.replayed
    assert (again.task, again.next_open_tasks) == (first.task, first.next_open_tasks)
    with pytest.raises(Conflict, match="already used"):
        await world.finish("approval", "c-1", "bill", kinds=EXTERNAL_TASK_TYPES, idempotency_key="k")
    with pytest.raises(Conflict, match="already used"):
        await world.finish("approval", "c-1", "approve", result={"a": 2}, idempotency_key="k")


async def test_people_and_programs_finish_tasks_of_their_own_types(world: World) -> None:
    await world.deploy(TASKS)
    await world.start("approval", "c-1")
    (task,) = await world.tasks()
    for name in (task.id, "approve"):
        with pytest.raises(TaskNotFound):
            await world.finish("approval", "c-1", name, kinds=EXTERNAL_TASK_TYPES)
    await world.finish("approval", "c-1", "approve")
    with pytest.raises(TaskNotFound):
        await world.finish("approval", "c-1", "bill")


async def test_an_element_with_several_open_tasks_is_ambiguous(world: World) -> None:
    await world.deploy(TWICE)
    await world.start("twice", "c-1")
    first, second = await world.tasks()
    with pytest.raises(TaskAmbiguous) as refused:
        await world.finish("twice", "c-1", "approve")
    assert refused.value.candidates == (first, second)
    await world.finish("twice", "c-1", second.id)
    outcome = await world.finish("twice", "c-1", "approve")
    assert outcome.task == first
    assert outcome.process_instance.state is ProcessInstanceState.COMPLETED


async def test_a_lane_is_the_permission_to_see_and_finish(world: World) -> None:
    await world.deploy(TASKS)
    await world.start("approval", "c-1")
    clerk = somebody(lanes=["Clerk"])
    assert await world.tasks(clerk) == []
    assert len(await world.tasks(somebody(lanes=["Boss"]))) == 1
    with pytest.raises(Forbidden, match="'Boss'"):
        await world.finish("approval", "c-1", "approve", by=clerk)
    assert len(await world.tasks()) == 1


async def test_missing_targets_are_refused_in_the_order_of_the_contract(world: World) -> None:
    await world.deploy(TASKS)
    await world.start("approval", "c-1")
    await world.start("approval", "c-2")
    (first, _) = await world.tasks()
    with pytest.raises(ProcessModelNotFound):
        await world.finish("nothing", "nowhere", first.id)
    with pytest.raises(CorrelationNotFound):
        await world.finish("approval", "nowhere", first.id)
    for name in ("nothing", "", "\0", "x" * 1000):
        with pytest.raises(TaskNotFound):
            await world.finish("approval", "c-1", name)
    with pytest.raises(TaskNotFound):
        await world.finish("approval", "c-2", first.id)


async def test_the_first_checks_are_those_of_every_trigger(world: World) -> None:
    await world.deploy(TASKS)
    await world.start("approval", "c-1")
    finish = world.runtime.services.finish_task
    request = FinishTask("approval", "c-1", "approve", frozenset({TaskType.USER}))
    with pytest.raises(Unauthorized):
        await finish(None, request)
    with pytest.raises(Forbidden, match="events:trigger"):
        await finish(somebody(Permission.EVENTS_READ), request)
    results: list[Any] = [[], "text", {"a": float("nan")}, {"a": 2**70}, {"a": "x" * 300_000}]
    for result in results:
        with pytest.raises(InvalidPayload):
            await world.finish("approval", "c-1", "approve", result=result)
    with pytest.raises(InvalidArgument):
        await world.finish("approval", "c-1", "approve", idempotency_key="")


async def test_a_task_is_gone_with_its_instance(world: World) -> None:
    await world.deploy(TASKS)
    instance = await world.start("approval", "c-1")
    await world.terminate(instance)
    assert await world.tasks() == []
    with pytest.raises(TaskNotFound):
        await world.finish("approval", "c-1", "approve")


async def test_a_timer_cancels_its_task_and_a_finished_task_its_timer(world: World) -> None:
    await world.deploy(IMPATIENT)
    await world.start("impatient", "c-1")
    await world.start("impatient", "c-2")
    await world.finish("impatient", "c-2", "approve")
    assert await world.waiting() == ["impatient/c-1/late"]
    world.clock.advance(hours=1)
    await world.fire()
    assert await world.tasks() == []
    assert await world.waiting() == []
    assert await world.triggered() == ["impatient/c-1/late"]


async def test_a_message_thrown_after_a_task_is_delivered(world: World) -> None:
    by_hand = PAYER.replace('<intermediateCatchEvent id="go">', '<userTask id="go">').replace(
        '<messageEventDefinition id="d_go" messageRef="M_go"/></intermediateCatchEvent>', "</userTask>"
    )
    await world.deploy(by_hand, SHOP)
    await world.start("shop", "c-1")
    await world.start("payer", "c-1")
    await world.finish("payer", "c-1", "go", result={"amount": 1, "order": 2})
    await world.deliver()
    assert await world.triggered() == ["shop/c-1/paid", "shop/c-1/after"]
