"""Executions of a batch: read once, advanced in memory, recorded in the write set."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bpmn_events.adapters.hosts.embedded.engine_port import Engine, MissingModel, StepTooLong
from bpmn_events.adapters.hosts.embedded.execution.batch import ExecutionBatch
from bpmn_events.adapters.hosts.embedded.execution.model_catalog import ModelCatalog
from bpmn_events.adapters.hosts.embedded.execution.step_result import StepResult
from bpmn_events.adapters.hosts.embedded.execution.step_runner import LOOP_LIMIT
from bpmn_events.adapters.hosts.embedded.steps import Caught, Thrown
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import EventType, StartElement, TriggerSource, WaitingEvent
from bpmn_events.domain.outbox import AT_ONCE
from bpmn_events.domain.processes import ProcessInstanceState
from tests.unit.host.fakes import FORMAT, NOW, FakeTransaction, Fixture, change, execution, step, task, wait

LATER = NOW + timedelta(hours=1)


async def first_event(batch: ExecutionBatch, identifier: str = "we_1") -> WaitingEvent:
    """Return a waiting event of the execution that the batch has loaded."""
    result = StepResult(step(waits=[wait(identifier)]), "pi_1", "c-1", NOW, None, execution().instances)
    return next(batch.waiting_events(result))


async def load_batch(fixture: Fixture) -> tuple[ExecutionBatch, WaitingEvent]:
    batch = fixture.batch()
    await batch.load(["pi_1"])
    return batch, await first_event(batch)


async def test_a_step_changes_nothing_before_it_is_committed() -> None:
    fixture = Fixture()
    fixture.engine.steps = [step(change(b=2), waits=[wait("we_2")], added=[wait("we_2")])]
    batch, event = await load_batch(fixture)
    result = await batch.trigger(event, {"b": 2}, LATER, "bob")
    assert result is not None
    assert result.instances["pi_1"].variables == {"b": 2}
    assert [each.id for each in batch.waiting_events(result)] == ["we_2"]
    assert batch.execution("pi_1") == execution()
    assert fixture.write_set == Fixture().write_set


async def test_a_later_command_continues_from_the_state_of_an_earlier_one() -> None:
    fixture = Fixture()
    fixture.engine.steps = [step(state=b"one"), step(state=b"two")]
    batch, event = await load_batch(fixture)
    for _ in range(2):
        result = await batch.trigger(event, None, LATER, "bob")
        assert result is not None
        await batch.commit(result)
    assert [state for _, (state, _) in fixture.engine.calls] == [b"before", b"one"]
    assert fixture.write_set.executions["pi_1"].state == b"two"
    assert fixture.transaction.read.count(("executions", ["pi_1"])) == 1


async def test_an_ended_execution_is_removed() -> None:
    fixture = Fixture()
    fixture.engine.steps = [step(change(ended=True), state=None)]
    batch, event = await load_batch(fixture)
    result = await batch.trigger(event, None, LATER, "bob")
    assert result is not None
    await batch.commit(result, triggered=event)
    assert batch.execution("pi_1") is None
    assert await batch.trigger(event, None, LATER, "bob") is None
    write_set = fixture.write_set
    assert (write_set.executions["pi_1"].state, write_set.executions["pi_1"].format) == (None, FORMAT)
    ended = write_set.changed_instances["pi_1"]
    assert (ended.state, ended.ended_at) == (ProcessInstanceState.COMPLETED, LATER)


async def test_an_event_that_no_longer_waits_has_no_result() -> None:
    fixture = Fixture()
    fixture.engine.steps = [None]
    batch, event = await load_batch(fixture)
    assert await batch.trigger(event, None, LATER, "bob") is None


async def test_an_execution_is_deferred_until_its_model_is_compiled() -> None:
    fixture = Fixture(transaction=FakeTransaction({"pi_1": execution(), "pi_2": execution("pi_2")}))
    fixture.catalog = ModelCatalog(cast("Engine", fixture.engine), fixture.transaction)
    batch = fixture.batch()
    await batch.load(["pi_1", "pi_2"])
    waits = []
    for root_id in ("pi_1", "pi_2"):
        with pytest.raises(Deferral) as deferred:
            batch.execution(root_id)
        assert deferred.value.wait is not None
        waits.append(deferred.value.wait())
    await asyncio.gather(*waits)
    assert fixture.engine.compiled == 1
    again = fixture.batch()
    await again.load(["pi_1", "pi_2"])
    assert again.execution("pi_1") == execution()


async def test_a_step_runs_again_with_the_missing_model() -> None:
    fixture = Fixture()
    fixture.engine.steps = [MissingModel(key="order"), step(state=b"one")]
    batch, event = await load_batch(fixture)
    assert await batch.trigger(event, None, LATER, "bob") is not None
    assert batch.models.latest == {"order": "pm_1"}
    assert ("latest", ["order"]) in fixture.transaction.read


async def test_a_called_process_that_is_not_deployed_is_looked_up_once() -> None:
    fixture = Fixture()
    fixture.engine.steps = [MissingModel(key="nothing"), MissingModel(key="nothing")]
    batch, event = await load_batch(fixture)
    with pytest.raises(ProcessFailed, match="'nothing' is not deployed"):
        await batch.trigger(event, None, LATER, "bob")
    assert batch.models.latest == {"nothing": None}


@pytest.mark.parametrize(("size", "thread"), [(100, "MainThread"), (100_000, "steps_0")])
async def test_a_heavy_execution_is_advanced_in_a_thread(size: int, thread: str) -> None:
    fixture = Fixture(transaction=FakeTransaction({"pi_1": execution(state=b"x" * size)}))
    fixture.engine.steps = [step(state=b"y")]
    batch, event = await load_batch(fixture)
    await batch.trigger(event, None, LATER, "bob")
    assert fixture.engine.threads == [thread]


async def test_a_step_that_is_too_long_for_the_event_loop_runs_again_in_a_thread() -> None:
    fixture = Fixture()
    fixture.engine.steps = [StepTooLong(), step(state=b"one"), step(state=b"two")]
    batch, event = await load_batch(fixture)
    batch.steps.may_take_long = True
    for _ in range(2):
        result = await batch.trigger(event, None, LATER, "bob")
        assert result is not None
        await batch.commit(result)
    # The step in the thread was short, so the next one runs in the event loop again.
    assert fixture.engine.threads == ["MainThread", "steps_0", "MainThread"]
    assert fixture.write_set.executions["pi_1"].state == b"two"


async def test_a_start_is_recorded_with_its_correlation() -> None:
    fixture = Fixture()
    batch = fixture.batch()
    batch.load_models(["pm_1"])

    fixture.engine.steps = [step(change("pi_9", started=True), state=b"new", added=[])]
    result = await batch.start("pm_1", None, {"a": 1}, "c-9", NOW, "bob")
    [(_, (_, arguments))] = fixture.engine.calls
    assert arguments == {"start_element_id": None, "variables": {"a": 1}, "now": NOW, "limit": LOOP_LIMIT}
    await batch.commit(result)
    instance = fixture.write_set.new_instances["pi_9"]
    assert (instance.correlation_id, instance.started_by, instance.process_model_key) == ("c-9", "bob", "order")
    assert instance.started_at == NOW


async def test_the_payload_of_a_start_event_may_go_into_one_variable() -> None:
    fixture = Fixture()
    batch = fixture.batch()
    batch.load_models(["pm_1"])
    fixture.engine.steps = [step(change("pi_9", started=True))]
    await batch.start("pm_1", StartElement("start", payload_variable="order"), {"a": 1}, "c-9", NOW, "bob")
    (_, (_, arguments)) = fixture.engine.calls[0]
    assert (arguments["start_element_id"], arguments["variables"]) == ("start", {"order": {"a": 1}})


async def test_events_and_tasks_added_and_removed_in_one_batch_are_not_written() -> None:
    fixture = Fixture()
    fixture.engine.steps = [
        step(added=[wait("we_2")], added_tasks=[task("ta_1")], waits=[wait("we_2")]),
        step(cancelled=[wait("we_2")], closed_tasks=[task("ta_1")]),
    ]
    batch, event = await load_batch(fixture)
    for triggered in (event, None):
        result = await batch.trigger(event, None, LATER, "bob")
        assert result is not None
        await batch.commit(result, triggered=triggered)
    write_set = fixture.write_set
    assert write_set.triggered_events == ["we_1"]
    assert (write_set.new_events, write_set.new_tasks, write_set.cancelled_tasks) == ({}, {}, [])
    # The cancelled event is remembered for late callers all the same.
    assert [each.id for each in write_set.cancelled_events] == ["we_2"]


async def test_an_event_triggered_in_the_batch_that_added_it_is_no_claim() -> None:
    fixture = Fixture()
    fixture.engine.steps = [step(added=[wait("we_2")]), step()]
    batch, event = await load_batch(fixture)
    first = await batch.trigger(event, None, LATER, "bob")
    assert first is not None
    await batch.commit(first, triggered=event)
    second_event = fixture.write_set.new_events["we_2"]
    second = await batch.trigger(second_event, None, LATER, "bob")
    assert second is not None
    await batch.commit(second, triggered=second_event)
    assert (fixture.write_set.triggered_events, fixture.write_set.new_events) == (["we_1"], {})


async def test_the_keys_of_a_cancelled_event_are_deleted() -> None:
    fixture = Fixture()
    keyed = wait("we_3", order="[1]")
    fixture.engine.steps = [step(rekeyed=[keyed], waits=[keyed]), step(cancelled=[keyed])]
    batch, event = await load_batch(fixture)
    for _ in range(2):
        result = await batch.trigger(event, None, LATER, "bob")
        assert result is not None
        await batch.commit(result)
        if fixture.engine.steps:
            assert fixture.write_set.rekeyed_events.keys() == {"we_3"}
    assert fixture.write_set.removed_keyed_events == ["we_3"]
    assert fixture.write_set.rekeyed_events == {}


async def test_caught_events_become_triggers_and_thrown_events_enter_the_outbox() -> None:
    fixture = Fixture()
    thrown = Thrown(EventType.SIGNAL, "alarm", {"level": 1}, "pi_1", "Paid")
    fixture.engine.steps = [step(caught=[Caught(wait("we_5"), {"level": 1})], thrown=[thrown])]
    batch, event = await load_batch(fixture)
    result = await batch.trigger(event, None, LATER, "bob")
    assert result is not None
    await batch.commit(result, triggered=event)
    write_set = fixture.write_set
    assert write_set.triggered_events == ["we_1", "we_5"]
    [record] = write_set.new_triggers
    assert (record.event_id, record.source, record.triggered_by) == ("we_5", TriggerSource.PROCESS, "system")
    [outgoing] = write_set.new_thrown_events
    assert (outgoing.name, outgoing.due_at, outgoing.root_instance_id) == ("alarm", AT_ONCE, "pi_1")


async def test_a_finished_task_is_a_claim_and_a_cancelled_task_is_not() -> None:
    fixture = Fixture()
    fixture.engine.steps = [step(closed_tasks=[task("ta_1"), task("ta_2")])]
    batch, event = await load_batch(fixture)
    result = await batch.trigger(event, None, LATER, "bob")
    assert result is not None
    finished, _ = batch.open_tasks(replace(result, step=step(tasks=[task("ta_1"), task("ta_2")])))
    await batch.commit(result, finished=finished)
    assert (fixture.write_set.finished_tasks, fixture.write_set.cancelled_tasks) == (["ta_1"], ["ta_2"])


async def test_models_that_are_not_cached_are_read_together() -> None:
    fixture = Fixture()
    found = await fixture.catalog.fetch_all(["pm_1", "pm_2", "pm_3"])
    assert sorted(found) == ["pm_1", "pm_2", "pm_3"]
    assert fixture.transaction.read == [("models", ["pm_2", "pm_3"]), ("texts", ["pm_2", "pm_3"])]
    await fixture.catalog.fetch_all(["pm_3", "pm_2"])
    assert fixture.engine.compiled == 2
