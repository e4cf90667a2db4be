"""Messages and signals find whom they are for."""

from dataclasses import replace
from typing import Any

from bpmn_events.application.ports.transaction import ModelKey, ReceiverQuery
from bpmn_events.application.ports.write_set import EventStart, NewModel, WriteSet
from bpmn_events.domain.events import EventType, WaitingEvent
from bpmn_events.domain.ids import THROWN_EVENT, WAITING_EVENT, new_id, sibling_id
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.outbox import Audience
from bpmn_events.domain.pages import Position
from tests.contract.storage.samples import EVERYBODY, NOW, World, after, process_model

ALL = Audience()


async def receivers(world: World, **facts: Any) -> list[str]:
    given: dict[str, Any] = {"event_type": EventType.MESSAGE, "name": "payment", "audience": ALL, "limit": 10}
    async with world.database.write_store.transaction() as transaction:
        return [event.id for event in await transaction.receivers(ReceiverQuery(**given | facts))]


async def by_key(world: World, *keys: ModelKey, audience: Audience = ALL) -> list[str]:
    async with world.database.write_store.transaction() as transaction:
        return [event.id for event in await transaction.receivers_by_key("payment", keys, audience, 10)]


async def test_who_waits_for_the_name_and_kind_longest_first(world: World) -> None:
    (late,) = await world.waiting(waiting_since=after(5))
    (early,) = await world.waiting("hiring", "c-2")
    await world.waiting(event_name="other")
    await world.waiting(event_type=EventType.SIGNAL)
    assert await receivers(world) == [early.id, late.id]
    assert await receivers(world, limit=1) == [early.id]
    assert await receivers(world, name="nobody's") == await receivers(world, name="\0") == []


async def test_an_audience_narrows_to_model_correlation_and_lanes(world: World) -> None:
    (here,) = await world.waiting("order", "c-1", lane="Sales")
    (there,) = await world.waiting("order", "c-2")
    (elsewhere,) = await world.waiting("hiring", "c-1", lane="Boss")
    assert await receivers(world, audience=Audience(process_model_key="order")) == [here.id, there.id]
    assert await receivers(world, audience=Audience(correlation_id="c-1")) == [here.id, elsewhere.id]
    assert await receivers(world, audience=Audience(lanes=("Sales",))) == [here.id, there.id]
    assert await receivers(world, audience=Audience("hiring", "c-1", ("Sales",))) == []
    assert await receivers(world, without_root=here.root_instance_id) == [there.id, elsewhere.id]


async def test_those_with_and_without_correlation_keys(world: World) -> None:
    (plain,) = await world.waiting()
    (keyed,) = await world.waiting(correlation_keys={"order": '["4711"]'})
    assert await receivers(world) == [plain.id, keyed.id]
    assert await receivers(world, keyed=False) == [plain.id]
    assert await receivers(world, keyed=True) == [keyed.id]
    assert (await world.database.read_store.waiting_events_by_id([keyed.id], EVERYBODY))[keyed.id] == keyed


async def test_a_walk_goes_on_behind_a_position_and_ends_where_it_began(world: World) -> None:
    before = await world.waiting(count=5)
    thrown = new_id(THROWN_EVENT)
    await world.waiting(count=2)  # at the same instant, but after the throw
    await world.waiting(waiting_since=after(1))
    until = NOW, sibling_id(thrown, WAITING_EVENT)
    seen: list[str] = []
    position = None
    while found := await receivers(world, limit=2, until=until, after=position):
        seen += found
        position = Position(microseconds(NOW), found[-1])
    assert seen == [event.id for event in before]


async def test_a_key_finds_its_event_in_its_own_model_only(world: World) -> None:
    (order,) = await world.waiting("order", correlation_keys={"number": '["7"]', "region": '["EU"]'})
    (hiring,) = await world.waiting("hiring", "c-2", correlation_keys={"number": '["7"]'})
    await world.waiting("order", correlation_keys={"number": '["8"]'})
    await world.waiting("order", event_name="other", correlation_keys={"number": '["7"]'})
    assert await by_key(world, ModelKey(order.process_model_id, "number", '["7"]')) == [order.id]
    both = [ModelKey(each.process_model_id, "number", '["7"]') for each in (order, hiring)]
    assert await by_key(world, *both) == [order.id, hiring.id]
    assert await by_key(world, *both, audience=Audience("hiring")) == [hiring.id]
    assert await by_key(world, ModelKey(order.process_model_id, "region", '["7"]')) == []
    assert await by_key(world) == []


async def test_a_key_may_be_longer_than_any_index_takes(world: World) -> None:
    value = "9" * 100_000
    (event,) = await world.waiting(correlation_keys={"number": value})
    assert await by_key(world, ModelKey(event.process_model_id, "number", value)) == [event.id]
    assert await by_key(world, ModelKey(event.process_model_id, "number", value + "9")) == []


async def test_models_that_wait_with_keys(world: World) -> None:
    async def models() -> list[str]:
        async with world.database.write_store.transaction() as transaction:
            return await transaction.models_waiting_with_keys("payment")

    assert await models() == []
    await world.waiting("plain", "c-9")
    events = [
        (await world.waiting(key, "c-1", correlation_keys={"number": str(number)}))[0]
        for key in ("order", "hiring", "order", "incident")
        for number in range(3)
    ]
    assert await models() == sorted({event.process_model_id for event in events})
    await gone(world, *events)
    assert await models() == []


async def gone(world: World, *events: WaitingEvent) -> None:
    ids = [event.id for event in events]
    await world.write(WriteSet(triggered_events=ids, keyed_events_gone=ids))


async def test_an_event_may_go_on_waiting_with_other_keys(world: World) -> None:
    (event,) = await world.waiting(correlation_keys={"number": "1"})
    rekeyed = replace(event, correlation_keys={"number": "2", "region": "3"})
    await world.write(WriteSet(rekeyed_events={event.id: rekeyed}))
    assert await by_key(world, ModelKey(event.process_model_id, "number", "1")) == []
    assert await by_key(world, ModelKey(event.process_model_id, "region", "3")) == [event.id]
    assert (await world.database.read_store.waiting_events_by_id([event.id], EVERYBODY))[event.id] == rekeyed


async def test_start_events_are_those_of_the_latest_version(world: World) -> None:
    async def deploy(key: str, version: int, *elements: str) -> list[EventStart]:
        model = process_model(key, version)
        starts = [EventStart(EventType.MESSAGE, "payment", key, model.id, element) for element in elements]
        await world.write(WriteSet(new_models=[NewModel(model, "<xml/>", tuple(starts))]))
        return starts

    async def found(event_type: EventType = EventType.MESSAGE) -> list[EventStart]:
        async with world.database.write_store.transaction() as transaction:
            return await transaction.event_starts(event_type, "payment")

    await deploy("order", 1, "begin", "gone")
    hiring = await deploy("hiring", 1, "begin")
    order = await deploy("order", 2, "begin")
    assert await found() == [*hiring, *order]
    assert await found(EventType.SIGNAL) == []
    await deploy("order", 3)
    assert await found() == hiring


async def test_a_correlation_exists_or_not(world: World) -> None:
    await world.instance(correlation_id="c-1")
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.correlation_exists("c-1")
        assert not await transaction.correlation_exists("c-2")
        assert not await transaction.correlation_exists("\0")
