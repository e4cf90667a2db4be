"""Timers that have failed: they wait for their retries, and delay no others."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, text

from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import ProcessFailed
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.retries import FailedTimer, Retry
from tests.contract.storage.cost.test_cost import plan, postgres_plan, statements
from tests.contract.storage.samples import NOW, World, after

STUCK = ProcessFailed("it is stuck")
PARKED = 2_000


async def park(world: World, event: WaitingEvent, retry: Retry) -> None:
    await world.write(WriteSet(timer_retries={event.id: retry}))


async def test_a_timer_that_failed_is_due_again_at_its_retry(world: World) -> None:
    read_store = world.database.read_store
    stuck, other = await world.add_events(count=2, due_at=NOW)
    retry = Retry.after(0, NOW, STUCK)
    await park(world, stuck, retry)
    assert await read_store.due_events(after(100), 10) == [other]
    assert await read_store.due_retries(after(0.9), 10) == []
    assert await read_store.due_retries(after(1), 10) == [FailedTimer(stuck, retry)]
    assert await read_store.next_due(NOW) == after(1)
    assert await read_store.next_due(after(1)) is None


async def test_a_later_failure_replaces_the_retry(world: World) -> None:
    stuck, other = await world.add_events(count=2, due_at=NOW)
    first, second = Retry.after(0, NOW, STUCK), Retry.after(1, after(1), ZeroDivisionError())
    await park(world, stuck, first)
    await park(world, other, first)
    await park(world, stuck, second)
    retries = await world.database.read_store.due_retries(after(100), 10)
    assert retries == [FailedTimer(other, first), FailedTimer(stuck, second)]
    assert await world.database.read_store.due_retries(after(100), 1) == retries[:1]
    assert await world.database.read_store.next_due(after(1)) == after(3)


async def test_a_timer_that_is_gone_leaves_no_retry(world: World) -> None:
    read_store, retry = world.database.read_store, Retry.after(0, NOW, STUCK)
    triggered, parked, meanwhile = await world.add_events(count=3, due_at=NOW)
    await world.write(WriteSet(triggered_events=[triggered.id]))
    await park(world, triggered, retry)
    await park(world, parked, retry)
    await world.write(WriteSet(triggered_events=[parked.id]))
    await world.write(WriteSet(triggered_events=[meanwhile.id], timer_retries={meanwhile.id: retry}))
    assert await read_store.due_retries(after(100), 10) == []
    assert await read_store.next_due(after(-100)) is None


async def test_an_event_with_other_correlation_keys_keeps_its_retry(world: World) -> None:
    (event,) = await world.add_events(due_at=NOW)
    await park(world, event, Retry.after(0, NOW, STUCK))
    rekeyed = replace(event, correlation_keys={"k": "[1]"})
    await world.write(WriteSet(rekeyed_events={event.id: rekeyed}))
    assert await world.database.read_store.due_retries(after(1), 10) == [
        FailedTimer(rekeyed, Retry.after(0, NOW, STUCK))
    ]


async def test_many_parked_timers_are_not_read_to_find_one_that_is_due(world: World, kind: str) -> None:
    """The queries read one range of an index each; the parked timers are in another index."""
    read_store = world.database.read_store
    parked = await world.add_events(count=PARKED, due_at=NOW)
    retry = Retry.after(12, NOW, STUCK)
    await park(world, parked[0], retry)
    async with world.database.write_store.transaction() as transaction:
        copy = ", ".join(f"{name} = (SELECT max({name}) FROM waiting_events)" for name in ("attempts", "retry_at"))
        await transaction._connection.run(text(f"UPDATE waiting_events SET {copy}"), {})
    (due,) = await world.add_events(due_at=after(5))
    if kind == "postgresql":
        await world.database.connections.run(_analyze)
    with statements() as seen:
        assert await read_store.due_events(after(10), 200) == [due]
        assert await read_store.due_retries(after(10), 8) == []
        assert await read_store.next_due(after(10)) == retry.retry_at
    for statement, index in zip(seen[-3:], ("first_due_at", "retry_at", "first_due_at"), strict=True):
        steps = await (postgres_plan if kind == "postgresql" else plan)(world.database, statement)
        assert any(f"waiting_events_by_{index}" in step for step in steps), steps
        assert not any("Seq Scan" in step or "by_due_at" in step or "Sort" in step for step in steps), steps


def _analyze(connection: Connection) -> None:
    connection.execute(text("ANALYZE waiting_events"))


@pytest.mark.parametrize("attempts", [1, 2, 12, 13, 500])
def test_the_pauses_double_up_to_an_hour(attempts: int) -> None:
    retry = Retry.after(attempts - 1, NOW, STUCK)
    assert retry.attempts == attempts
    assert (retry.retry_at - NOW).total_seconds() == min(2 ** (attempts - 1), 3600)
