"""The limit on what a process instance stores: steps that exceed it are refused, and change nothing."""

from datetime import timedelta

import pytest
import pytest_asyncio

from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.domain.errors import InvalidPayload, ProcessFailed
from bpmn_events.domain.events import EventType
from bpmn_events.domain.processes import ProcessInstanceState
from bpmn_events.domain.tasks import BpmnError
from tests.conformance.drawing import draw
from tests.delivery.world import ADA, World

LIMIT = 2_000
HALF, MOST, TOO_MUCH = "x" * 1_100, "x" * 1_900, "x" * 2_100

STEPS = draw("start > One > Two > Work > Three > end\nWork: userTask" + "".join(
    f"\n{name}: receiveTask message={name.lower()}" for name in ("One", "Two", "Three")
), "steps")  # fmt: skip
DOUBLE = draw("""
start > Go > Double > Wait > end
Go: receiveTask message=go
Double: scriptTask script="text = text + text"
Wait: receiveTask message=wait
""", "double")  # fmt: skip
LOCAL = draw("""
start > Sub > end
Sub: subProcess ext="<camunda:inputOutput><camunda:inputParameter name='text'>a</camunda:inputParameter>\
<camunda:outputParameter name='size'>1</camunda:outputParameter></camunda:inputOutput>" {
  startIn > Wait > Again > endIn
  Wait: receiveTask message=local
  Again: receiveTask message=again
}
""", "local")  # fmt: skip
CALLER = draw("""
start > Go > Call > end
Go: receiveTask message=go
Call: callActivity calls=callee ext="<camunda:in source='text' target='text'/>"
process callee {
  startIn > Inside > endIn
  Inside: receiveTask message=inside
}
""", "caller")  # fmt: skip
TIMER = draw("""
start > Later > Double > Wait > end
Later: intermediateCatchEvent timer=PT1H
Double: scriptTask script="text = text + text"
Wait: receiveTask message=wait
""", "timer")  # fmt: skip
WORKER = draw("""
start > Charge > end
Charge: serviceTask
Failed: boundaryEvent on=Charge error=declined
Failed > Ask > end
Ask: userTask
""", "worker")  # fmt: skip
MANY = draw("start > Vote > end\nVote: userTask multi=500", "many")


@pytest_asyncio.fixture
async def world(world: World) -> World:
    set_limit(world, LIMIT)
    return world


def set_limit(world: World, max_bytes: int) -> None:
    world.runtime.host.dependencies.max_instance_bytes = max_bytes


def assert_too_large(error: InvalidPayload) -> None:
    (violation,) = error.violations
    assert (violation.path, violation.keyword) == ("", "maxBytes")
    assert f"at most {LIMIT} are allowed" in violation.message


async def test_a_payload_that_makes_the_instance_too_large_is_refused(world: World) -> None:
    await world.deploy(STEPS)
    await world.start("steps", "c-1")
    await world.trigger("steps", "c-1", "One", a=HALF)
    with pytest.raises(InvalidPayload) as refused:
        await world.trigger("steps", "c-1", "Two", b=HALF)
    assert_too_large(refused.value)
    (instance,) = await world.instances("c-1")
    assert instance.variables == {"a": HALF}
    assert await world.waiting() == ["steps/c-1/Two"]
    await world.trigger("steps", "c-1", "Two", a=MOST)
    assert await world.waiting() == []


async def test_a_dry_run_refuses_what_a_trigger_would(world: World) -> None:
    await world.deploy(STEPS)
    await world.start("steps", "c-1")
    with pytest.raises(InvalidPayload):
        await world.runtime.services.trigger_event(
            ADA, TriggerEvent("steps", "c-1", "One", {"a": TOO_MUCH}, dry_run=True)
        )


async def test_an_instance_does_not_start_with_too_much(world: World) -> None:
    await world.deploy(STEPS)
    with pytest.raises(InvalidPayload):
        await world.runtime.services.start_instance(ADA, StartInstance("steps", "c-1", payload={"a": TOO_MUCH}))
    assert await world.instances("c-1") == []


async def test_results_of_tasks_and_variables_of_errors_count_as_payloads(world: World) -> None:
    await world.deploy(STEPS, WORKER)
    await world.start("steps", "c-1")
    await world.trigger("steps", "c-1", "One", a=HALF)
    await world.trigger("steps", "c-1", "Two")
    with pytest.raises(InvalidPayload):
        await world.finish("steps", "c-1", "Work", result={"b": HALF})
    await world.start("worker", "c-2", a=HALF)
    with pytest.raises(InvalidPayload):
        await world.finish("worker", "c-2", "Charge", kinds=EXTERNAL_TASK_TYPES, result={"b": HALF})
    with pytest.raises(InvalidPayload):
        await world.finish("worker", "c-2", "Charge", error=BpmnError("declined"), result={"b": HALF})
    assert sorted(task.element_id for task in await world.tasks()) == ["Charge", "Work"]


async def test_a_process_that_grows_by_itself_fails(world: World) -> None:
    await world.deploy(DOUBLE)
    await world.start("double", "c-1", text=HALF)
    with pytest.raises(ProcessFailed, match=f"at 'Go': .* at most {LIMIT} are allowed") as refused:
        await world.trigger("double", "c-1", "Go", note="small")
    assert refused.value.element_id == "Go"
    assert await world.waiting() == ["double/c-1/Go"]


async def test_a_timer_that_makes_the_instance_too_large_is_tried_again(world: World) -> None:
    await world.deploy(TIMER)
    await world.start("timer", "c-1", text=HALF)
    world.clock.now += timedelta(hours=2)
    await world.fire()
    assert await world.waiting() == ["timer/c-1/Later"]
    set_limit(world, 2 * LIMIT)
    world.clock.now += timedelta(hours=2)
    await world.fire()
    assert await world.waiting() == ["timer/c-1/Wait"]


async def test_local_variables_count(world: World) -> None:
    await world.deploy(LOCAL)
    await world.start("local", "c-1", a=HALF)
    with pytest.raises(InvalidPayload):
        await world.trigger("local", "c-1", "Wait", text=HALF)
    await world.trigger("local", "c-1", "Wait", text="small")
    await world.trigger("local", "c-1", "Again", text=HALF)  # the subprocess ends, and its variables with it
    (instance,) = await world.instances("c-1")
    assert instance.variables == {"a": HALF, "size": "1"}


async def test_a_called_instance_has_a_limit_of_its_own(world: World) -> None:
    await world.deploy(CALLER)
    await world.start("caller", "c-1")
    with pytest.raises(InvalidPayload):
        await world.trigger("caller", "c-1", "Go", text=TOO_MUCH)
    await world.trigger("caller", "c-1", "Go", text=HALF)
    with pytest.raises(InvalidPayload):
        await world.trigger("callee", "c-1", "Inside", more=HALF)
    await world.trigger("callee", "c-1", "Inside", more="small")
    assert {instance.state for instance in await world.instances("c-1")} == {ProcessInstanceState.COMPLETED}


async def test_an_instance_over_the_limit_goes_on_without_growing(world: World) -> None:
    await world.deploy(STEPS)
    set_limit(world, 10 * LIMIT)
    await world.start("steps", "c-1")
    await world.trigger("steps", "c-1", "One", a=HALF * 3)
    set_limit(world, LIMIT)
    with pytest.raises(InvalidPayload):
        await world.trigger("steps", "c-1", "Two", b=HALF)
    await world.trigger("steps", "c-1", "Two", count=10)
    await world.finish("steps", "c-1", "Work", result={"count": 11})
    (instance,) = await world.instances("c-1")
    assert instance.variables == {"a": HALF * 3, "count": 11}
    await world.trigger("steps", "c-1", "Three")
    (instance,) = await world.instances("c-1")
    assert instance.state is ProcessInstanceState.COMPLETED


async def test_an_instance_over_the_limit_can_be_terminated(world: World) -> None:
    await world.deploy(STEPS)
    set_limit(world, 10 * LIMIT)
    instance = await world.start("steps", "c-1", a=HALF * 3)
    set_limit(world, LIMIT)
    assert (await world.terminate(instance)).state is ProcessInstanceState.TERMINATED


async def test_waiting_events_tasks_and_tokens_do_not_count(world: World) -> None:
    await world.deploy(MANY)
    await world.start("many", "c-1", a=MOST)
    first, *_ = await world.tasks()
    await world.finish("many", "c-1", first.id)
    assert len(await world.tasks()) == 499


LISTENERS = {
    EventType.MESSAGE: draw("start > Hear > end\nHear: receiveTask message=loud", "listener"),
    EventType.SIGNAL: draw("start > Hear > end\nHear: intermediateCatchEvent signal=loud", "listener"),
}
SHOUTERS = {
    event_type: draw(
        f"start > Go > Shout > end\nGo: receiveTask message=go\n"
        f"Shout: intermediateThrowEvent {event_type.lower()}=loud ext='<events:payload>{{b: b}}</events:payload>'",
        "shouter",
    )
    for event_type in LISTENERS
}
STARTED = draw("start > Wait > end\nstart: startEvent message=loud\nWait: receiveTask message=wait", "started")


@pytest.mark.parametrize("event_type", list(LISTENERS))
async def test_a_caller_learns_that_the_only_receiver_has_no_room(world: World, event_type: EventType) -> None:
    await world.deploy(LISTENERS[event_type])
    await world.start("listener", "c-1", a=HALF)
    with pytest.raises(InvalidPayload) as refused:
        await world.send(event_type, "loud", payload={"b": HALF})
    assert_too_large(refused.value)
    assert await world.waiting() == ["listener/c-1/Hear"]


async def test_the_other_receivers_of_a_signal_are_not_affected(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.deploy(LISTENERS[EventType.SIGNAL])
    await world.start("listener", "c-1", a=HALF)
    await world.start("listener", "c-2")
    outcome = await world.signal("loud", payload={"b": HALF})
    assert [trigger.correlation_id for trigger in outcome.triggers] == ["c-2"]
    assert not outcome.pending
    assert await world.waiting() == ["listener/c-1/Hear"]
    assert "The signal 'loud' is not for listener/Hear: the process instance would store" in caplog.text


@pytest.mark.parametrize("event_type", list(LISTENERS))
async def test_a_receiver_of_a_thrown_event_without_room_is_passed_over(
    world: World, event_type: EventType, caplog: pytest.LogCaptureFixture
) -> None:
    await world.deploy(LISTENERS[event_type], SHOUTERS[event_type])
    await world.start("listener", "c-1", a=HALF)
    await world.start("shouter", "c-1", b=HALF)
    await world.trigger("shouter", "c-1", "Go")
    await world.deliver()
    assert await world.waiting() == ["listener/c-1/Hear"]
    assert await world.thrown() == []
    assert f"The {event_type.lower()} 'loud' is not for listener/Hear: the process instance" in caplog.text


async def test_a_message_that_one_receiver_has_no_room_for_goes_to_the_next(world: World) -> None:
    await world.deploy(LISTENERS[EventType.MESSAGE], SHOUTERS[EventType.MESSAGE], STARTED)
    await world.start("listener", "c-1", a=HALF)
    await world.start("shouter", "c-1", b=HALF)
    await world.trigger("shouter", "c-1", "Go")
    await world.deliver()
    assert await world.waiting() == ["listener/c-1/Hear", "started/c-1/Wait"]


async def test_a_start_event_has_no_room_for_too_large_a_message(world: World) -> None:
    await world.deploy(SHOUTERS[EventType.MESSAGE], STARTED)
    set_limit(world, 10 * LIMIT)
    await world.start("shouter", "c-1", b=TOO_MUCH)
    await world.trigger("shouter", "c-1", "Go")
    set_limit(world, LIMIT)
    await world.deliver()
    assert (await world.waiting(), await world.thrown()) == ([], [])
