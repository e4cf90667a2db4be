"""Objects that are written and read again are equal."""

from dataclasses import replace

import pytest

from bpmn_events.application.ports.write_set import ExecutionUpdate, NewModel, WriteSet
from bpmn_events.domain.events import CancelledEvent, ElementAddress, ElementType, EventType, TriggerSource
from bpmn_events.domain.idempotency import IdempotencyKey, IdempotencyRecord
from bpmn_events.domain.processes import Correlation, ProcessInstanceState
from tests.contract.storage.samples import (
    ALL_LANES,
    NOW,
    World,
    after,
    catch_element,
    ended,
    event_trigger,
    process_instance,
    process_model,
    viewer,
    waiting_event,
)


async def test_a_model_with_catch_elements(world: World) -> None:
    plain = catch_element()
    full = catch_element(
        element_id="late",
        element_type=ElementType.BOUNDARY_EVENT,
        event_type=EventType.TIMER,
        name=None,
        event_name=None,
        lane="Sales",
        interrupting=True,
        payload_schema={"type": "object", "properties": {"größe": {"type": "number"}}},
        payload_variable="answer",
    )
    never = catch_element(element_id="never", payload_schema=False)
    model = process_model(name=None, catch_elements={each.element_id: each for each in (plain, full, never)})
    await world.write(WriteSet(new_models=[NewModel(model, "<bpmn/>")]))
    read_store = world.database.read_store
    assert await read_store.models_by_id([model.id]) == {model.id: model}
    assert await read_store.latest_models(["order", "other"]) == {"order": model}
    assert await read_store.bpmn_xml([model.id]) == {model.id: "<bpmn/>"}
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.latest_models(["order"]) == {"order": model}
        assert await transaction.bpmn_xml([model.id]) == {model.id: "<bpmn/>"}


async def test_an_execution_with_a_called_instance(world: World) -> None:
    model = await world.model()
    root = process_instance(model, variables={"amount": 12.5, "nested": [None, True, {"ü": "\x00"}]})
    called = process_instance(model, root_id=root.id, parent_id=root.id)
    finished = ended(process_instance(model, root_id=root.id, parent_id=root.id), ProcessInstanceState.FAILED)
    instances = {each.id: each for each in (root, called, finished)}
    await world.write(
        WriteSet(
            new_correlations={"c-1": Correlation("c-1", NOW)},
            new_instances=instances,
            executions={root.id: ExecutionUpdate(root.id, 3, b"\x00\xff")},
        )
    )
    assert await world.database.read_store.instances_by_id([*instances, "pi_unknown"]) == instances
    assert await world.database.read_store.correlations_by_id(["c-1"]) == {"c-1": Correlation("c-1", NOW)}
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.instances(list(instances)) == instances
        (execution,) = (await transaction.executions([root.id, called.id, "pi_unknown"])).values()
    assert (execution.root_id, execution.correlation_id) == (root.id, "c-1")
    assert (execution.format, execution.state) == (3, b"\x00\xff")
    assert execution.instances == {root.id: root, called.id: called}


async def test_changes_of_instances_and_executions(world: World) -> None:
    first, second = await world.instance(), await world.instance("hiring", "c-2")
    advanced = replace(first, variables={"paid": True})
    await world.write(
        WriteSet(
            changed_instances={first.id: advanced, second.id: ended(second)},
            executions={
                first.id: ExecutionUpdate(first.id, 2, b"next"),
                second.id: ExecutionUpdate(second.id, 2, None),
            },
        )
    )
    assert await world.database.read_store.instances_by_id([first.id, second.id]) == {
        first.id: advanced,
        second.id: ended(second),
    }
    async with world.database.write_store.transaction() as transaction:
        executions = await transaction.executions([first.id, second.id])
    assert list(executions) == [first.id]
    assert (executions[first.id].format, executions[first.id].state) == (2, b"next")


async def test_an_instance_that_changes_in_the_batch_that_starts_it(world: World) -> None:
    instance = process_instance(await world.model())
    await world.write(
        WriteSet(
            new_correlations={"c-1": Correlation("c-1", NOW)},
            new_instances={instance.id: instance},
            changed_instances={instance.id: ended(instance)},
            executions={instance.id: ExecutionUpdate(instance.id, 1, None)},
        )
    )
    assert await world.database.read_store.instances_by_id([instance.id]) == {instance.id: ended(instance)}


@pytest.mark.parametrize("due_at", [None, after(3600)])
async def test_a_waiting_event(world: World, due_at: object) -> None:
    await world.element()
    event = waiting_event(
        await world.instance(),
        element_type=ElementType.EVENT_BASED_GATEWAY,
        event_type=EventType.TIMER,
        name="Zahlung\nüberfällig",
        event_name=None,
        lane="Verkauf",
        interrupting=True,
        due_at=due_at,
    )
    await world.write(WriteSet(new_events={event.id: event}))
    assert await world.database.read_store.waiting_events_by_id([event.id, "we_unknown"], ALL_LANES) == {
        event.id: event
    }
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.waiting_events([event.id, "we_unknown"]) == {event.id: event}


@pytest.mark.parametrize("payload", [None, {}, {"amount": 0.1, "lines": ["\x00", {"ü": None}]}])
async def test_an_event_trigger(world: World, payload: object) -> None:
    (event,) = await world.add_events(lane="Sales")
    trigger = await world.record_trigger(event, payload=payload, source=TriggerSource.TIMER, idempotency_key="k")
    read_store = world.database.read_store
    assert await read_store.triggers_by_event([event.id]) == {event.id: trigger}
    assert await read_store.triggers_by_id([trigger.id, event.id]) == {trigger.id: trigger}
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.waiting_events([event.id]) == {}


async def test_a_cancelled_event(world: World) -> None:
    (event,) = await world.add_events(lane="Sales")
    cancelled = CancelledEvent(
        event.id, "order", "c-1", event.process_instance_id, event.element_id, event.lane, after(5)
    )
    await world.write(WriteSet(cancelled_events=[cancelled]))
    assert await world.database.read_store.cancelled_events([event.id]) == {event.id: cancelled}
    assert await world.database.read_store.waiting_events_by_id([event.id], ALL_LANES) == {}


async def test_an_idempotency_record(world: World) -> None:
    key, other = IdempotencyKey("ada", "trigger", "k"), IdempotencyKey("ada", "trigger", "other")
    same_text = IdempotencyKey("k", "k", "k")
    record = IdempotencyRecord(key, b"\x00\x01", b'{"a":1}', NOW)
    twin = IdempotencyRecord(same_text, b"\x02", b"{}", NOW)
    await world.write(WriteSet(new_idempotency_records=[record, twin]))
    async with world.database.write_store.transaction() as transaction:
        stored = await transaction.idempotency_records([key, other, same_text])
        assert sorted(stored, key=lambda each: each.fingerprint) == [record, twin]
    read_store = world.database.read_store
    assert await read_store.has_idempotency_key("ada", "k")
    assert not await read_store.has_idempotency_key("ada", "other")
    assert not await read_store.has_idempotency_key("bob", "k")


async def test_a_correlation_keeps_its_first_start(world: World) -> None:
    await world.write(WriteSet(new_correlations={"c": Correlation("c", NOW)}))
    await world.write(WriteSet(new_correlations={"c": Correlation("c", after(9)), "d": Correlation("d", after(9))}))
    stored = await world.database.read_store.correlations_by_id(["c", "d"])
    assert stored == {"c": Correlation("c", NOW), "d": Correlation("d", after(9))}


async def test_waiting_events_at_an_address(world: World) -> None:
    late, *_ = await world.add_events(waiting_since=after(2))
    early, *_ = await world.add_events(waiting_since=after(1))
    await world.add_events(correlation_id="c-2")
    await world.add_events(key="hiring")
    await world.add_events(element_id="other")
    address, unknown = ElementAddress("order", "c-1", "paid"), ElementAddress("order", "c-1", "unknown")
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.waiting_events_at([address, unknown]) == {address: [early, late]}
    assert await world.database.read_store.last_triggers_at([address], ALL_LANES) == {}
    assert await world.database.read_store.cancelled_events_at([address], ALL_LANES) == {}


async def test_the_newest_trigger_and_cancellation_at_an_address(world: World) -> None:
    first, second, third, fourth = await world.add_events(count=4)
    await world.record_trigger(first)
    newest = await world.record_trigger(second)
    facts = ("order", "c-1", third.process_instance_id, "paid", None)
    late, early = CancelledEvent(third.id, *facts, after(9)), CancelledEvent(fourth.id, *facts, after(8))
    await world.write(WriteSet(cancelled_events=[late, early]))
    address, unknown = ElementAddress("order", "c-1", "paid"), ElementAddress("hiring", "c-1", "paid")
    assert await world.database.read_store.last_triggers_at([address, unknown], ALL_LANES) == {address: newest}
    assert await world.database.read_store.cancelled_events_at([address, unknown], ALL_LANES) == {address: late}


async def test_the_newest_trigger_and_cancellation_in_visible_lanes(world: World) -> None:
    """The versions of a model may have an element in different lanes."""
    lanes, events = ("Sales", "Boss", None, "Boss"), await world.add_events(count=8)
    triggers = [await world.record_trigger(event, lane=lane) for event, lane in zip(events[:4], lanes, strict=True)]
    cancelled = [
        CancelledEvent(event.id, "order", "c-1", event.process_instance_id, "paid", lane, after(number))
        for number, (event, lane) in enumerate(zip(events[4:], lanes, strict=True))
    ]
    await world.write(WriteSet(cancelled_events=cancelled))
    address, read_store = ElementAddress("order", "c-1", "paid"), world.database.read_store
    for caller, newest in ((ALL_LANES, 3), (viewer("Boss"), 3), (viewer("Sales"), 2), (viewer("Sales", "Boss"), 3)):
        assert await read_store.last_triggers_at([address], caller) == {address: triggers[newest]}
        assert await read_store.cancelled_events_at([address], caller) == {address: cancelled[newest]}


async def test_no_trigger_and_cancellation_in_visible_lanes(world: World) -> None:
    first, second = await world.add_events(count=2)
    await world.record_trigger(first, lane="Boss")
    gone = CancelledEvent(second.id, "order", "c-1", second.process_instance_id, "paid", "Boss", after(1))
    await world.write(WriteSet(cancelled_events=[gone]))
    address, read_store = ElementAddress("order", "c-1", "paid"), world.database.read_store
    assert await read_store.last_triggers_at([address], viewer("Sales")) == {}
    assert await read_store.cancelled_events_at([address], viewer("Sales")) == {}


async def test_a_batch_larger_than_any_limit_on_parameters(world: World) -> None:
    events = await world.add_events(count=3000)
    everything = {event.id: event for event in events}
    assert await world.database.read_store.waiting_events_by_id(list(everything), ALL_LANES) == everything
    triggers = [event_trigger(event) for event in events]
    await world.write(WriteSet(triggered_events=list(everything), new_triggers=triggers))
    stored = await world.database.read_store.triggers_by_event(list(everything))
    assert stored == {trigger.event_id: trigger for trigger in triggers}
