"""Lookups of the receivers of messages and signals."""

from dataclasses import replace
from typing import Any

from bpmn_events.application.ports.transaction import CorrelationKeyValue, ReceiverQuery
from bpmn_events.application.ports.write_set import EventStart, NewModel, WriteSet
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.ids import WAITING_EVENT, sibling_id
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.outbox import Audience
from bpmn_events.domain.pages import Position
from tests.contract.storage.samples import ALL_LANES, NOW, World, after, process_model, thrown_event

UNRESTRICTED = Audience()


async def find_receivers(world: World, **facts: Any) -> list[str]:
    defaults: dict[str, Any] = {
        "event_type": EventType.MESSAGE,
        "name": "payment",
        "audience": UNRESTRICTED,
        "limit": 10,
    }
    async with world.database.write_store.transaction() as transaction:
        return [event.id for event in await transaction.receivers(ReceiverQuery(**defaults | facts))]


async def find_by_key(world: World, *keys: CorrelationKeyValue, audience: Audience = UNRESTRICTED) -> list[str]:
    async with world.database.write_store.transaction() as transaction:
        return [event.id for event in await transaction.receivers_by_key("payment", keys, audience, 10)]


async def test_receivers_by_name_and_type_longest_waiting_first(world: World) -> None:
    (late,) = await world.add_events(waiting_since=after(5))
    (early,) = await world.add_events("hiring", "c-2")
    await world.add_events(event_name="other")
    await world.add_events(event_type=EventType.SIGNAL)
    assert await find_receivers(world) == [early.id, late.id]
    assert await find_receivers(world, limit=1) == [early.id]
    assert await find_receivers(world, name="nobody's") == await find_receivers(world, name="\0") == []


async def test_an_audience_restricts_model_correlation_and_lanes(world: World) -> None:
    (here,) = await world.add_events("order", "c-1", lane="Sales")
    (there,) = await world.add_events("order", "c-2")
    (elsewhere,) = await world.add_events("hiring", "c-1", lane="Boss")
    assert await find_receivers(world, audience=Audience(process_model_key="order")) == [here.id, there.id]
    assert await find_receivers(world, audience=Audience(correlation_id="c-1")) == [here.id, elsewhere.id]
    assert await find_receivers(world, audience=Audience(lanes=("Sales",))) == [here.id, there.id]
    assert await find_receivers(world, audience=Audience("hiring", "c-1", ("Sales",))) == []
    assert await find_receivers(world, without_root=here.root_instance_id) == [there.id, elsewhere.id]


async def test_receivers_with_and_without_correlation_keys(world: World) -> None:
    (plain,) = await world.add_events()
    (keyed,) = await world.add_events(correlation_keys={"order": '["4711"]'})
    assert await find_receivers(world) == [plain.id, keyed.id]
    assert await find_receivers(world, keyed=False) == [plain.id]
    assert await find_receivers(world, keyed=True) == [keyed.id]
    assert (await world.database.read_store.waiting_events_by_id([keyed.id], ALL_LANES))[keyed.id] == keyed


async def test_receivers_after_a_position_that_already_waited_at_the_throw(world: World) -> None:
    before = await world.add_events(count=5, event_type=EventType.SIGNAL)
    await world.write(WriteSet(new_thrown_events=[event := thrown_event()]))
    await world.add_events(count=2, event_type=EventType.SIGNAL)  # at the same instant, but stored after the throw
    # By a server whose clock is behind.
    await world.add_events(waiting_since=after(-1), event_type=EventType.SIGNAL)
    async with world.database.write_store.transaction() as transaction:
        thrown = await transaction.thrown_event(event.id)
    assert thrown is not None
    seen: list[str] = []
    position = None
    limit = (thrown.position, sibling_id(thrown.id, WAITING_EVENT))
    while batch := await find_receivers(world, event_type=EventType.SIGNAL, limit=2, before=limit, after=position):
        seen += batch
        position = Position(microseconds(NOW), batch[-1])
    assert seen == [event.id for event in before]


async def test_a_key_matches_in_its_own_model_only(world: World) -> None:
    (order,) = await world.add_events("order", correlation_keys={"number": '["7"]', "region": '["EU"]'})
    (hiring,) = await world.add_events("hiring", "c-2", correlation_keys={"number": '["7"]'})
    await world.add_events("order", correlation_keys={"number": '["8"]'})
    await world.add_events("order", event_name="other", correlation_keys={"number": '["7"]'})
    assert await find_by_key(world, CorrelationKeyValue(order.process_model_id, "number", '["7"]')) == [order.id]
    both = [CorrelationKeyValue(each.process_model_id, "number", '["7"]') for each in (order, hiring)]
    assert await find_by_key(world, *both) == [order.id, hiring.id]
    assert await find_by_key(world, *both, audience=Audience("hiring")) == [hiring.id]
    assert await find_by_key(world, CorrelationKeyValue(order.process_model_id, "region", '["7"]')) == []
    assert await find_by_key(world) == []


async def test_a_key_longer_than_an_index_entry(world: World) -> None:
    value = "9" * 100_000
    (event,) = await world.add_events(correlation_keys={"number": value})
    assert await find_by_key(world, CorrelationKeyValue(event.process_model_id, "number", value)) == [event.id]
    assert await find_by_key(world, CorrelationKeyValue(event.process_model_id, "number", value + "9")) == []


async def test_models_waiting_with_keys(world: World) -> None:
    async def models() -> list[str]:
        async with world.database.write_store.transaction() as transaction:
            return await transaction.models_waiting_with_keys("payment")

    assert await models() == []
    await world.add_events("plain", "c-9")
    events = [
        (await world.add_events(key, "c-1", correlation_keys={"number": str(number)}))[0]
        for key in ("order", "hiring", "order", "incident")
        for number in range(3)
    ]
    assert await models() == sorted({event.process_model_id for event in events})
    await remove(world, *events)
    assert await models() == []


async def remove(world: World, *events: WaitingEvent) -> None:
    ids = [event.id for event in events]
    await world.write(WriteSet(triggered_events=ids, removed_keyed_events=ids))


async def test_an_event_with_changed_keys(world: World) -> None:
    (event,) = await world.add_events(correlation_keys={"number": "1"})
    rekeyed = replace(event, correlation_keys={"number": "2", "region": "3"})
    await world.write(WriteSet(rekeyed_events={event.id: rekeyed}))
    assert await find_by_key(world, CorrelationKeyValue(event.process_model_id, "number", "1")) == []
    assert await find_by_key(world, CorrelationKeyValue(event.process_model_id, "region", "3")) == [event.id]
    assert (await world.database.read_store.waiting_events_by_id([event.id], ALL_LANES))[event.id] == rekeyed


async def test_start_events_are_those_of_the_latest_version(world: World) -> None:
    async def deploy(key: str, version: int, *elements: str) -> list[EventStart]:
        model = process_model(key, version)
        starts = [EventStart(EventType.MESSAGE, "payment", key, model.id, element) for element in elements]
        await world.write(WriteSet(new_models=[NewModel(model, "<xml/>", tuple(starts))]))
        return starts

    async def find_starts(event_type: EventType = EventType.MESSAGE) -> list[EventStart]:
        async with world.database.write_store.transaction() as transaction:
            return await transaction.event_starts(event_type, "payment")

    await deploy("order", 1, "begin", "gone")
    hiring = await deploy("hiring", 1, "begin")
    order = await deploy("order", 2, "begin")
    assert await find_starts() == [*hiring, *order]
    assert await find_starts(EventType.SIGNAL) == []
    await deploy("order", 3)
    assert await find_starts() == hiring


async def test_a_correlation_exists_or_not(world: World) -> None:
    await world.instance(correlation_id="c-1")
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.correlation_exists("c-1")
        assert not await transaction.correlation_exists("c-2")
        assert not await transaction.correlation_exists("\0")
