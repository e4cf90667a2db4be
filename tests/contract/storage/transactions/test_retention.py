"""Deletion of idempotency records and cancelled events after their retention time."""

from dataclasses import replace
from datetime import timedelta

from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.records import cancelled_event
from bpmn_events.domain.idempotency import IdempotencyKey, IdempotencyRecord
from bpmn_events.domain.ids import WAITING_EVENT, created_at, lowest_id, new_id
from tests.contract.storage.samples import NOW, World, after, process_instance, process_model, waiting_event

DAY = 86_400


def record(number: int, days_ago: float) -> IdempotencyRecord:
    key = IdempotencyKey("ada", "trigger_event", f"k{number}")
    return IdempotencyRecord(key, b"", b"{}", after(-days_ago * DAY))


async def test_old_idempotency_records_are_deleted_oldest_first(world: World) -> None:
    records = [record(number, days_ago=number) for number in range(6)]
    await world.write(WriteSet(new_idempotency_records=records))
    async with world.database.write_store.transaction() as transaction:
        before = after(-2.5 * DAY)
        assert await transaction.delete_idempotency_records(before, 2) == 2
        assert await transaction.delete_idempotency_records(before, 2) == 1
        assert await transaction.delete_idempotency_records(before, 2) == 0
        kept = await transaction.idempotency_records([each.key for each in records])
    assert set(kept) == set(records[:3])


async def test_old_cancelled_events_are_deleted(world: World) -> None:
    waiting = waiting_event(process_instance(process_model()))
    made = lowest_id(WAITING_EVENT, NOW)
    events = [cancelled_event(replace(waiting, id=f"{made[:-1]}{number}"), after(number * DAY)) for number in range(4)]
    await world.write(WriteSet(cancelled_events=events))
    async with world.database.write_store.transaction() as transaction:
        before = after(1.5 * DAY)
        assert await transaction.delete_cancelled_events(before, 1) == 1
        assert await transaction.delete_cancelled_events(before, 9) == 1
        assert await transaction.delete_cancelled_events(before, 9) == 0
    assert list(await world.database.read_store.cancelled_events([each.id for each in events])) == [
        each.id for each in events[2:]
    ]


def test_the_lowest_id_of_an_instant_sorts_between_those_before_and_after() -> None:
    made = new_id(WAITING_EVENT)
    instant = created_at(made)
    assert lowest_id(WAITING_EVENT, instant) <= made < lowest_id(WAITING_EVENT, instant + timedelta(milliseconds=1))
