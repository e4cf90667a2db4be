"""The executions of a batch: read once, advanced in memory, recorded for one write."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import MissingModel
from bpmn_events.adapters.hosts.embedded.execution.batch import ExecutionBatch
from bpmn_events.adapters.hosts.embedded.execution.step_result import StepResult
from bpmn_events.adapters.hosts.embedded.steps import Caught, Thrown
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import EventType, StartElement, TriggerSource, WaitingEvent
from bpmn_events.domain.processes import ProcessInstanceState
from tests.unit.host.fakes import FORMAT, NOW, FakeTransaction, Fixture, change, execution, step, task, wait

LATER = NOW + timedelta(hours=1)


async def event_of(batch: ExecutionBatch, identifier: str = "we_1") -> WaitingEvent:
    """A waiting event of the execution that the batch has loaded."""
    result = StepResult(step(waits=[wait(identifier)]), "pi_1", "c-1", NOW, None, execution().instances)
    return next(batch.waiting_events(result))


async def loaded(fixture: Fixture) -> tuple[ExecutionBatch, WaitingEvent]:
    batch = fixture.batch()
    await batch.load(["pi_1"])
    return batch, await event_of(batch)


async def test_a_step_changes_nothing_before_it_is_committed() -> None:
    fixture = Fixture()
    fixture.engine.steps = [step(change(b=2), waits=[wait("we_2")], added=[wait("we_2")])]
    batch, event = await loaded(fixture)
    result = await batch.trigger(event, {"b": 2}, LATER, "bob")
    assert result is not None
    assert result.instances["pi_1"].variables == {"b": 2}
    assert [each.id for each in batch.waiting_events(result)] == ["we_2"]
    assert batch.execution("pi_1") == execution()
    assert fixture.write_set == Fixture().write_set


async def test_a_later_command_sees_the_state_that_an_earlier_one_left() -> None:
    fixture = Fixture()
    fixture.engine.steps = [step(state=b"one"), step(state=b"two")]
    batch, event = await loaded(fixture)
    for _ in range(2):
        result = await batch.trigger(event, None, LATER, "bob")
        assert result is not None
        batch.commit(result)
    assert [state for _, (state, _) in fixture.engine.asked] == [b"before", b"one"]
    assert fixture.write_set.executions["pi_1"].state == b"two"
    assert fixture.transaction.read.count(("executions", ["pi_1"])) == 1


async def test_an_execution_that_has_ended_is_no_more() -> None:
    fixture = Fixture()
    fixture.engine.steps = [step(change(ended=True), state=None)]
    batch, event = await loaded(fixture)
    result = await batch.trigger(event, None, LATER, "bob")
    assert result is not None
    batch.commit(result, triggered=event)
    assert batch.execution("pi_1") is None
    assert await batch.trigger(event, None, LATER, "bob") is None
    written = fixture.write_set
    assert (written.executions["pi_1"].state, written.executions["pi_1"].format) == (None, FORMAT)
    ended = written.changed_instances["pi_1"]
    assert (ended.state, ended.ended_at) == (ProcessInstanceState.COMPLETED, LATER)


async def test_what_the_engine_does_not_find_has_no_outcome() -> None:
    fixture = Fixture()
    fixture.engine.steps = [None]
    batch, event = await loaded(fixture)
    assert await batch.trigger(event, None, LATER, "bob") is None


async def test_a_model_is_compiled_once_however_many_instances_run_on_it() -> None:
    fixture = Fixture(transaction=FakeTransaction({"pi_1": execution(), "pi_2": execution("pi_2")}))
    batch = fixture.batch()
    await batch.load(["pi_1", "pi_2"])
    await batch.load(["pi_1"])
    assert fixture.engine.compiled == 1
    assert ("models", ["pm_1"]) in fixture.transaction.read


async def test_the_engine_is_asked_again_with_the_model_that_it_needs() -> None:
    fixture = Fixture()
    fixture.engine.steps = [MissingModel(key="order"), step(state=b"one")]
    batch, event = await loaded(fixture)
    assert await batch.trigger(event, None, LATER, "bob") is not None
    assert batch.models.latest == {"order": "pm_1"}
    assert ("latest", ["order"]) in fixture.transaction.read


async def test_a_called_process_that_is_not_deployed_is_said_to_the_engine_and_asked_for_once() -> None:
    fixture = Fixture()
    fixture.engine.steps = [MissingModel(key="nothing"), MissingModel(key="nothing")]
    batch, event = await loaded(fixture)
    with pytest.raises(ProcessFailed, match="'nothing' is not deployed"):
        await batch.trigger(event, None, LATER, "bob")
    assert batch.models.latest == {"nothing": None}


async def test_a_heavy_execution_is_advanced_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    in_threads = []

    async def to_thread(function: object, *args: object) -> object:
        in_threads.append(function)
        return function(*args)  # type: ignore[operator]

    monkeypatch.setattr(asyncio, "to_thread", to_thread)
    for size, expected in ((100, 0), (100_000, 1)):
        fixture = Fixture(transaction=FakeTransaction({"pi_1": execution(state=b"x" * size)}))
        fixture.engine.steps = [step(state=b"y")]
        batch, event = await loaded(fixture)
        in_threads.clear()
        await batch.trigger(event, None, LATER, "bob")
        assert len(in_threads) == expected


async def test_a_start_is_recorded_with_its_correlation() -> None:
    fixture = Fixture()
    batch = fixture.batch()
    await batch.load_models(["pm_1"])

    fixture.engine.steps = [step(change("pi_9", started=True), state=b"new", added=[])]
    result = await batch.start("pm_1", None, {"a": 1}, "c-9", NOW, "bob")
    [(_, (_, given))] = fixture.engine.asked
    assert given == {"start_element_id": None, "variables": {"a": 1}, "now": NOW}
    batch.commit(result)
    instance = fixture.write_set.new_instances["pi_9"]
    assert (instance.correlation_id, instance.started_by, instance.process_model_key) == ("c-9", "bob", "order")
    assert instance.started_at == NOW


async def test_the_payload_of_a_start_event_may_go_into_one_variable() -> None:
    fixture = Fixture()
    batch = fixture.batch()
    await batch.load_models(["pm_1"])
    fixture.engine.steps = [step(change("pi_9", started=True))]
    await batch.start("pm_1", StartElement("start", payload_variable="order"), {"a": 1}, "c-9", NOW, "bob")
    (_, (_, given)) = fixture.engine.asked[0]
    assert (given["start_element_id"], given["variables"]) == ("start", {"order": {"a": 1}})


async def test_what_came_and_went_in_one_batch_is_not_written() -> None:
    fixture = Fixture()
    fixture.engine.steps = [
        step(added=[wait("we_2")], added_tasks=[task("ta_1")], waits=[wait("we_2")]),
        step(cancelled=[wait("we_2")], closed_tasks=[task("ta_1")]),
    ]
    batch, event = await loaded(fixture)
    for triggered in (event, None):
        result = await batch.trigger(event, None, LATER, "bob")
        assert result is not None
        batch.commit(result, triggered=triggered)
    written = fixture.write_set
    assert written.triggered_events == ["we_1"]
    assert (written.new_events, written.new_tasks, written.cancelled_tasks) == ({}, {}, [])
    # That it was there and was cancelled is remembered for late callers all the same.
    assert [each.id for each in written.cancelled_events] == ["we_2"]


async def test_what_is_triggered_in_the_batch_that_made_it_claims_nothing() -> None:
    fixture = Fixture()
    fixture.engine.steps = [step(added=[wait("we_2")]), step()]
    batch, event = await loaded(fixture)
    first = await batch.trigger(event, None, LATER, "bob")
    assert first is not None
    batch.commit(first, triggered=event)
    second_event = fixture.write_set.new_events["we_2"]
    second = await batch.trigger(second_event, None, LATER, "bob")
    assert second is not None
    batch.commit(second, triggered=second_event)
    assert (fixture.write_set.triggered_events, fixture.write_set.new_events) == (["we_1"], {})


async def test_keys_go_with_the_event_that_had_them() -> None:
    fixture = Fixture()
    keyed = wait("we_3", order="[1]")
    fixture.engine.steps = [step(rekeyed=[keyed], waits=[keyed]), step(cancelled=[keyed])]
    batch, event = await loaded(fixture)
    for _ in range(2):
        result = await batch.trigger(event, None, LATER, "bob")
        assert result is not None
        batch.commit(result)
        if fixture.engine.steps:
            assert fixture.write_set.rekeyed_events.keys() == {"we_3"}
    assert fixture.write_set.keyed_events_gone == ["we_3"]


async def test_what_the_execution_caught_itself_is_history_and_what_it_threw_is_due() -> None:
    fixture = Fixture()
    thrown = Thrown(EventType.SIGNAL, "alarm", {"level": 1}, "pi_1", "Paid")
    fixture.engine.steps = [step(caught=[Caught(wait("we_5"), {"level": 1})], thrown=[thrown])]
    batch, event = await loaded(fixture)
    result = await batch.trigger(event, None, LATER, "bob")
    assert result is not None
    batch.commit(result, triggered=event)
    written = fixture.write_set
    assert written.triggered_events == ["we_1", "we_5"]
    [record] = written.new_triggers
    assert (record.event_id, record.source, record.triggered_by) == ("we_5", TriggerSource.PROCESS, "system")
    [outgoing] = written.new_thrown
    assert (outgoing.name, outgoing.due_at, outgoing.root_instance_id) == ("alarm", LATER, "pi_1")


async def test_a_finished_task_is_a_claim_and_a_task_that_went_along_is_not() -> None:
    fixture = Fixture()
    fixture.engine.steps = [step(closed_tasks=[task("ta_1"), task("ta_2")])]
    batch, event = await loaded(fixture)
    result = await batch.trigger(event, None, LATER, "bob")
    assert result is not None
    finished, _ = batch.open_tasks(replace(result, step=step(tasks=[task("ta_1"), task("ta_2")])))
    batch.commit(result, finished=finished)
    assert (fixture.write_set.finished_tasks, fixture.write_set.cancelled_tasks) == (["ta_1"], ["ta_2"])
