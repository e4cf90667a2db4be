"""Storage of thrown events until they are delivered, by one transaction at a time."""

import asyncio
from dataclasses import replace

import pytest

from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.application.ports.transaction import ClaimLost
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import EventType, TriggerSource
from bpmn_events.domain.outbox import Audience, FailedReceiver, ThrownEvent
from bpmn_events.domain.retries import Retry
from tests.contract.storage.samples import NOW, World, after, thrown_event


async def due_events(world: World, seconds: float = 0, limit: int = 10) -> list[ThrownEvent]:
    return list(await world.database.read_store.due_thrown_events(after(seconds), limit))


async def test_a_thrown_event_comes_back_as_it_was(world: World) -> None:
    full = thrown_event(
        event_type=EventType.MESSAGE,
        payload=None,
        source=TriggerSource.REST,
        root_instance_id="pi_1",
        correlation_id="c-1",
        audience=Audience("order", "c-1", ("Sales", "Boss")),
        since=after(1),
        after_id="we_1",
        target_event_id="we_2",
        target_start_id="begin",
        attempts=3,
    )
    await world.write(WriteSet(new_thrown_events=[full]))
    assert await due_events(world) == [full]
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.thrown_event(full.id) == full
        assert await transaction.thrown_event("th_0") is None


async def test_due_events_in_the_order_they_were_thrown(world: World) -> None:
    events = [thrown_event() for _ in range(4)]
    later = thrown_event(due_at=after(5))
    await world.write(WriteSet(new_thrown_events=[later, *events[::-1]]))
    assert await due_events(world) == events
    assert await due_events(world, limit=2) == events[:2]
    assert await due_events(world, 5) == [*events, later]
    assert await world.database.read_store.next_thrown_due() == NOW


async def test_an_empty_outbox(world: World) -> None:
    assert await due_events(world) == []
    assert await world.database.read_store.next_thrown_due() is None


async def test_a_signal_advances_and_an_event_is_postponed(world: World) -> None:
    event = thrown_event()
    await world.write(WriteSet(new_thrown_events=[event]))
    advanced = replace(event, since=NOW, after_id="we_7")
    await world.write(WriteSet(changed_thrown_events=[advanced]))
    assert await due_events(world) == [advanced]
    later = advanced.postpone(NOW, ProcessFailed("stuck"), FailedReceiver("order", "paid", "Sales"))
    assert later.retry == Retry(1, after(1), NOW, str(ProcessFailed("stuck")))
    await world.write(WriteSet(changed_thrown_events=[later]))
    assert await due_events(world, 0.9) == []
    assert await due_events(world, 1) == [later]


async def test_an_event_is_delivered_once(world: World) -> None:
    event = thrown_event()
    await world.write(WriteSet(new_thrown_events=[event]))
    await world.write(WriteSet(delivered_events=[event.id]))
    assert await due_events(world) == []
    with pytest.raises(ClaimLost):
        await world.write(WriteSet(delivered_events=[event.id]))


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_one_of_two_processes_delivers_at_a_time(world: World, url: str) -> None:
    other_process: Database = open_database(url)
    async with world.database.write_store.transaction() as ours:
        assert await ours.take_delivery_turn()
        assert await ours.take_delivery_turn()
        async with other_process.write_store.transaction() as theirs:
            assert not await theirs.take_delivery_turn()
    async with other_process.write_store.transaction() as theirs:
        assert await theirs.take_delivery_turn()
    await other_process.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_transaction_on_sqlite_may_always_deliver(world: World) -> None:
    async with world.database.write_store.transaction() as transaction:
        assert await transaction.take_delivery_turn()
        await asyncio.sleep(0)
