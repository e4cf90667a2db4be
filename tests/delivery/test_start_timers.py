"""Timer start events: each due time starts one instance, over all servers, until a newer version is deployed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.processes import ProcessInstance
from bpmn_events.domain.retries import RetryCounts, RetryKind
from tests.conformance.drawing import draw
from tests.delivery.models import HOUR
from tests.delivery.world import ADA, World, somebody


def timed(timer: str, key: str = "timed", more: str = "") -> str:
    return draw(f"begin > Work > end\nbegin: startEvent timer={timer}\nWork: userTask\n{more}", key)


def untimed(key: str = "timed") -> str:
    return draw("begin > Work > end\nbegin: startEvent\nWork: userTask\n", key)


# Cannot start, because there is no variable.
BROKEN = draw('begin > Note > end\nbegin: startEvent timer=PT1H\nNote: scriptTask script="a = missing"\n', "broken")


async def started(world: World) -> list[ProcessInstance]:
    """Return the instances that have an open task, oldest first."""
    ids = sorted({task.process_instance_id for task in await world.tasks()})
    instances = await world.runtime.database.read_store.instances_by_id(ids)
    return [instances[each] for each in ids]


async def fire(world: World) -> int:
    """Start the instances that are due, and return the number of open tasks."""
    await world.runtime.start_timers.fire_due()
    return len(await world.tasks())


async def next_due(world: World) -> list[datetime]:
    model = (await world.runtime.database.read_store.latest_models(["timed"]))["timed"]
    timers = await world.runtime.database.read_store.start_timers_of_models([model.id])
    return [timer.due_at for timer in timers[model.id]]


async def test_a_duration_counts_from_the_deployment(world: World) -> None:
    await world.deploy(timed("PT1H"))
    due_at = world.clock.now + timedelta(hours=1)
    assert await next_due(world) == [due_at]
    assert await world.waits() == []
    world.clock.advance(minutes=59, seconds=59)
    assert await fire(world) == 0
    world.clock.advance(seconds=1)
    assert await fire(world) == 1
    (instance,) = await started(world)
    assert (instance.started_by, instance.started_at) == ("system", due_at)
    world.clock.advance(days=9)
    assert await fire(world) == 1
    assert await next_due(world) == []


async def test_a_date_that_has_passed_starts_one_instance(world: World) -> None:
    await world.deploy(timed("2020-01-01T00:00:00Z"))
    assert [await fire(world), await fire(world)] == [1, 1]


async def test_a_cycle_starts_its_number_of_instances_in_correlations_of_their_own(world: World) -> None:
    await world.deploy(timed("R3/PT1H"))
    counts = []
    for _ in range(5):
        world.clock.advance(hours=1)
        counts.append(await fire(world))
    assert counts == [1, 2, 3, 3, 3]
    assert len({instance.correlation_id for instance in await started(world)}) == 3


async def test_a_cycle_that_began_before_the_deployment_continues_on_its_grid(world: World) -> None:
    await world.deploy(timed("R/2026-02-01T06:00:00Z/P1D"))
    assert await next_due(world) == [datetime(2026, 3, 2, 6, tzinfo=UTC)]
    assert await fire(world) == 0


async def test_one_instance_makes_up_for_an_outage(world: World, rival: World) -> None:
    """The rival has only the database, as after a restart."""
    await world.deploy(timed("R6/2026-03-01T13:00:00Z/PT1H"))
    world.clock.advance(hours=4, minutes=30)
    assert await fire(rival) == 1
    assert await next_due(world) == [datetime(2026, 3, 1, 17, tzinfo=UTC)]
    counts = []
    for _ in range(4):
        world.clock.advance(hours=1)
        counts.append(await fire(rival))
    assert counts == [2, 3, 3, 3]


async def test_two_server_processes_start_each_instance_once(world: World, rival: World) -> None:
    await world.deploy(*(timed("R/PT1H", f"timed-{number}") for number in range(10)))
    for count in (10, 20, 30):
        world.clock.advance(hours=1)
        await asyncio.gather(fire(world), fire(rival))
        assert len(await world.tasks()) == count


@pytest.mark.parametrize("newer", [untimed(), timed("R/2027-01-01T00:00:00Z/P1D")])
async def test_a_newer_version_ends_the_timer(world: World, newer: str) -> None:
    await world.deploy(timed("R/PT1H"))
    world.clock.advance(hours=1)
    assert await fire(world) == 1
    await world.deploy(newer)
    world.clock.advance(days=1)
    assert await fire(world) == 1


async def test_a_deployment_and_a_due_time_at_once_leave_one_schedule(world: World, rival: World) -> None:
    await world.deploy(timed("R/PT1H"))
    for number in range(8):
        world.clock.advance(hours=1)
        newer = timed("R/PT1H", more=f"Work > Again{number} > end{number}")
        await asyncio.gather(fire(rival), world.deploy(newer))
        assert await next_due(world) == [world.clock.now + timedelta(hours=1)]


async def test_an_unchanged_file_keeps_the_schedule(world: World) -> None:
    await world.deploy(timed("PT1H"))
    due = await next_due(world)
    world.clock.advance(minutes=30)
    await world.deploy(timed("PT1H"))
    assert await next_due(world) == due
    world.clock.advance(minutes=30)
    await fire(world)
    await world.deploy(timed("PT1H"))
    assert await next_due(world) == []


async def test_a_start_that_fails_is_tried_again_and_delays_no_other(world: World) -> None:
    await world.deploy(BROKEN, timed("R/PT1H"))
    world.clock.advance(hours=1)
    assert await fire(world) == 1
    tried = []
    for _ in range(20):
        world.clock.advance(seconds=1)
        tried.append(await world.runtime.start_timers.fire_due())
    assert [second for second, count in enumerate(tried, 1) if count] == [1, 3, 7, 15]
    page = await world.runtime.services.list_retries(ADA, None, PageRequest())
    (item,) = page.items
    assert (item.kind, item.process_model_key, item.element_id) == (RetryKind.TIMER, "broken", "begin")
    assert (item.event, item.correlation_id, item.retry.attempts) == (None, None, 5)
    assert "missing" in item.retry.reason
    assert await world.runtime.services.list_retries.count(somebody(lanes=()), [RetryKind.TIMER]) == 1
    assert await world.runtime.database.read_store.retry_counts() == RetryCounts(timers=1, deliveries=0)
    await world.deploy(timed("PT1H", "broken"))
    assert await world.runtime.database.read_store.retry_counts() == RetryCounts(timers=0, deliveries=0)


async def test_a_start_that_failed_waits_for_its_retry_in_every_server(world: World, rival: World) -> None:
    await world.deploy(BROKEN)
    world.clock.advance(hours=1)
    assert [await each.runtime.start_timers.fire_due() for each in (world, rival)] == [1, 0]
    world.clock.advance(seconds=1)
    assert [await each.runtime.start_timers.fire_due() for each in (rival, world)] == [1, 0]


async def test_a_start_event_without_a_payload_ignores_its_schema(world: World) -> None:
    extension = 'ext=\'<events:payloadSchema>{"required": ["x"]}</events:payloadSchema>\''
    await world.deploy(draw(f"begin > Work > end\nbegin: startEvent timer=PT1H {extension}\nWork: userTask\n"))
    world.clock.advance(hours=1)
    assert await fire(world) == 1


async def test_the_loop_wakes_up_for_a_deployment(world: World) -> None:
    loop = asyncio.create_task(world.runtime.start_timers.run())
    await asyncio.sleep(0.05)  # until it sleeps
    await world.deploy(HOUR, timed("2020-01-01T00:00:00Z"))
    async with asyncio.timeout(30):
        while not await world.tasks():  # noqa: ASYNC110 - the loop, not the test, makes the commits
            await asyncio.sleep(0.01)
    loop.cancel()
    assert len(await world.tasks()) == 1
