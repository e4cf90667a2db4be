"""Timers: each fires once, when it is due, and is retried if its process cannot go on."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import EventNotFound
from bpmn_events.domain.events import TriggerSource
from tests.delivery.models import HOUR, REMINDER, STUCK, timed
from tests.delivery.world import World


async def test_a_timer_fires_when_it_is_due_and_not_before(world: World) -> None:
    await world.deploy(HOUR)
    await world.start("hour", "c-1")
    due_at = world.clock.now + timedelta(hours=1)
    assert [event.due_at for event in await world.waits()] == [due_at]
    world.clock.advance(minutes=59, seconds=59)
    await world.fire()
    assert await world.triggered() == []
    world.clock.advance(seconds=1)
    await world.fire()
    (trigger,) = await world.history()
    assert (trigger.source, trigger.triggered_by, trigger.payload) == (TriggerSource.TIMER, "system", None)
    assert await world.waiting() == []


async def test_overdue_timers_fire_at_once_after_a_restart(world: World, rival: World) -> None:
    await world.deploy(HOUR)
    for number in range(3):
        await world.start("hour", f"c-{number}")
        world.clock.advance(minutes=1)
    world.clock.advance(days=3)
    await rival.fire()  # the rival has only the database, as after a restart
    assert sorted(await world.triggered()) == [f"hour/c-{number}/ring" for number in range(3)]


async def test_two_server_processes_fire_each_timer_once(world: World, rival: World) -> None:
    await world.deploy(HOUR)
    for number in range(30):
        await world.start("hour", f"c-{number}")
    world.clock.advance(hours=1)
    await asyncio.gather(world.fire(), rival.fire())
    assert sorted(await world.triggered()) == sorted(f"hour/c-{number}/ring" for number in range(30))


async def test_a_timer_can_be_triggered_early(world: World) -> None:
    await world.deploy(HOUR)
    await world.start("hour", "c-1")
    await world.trigger("hour", "c-1", "ring")
    world.clock.advance(hours=1)
    await world.fire()
    assert [trigger.source for trigger in await world.history()] == [TriggerSource.GRAPHQL]
    with pytest.raises(EventNotFound):
        await world.trigger("hour", "c-1", "ring")


@pytest.mark.parametrize(
    ("definition", "hours"),
    [
        ("<timeDate>2026-03-01T15:00:00Z</timeDate>", 3),
        ("<timeDate>2026-03-01T15:00:00+02:00</timeDate>", 1),
        ("<timeDuration>P1D</timeDuration>", 24),
        ("<timeDate>2020-01-01T00:00:00Z</timeDate>", 0),
    ],
)
async def test_dates_and_durations(world: World, definition: str, hours: int) -> None:
    await world.deploy(timed("timed", definition))
    await world.start("timed", "c-1")
    if hours:
        world.clock.advance(hours=hours, seconds=-1)
        await world.fire()
        assert await world.triggered() == []
        world.clock.advance(seconds=1)
    await world.fire()
    assert await world.triggered() == ["timed/c-1/ring"]


async def test_a_cycle_fires_its_number_of_repetitions(world: World) -> None:
    await world.deploy(REMINDER)
    await world.start("reminder", "c-1")
    for count in (1, 2, 3):
        world.clock.advance(hours=1)
        await world.fire()
        assert await world.triggered() == ["reminder/c-1/remind"] * count
    assert await world.waiting() == ["reminder/c-1/work"]
    world.clock.advance(days=1)
    await world.fire()
    assert len(await world.history()) == 3


async def test_a_timer_whose_process_cannot_go_on_is_retried_and_delays_no_other(world: World) -> None:
    await world.deploy(STUCK, HOUR)
    await world.start("stuck", "c-1")
    world.clock.advance(seconds=1)
    await world.start("hour", "c-1")
    world.clock.advance(hours=1)
    await world.fire()
    assert await world.triggered() == ["hour/c-1/ring"]
    tried = []
    for _ in range(40):
        world.clock.advance(seconds=1)
        tried.append(await world.runtime.timers.fire_due())
    assert [second for second, count in enumerate(tried, 1) if count] == [1, 3, 7, 15, 31]
    assert await world.waiting() == ["stuck/c-1/ring"]


async def test_a_timer_that_failed_waits_for_its_retry_in_every_server(world: World, rival: World) -> None:
    """The rival has only the database, as after a restart."""
    await world.deploy(STUCK)
    await world.start("stuck", "c-1")
    world.clock.advance(hours=1)
    failed_at = world.clock.now
    assert await world.runtime.timers.fire_due() == 1
    assert await rival.runtime.timers.fire_due() == 0
    world.clock.advance(seconds=1)
    assert [await each.runtime.timers.fire_due() for each in (rival, world, world, rival)] == [1, 0, 0, 0]
    world.clock.advance(seconds=2)
    (parked,) = await world.runtime.database.read_store.due_retries(world.clock.now, 10)
    times = failed_at + timedelta(seconds=3), failed_at + timedelta(seconds=1)
    assert (parked.retry.attempts, parked.retry.retry_at, parked.retry.failed_at) == (2, *times)
    assert "there is no variable `open`" in parked.retry.reason
    assert await world.waiting() == ["stuck/c-1/ring"]


async def test_a_timer_that_was_parked_and_then_triggered_leaves_nothing_behind(world: World) -> None:
    await world.deploy(STUCK)
    await world.start("stuck", "c-1")
    world.clock.advance(hours=1)
    await world.fire()
    await world.trigger("stuck", "c-1", "ring", open=True)
    world.clock.advance(seconds=5)
    assert await world.runtime.timers.fire_due() == 0
    assert await world.runtime.database.read_store.next_due(world.clock.now - timedelta(days=1)) is None


async def test_the_loop_wakes_up_for_a_new_earlier_timer(world: World) -> None:
    await world.deploy(HOUR, timed("soon", "<timeDuration>PT0.05S</timeDuration>"))
    await world.start("hour", "c-1")
    fired = asyncio.Event()

    def on_commit(write_set: WriteSet) -> None:
        if write_set.new_triggers:
            fired.set()

    world.runtime.writer.add_commit_listener(on_commit)
    loop = asyncio.create_task(world.runtime.timers.run())
    while world.runtime.timers._sleeping_until is None:  # noqa: ASYNC110 - until it sleeps
        await asyncio.sleep(0)
    world.clock.advance(seconds=-1)
    await world.start("soon", "c-2")
    world.clock.advance(seconds=1)
    async with asyncio.timeout(30):
        await fired.wait()
    loop.cancel()
    assert await world.triggered() == ["soon/c-2/ring"]


async def test_a_timer_that_falls_due_during_a_read_fires_without_a_sleep(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both cases: a timer from before the read, and a timer that is added during the read and is already due."""
    await world.deploy(HOUR, timed("past", "<timeDate>2020-01-01T00:00:00Z</timeDate>"))
    await world.start("hour", "c-1")
    world.clock.advance(minutes=59, seconds=59)
    timers, was_read = world.runtime.timers, asyncio.Event()
    read = timers._read_store.due_events

    async def slow_read(*args: Any) -> Any:
        due = await read(*args)
        if not was_read.is_set():
            was_read.set()
            world.clock.advance(seconds=2)
            await world.start("past", "c-2")
        return due

    monkeypatch.setattr(timers._read_store, "due_events", slow_read)
    loop = asyncio.create_task(timers.run())
    async with asyncio.timeout(20):
        while await world.waiting():  # noqa: ASYNC110 - the loop, not the test, makes the commits
            await asyncio.sleep(0.01)
    loop.cancel()
    assert sorted(await world.triggered()) == ["hour/c-1/ring", "past/c-2/ring"]
