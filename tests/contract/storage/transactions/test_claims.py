"""Concurrent writers: one of them gets each claim, and the transactions of the others are rolled back."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy.exc import IntegrityError

from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.application.ports.transaction import ClaimLost
from bpmn_events.application.ports.write_set import ExecutionUpdate, NewModel, WriteSet
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.idempotency import IdempotencyKey, IdempotencyRecord
from bpmn_events.domain.processes import Correlation
from tests.contract.storage.samples import (
    ALL_LANES,
    NOW,
    World,
    event_trigger,
    process_instance,
    process_model,
    waiting_event,
)


@pytest_asyncio.fixture
async def other_process(url: str) -> AsyncIterator[Database]:
    """Open the same database a second time, as another process does."""
    opened = open_database(url)
    yield opened
    await opened.close()


async def claim(database: Database, event: WaitingEvent, barrier: asyncio.Barrier | None = None) -> EventTrigger | None:
    """Trigger the event and return the record, or None if the event no longer waits."""
    if barrier:
        await barrier.wait()
    async with database.write_store.transaction() as transaction:
        if not await transaction.waiting_events([event.id]):
            return None
        trigger = event_trigger(event)
        await transaction.write(WriteSet(triggered_events=[event.id], new_triggers=[trigger]))
        return trigger


async def test_one_of_two_processes_claims_an_event(world: World, other_process: Database) -> None:
    for event in await world.add_events(count=20):
        barrier = asyncio.Barrier(2)
        results = await asyncio.gather(
            claim(world.database, event, barrier), claim(other_process, event, barrier), return_exceptions=True
        )
        (winner,) = [result for result in results if isinstance(result, EventTrigger)]
        assert [result for result in results if result is not winner and result is not None] in (
            [],
            [result for result in results if isinstance(result, ClaimLost)],
        )
        assert await world.database.read_store.triggers_by_event([event.id]) == {event.id: winner}


async def test_one_of_many_callers_in_a_process_claims_an_event(world: World) -> None:
    (event,) = await world.add_events()
    results = await asyncio.gather(*(claim(world.database, event) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(result, EventTrigger) for result in results) == 1
    assert all(result is None or isinstance(result, EventTrigger | ClaimLost) for result in results)


async def test_an_event_that_is_gone_cannot_be_claimed(world: World) -> None:
    first, second = await world.add_events(count=2)
    await world.record_trigger(first)
    both = [first.id, second.id]
    with pytest.raises(ClaimLost):
        await world.write(WriteSet(triggered_events=both, new_triggers=[event_trigger(second)]))
    assert list(await world.database.read_store.waiting_events_by_id(both, ALL_LANES)) == [second.id]
    assert list(await world.database.read_store.triggers_by_event(both)) == [first.id]


async def test_an_event_is_recorded_as_triggered_once(world: World) -> None:
    (event,) = await world.add_events()
    await world.record_trigger(event)
    with pytest.raises(ClaimLost):
        await world.write(WriteSet(new_triggers=[event_trigger(event)]))


async def test_an_idempotency_key_is_taken_once(world: World) -> None:
    record = IdempotencyRecord(IdempotencyKey("ada", "trigger", "k"), b"1", b"{}", NOW)
    await world.write(WriteSet(new_idempotency_records=[record]))
    (event,) = await world.add_events()
    with pytest.raises(ClaimLost):
        await world.write(WriteSet(triggered_events=[event.id], new_idempotency_records=[record]))
    assert list(await world.database.read_store.waiting_events_by_id([event.id], ALL_LANES)) == [event.id]


async def test_a_model_version_is_taken_once(world: World) -> None:
    await world.write(WriteSet(new_models=[NewModel(process_model(version=1), "<first/>")]))
    with pytest.raises(ClaimLost):
        await world.write(WriteSet(new_models=[NewModel(process_model(version=1), "<second/>")]))


async def test_a_foreign_key_violation_is_not_a_lost_claim(world: World) -> None:
    event = waiting_event(process_instance(process_model()))
    with pytest.raises(IntegrityError):
        await world.write(WriteSet(new_events={event.id: event}))


async def test_a_block_that_raises_is_rolled_back(world: World) -> None:
    instance = await world.instance()
    (claimed,) = await world.add_events()
    added = waiting_event(instance)
    write_set = WriteSet(
        new_correlations={"c-9": Correlation("c-9", NOW)},
        executions={instance.id: ExecutionUpdate(instance.id, 2, b"changed")},
        triggered_events=[claimed.id],
        new_events={added.id: added},
        new_triggers=[event_trigger(claimed)],
    )

    async def write_and_fail() -> None:
        async with world.database.write_store.transaction() as transaction:
            await transaction.write(write_set)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()
    read_store = world.database.read_store
    assert list(await read_store.waiting_events_by_id([claimed.id, added.id], ALL_LANES)) == [claimed.id]
    assert await read_store.triggers_by_event([claimed.id]) == {}
    assert await read_store.correlations_by_id(["c-9"]) == {}
    async with world.database.write_store.transaction() as transaction:
        assert (await transaction.executions([instance.id]))[instance.id].state == b"state"


async def test_a_cancelled_block_is_rolled_back_and_the_next_one_works(world: World) -> None:
    (event,) = await world.add_events()
    inside = asyncio.Event()

    async def hang() -> None:
        async with world.database.write_store.transaction() as transaction:
            await transaction.write(WriteSet(triggered_events=[event.id]))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await claim(world.database, event) is not None


async def test_an_execution_is_locked_against_the_other_process(world: World, other_process: Database) -> None:
    instance = await world.instance()
    locked = asyncio.Event()

    async def advance() -> None:
        async with world.database.write_store.transaction() as transaction:
            await transaction.executions([instance.id])
            locked.set()
            state = ExecutionUpdate(instance.id, 1, b"advanced")
            await transaction.write(WriteSet(executions={instance.id: state}))

    async def read() -> bytes:
        await locked.wait()
        async with other_process.write_store.transaction() as transaction:
            return (await transaction.executions([instance.id]))[instance.id].state

    _, state = await asyncio.gather(advance(), read())
    assert state == b"advanced"


async def test_two_processes_that_lock_the_same_executions_do_not_deadlock(
    world: World, other_process: Database
) -> None:
    ids = [(await world.instance(correlation_id=f"c-{number}")).id for number in range(8)]

    async def lock(database: Database, roots: list[str]) -> int:
        async with database.write_store.transaction() as transaction:
            return len(await transaction.executions(roots))

    both = [(world.database, ids), (other_process, ids[::-1])] * 5
    assert await asyncio.gather(*(lock(database, roots) for database, roots in both)) == [8] * 10


async def test_readers_see_what_is_committed_while_a_transaction_is_open(world: World) -> None:
    (event,) = await world.add_events()
    async with world.database.write_store.transaction() as transaction:
        await transaction.write(WriteSet(triggered_events=[event.id]))
        assert list(await world.database.read_store.waiting_events_by_id([event.id], ALL_LANES)) == [event.id]
    assert await world.database.read_store.waiting_events_by_id([event.id], ALL_LANES) == {}
