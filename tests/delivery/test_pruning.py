"""Pruning deletes ended executions as a whole, and unused versions, and nothing that somebody still needs."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from bpmn_events.application.background.prune_preview import PrunePreview
from bpmn_events.application.background.pruner import RETENTION_LOCK, PruneInstants, Pruner
from bpmn_events.application.background.retention import Retention, RetentionTimes
from bpmn_events.application.ports.pruning import PrunedRows
from bpmn_events.application.ports.transaction import correlation_lock
from bpmn_events.domain.errors import CorrelationNotFound, EngineUnavailable, EventNotFound, EventNotFoundReason
from bpmn_events.domain.processes import ProcessModel
from tests.delivery.models import CHARGE, CHARGE_CALLER, IMPATIENT, KIOSK, LISTENER, SHOP, SIREN, TASKS
from tests.delivery.world import ADA, World
from tests.support.databases.dumps import count_rows, dump
from tests.support.polling import wait_until

KEEP = timedelta(days=30)
# The tables that are not empty when all executions are deleted. Rows of the last two have a time of their own.
_KEPT = {
    *("alembic_version", "positions", "write_fences", "process_models", "catch_elements"),
    *("idempotency_records", "change_feed"),
}


def instants(world: World) -> PruneInstants:
    return PruneInstants(world.clock.now - KEEP, world.clock.now - KEEP)


async def prune(world: World, executions_at_once: int = 100) -> PrunedRows:
    pruner = Pruner(world.runtime.writer, executions_at_once=executions_at_once)
    return sum([step async for step in pruner.prune(instants(world))], PrunedRows())


async def count(world: World) -> PrunedRows:
    preview = PrunePreview(world.runtime.database.read_store)
    return sum([step async for step in preview.count(instants(world))], PrunedRows())


async def end_all_kinds(world: World) -> None:
    """Deploy processes of several kinds, and run an instance of each to its end."""
    await world.deploy(KIOSK, IMPATIENT, CHARGE, CHARGE_CALLER, TASKS, SIREN, LISTENER)
    await world.start("kiosk", "c-1", text="x" * 5000)
    await world.message("paid", correlation_id="c-1", idempotency_key="k-1")
    await world.start("impatient", "c-2")
    await world.finish("impatient", "c-2", "approve")  # cancels the timer
    caller = await world.start("charge-caller", "c-3")
    await world.terminate(caller)  # with the instance that it called
    await world.start("listener", "c-4")
    await world.start("siren", "c-5")
    await world.trigger("siren", "c-5", "go")  # throws a signal
    await world.deliver()
    await world.trigger("siren", "c-5", "echo")


async def versions(world: World, key: str) -> set[int]:
    rows = await _models(world)
    return {model.version for model in rows if model.key == key}


async def _models(world: World) -> Iterable[ProcessModel]:
    read_store = world.runtime.database.read_store
    replaced = await read_store.replaced_models(world.clock.now + timedelta(days=36_500))
    latest = await read_store.latest_models(["kiosk", "shop"])
    found = await read_store.models_by_id([*replaced, *(m.id for m in latest.values())])
    return found.values()


async def test_nothing_is_left_of_ended_executions(world: World, url: str) -> None:
    await end_all_kinds(world)
    world.clock.advance(days=31)
    pruned = await prune(world)
    assert pruned == PrunedRows(executions=5, instances=6, triggers=4, cancelled_events=2)
    rows = await dump(url)
    filled = {name for name, content in rows.items() if content}
    assert {name for name in filled if "_search" not in name} <= _KEPT
    if url.startswith("sqlite"):
        assert await count_rows(url, "correlations_search") == 0
    assert await prune(world) == PrunedRows()


async def test_a_dry_run_counts_what_is_deleted_and_changes_nothing(world: World, url: str) -> None:
    await end_all_kinds(world)
    await world.deploy(KIOSK.replace('id="end"', 'id="finish"').replace('"end"', '"finish"'))
    await world.start("kiosk", "c-6")
    world.clock.advance(days=31)
    before = await dump(url, {"write_fences"})
    counted = await count(world)
    assert await dump(url, {"write_fences"}) == before
    assert counted.versions == 1  # its only instance would be deleted
    assert await prune(world) == counted
    assert await count(world) == PrunedRows()


async def test_running_and_young_executions_stay(world: World) -> None:
    await world.deploy(KIOSK)
    await world.start("kiosk", "c-1")
    await world.start("kiosk", "c-2")
    world.clock.advance(days=31)
    await world.message("paid", correlation_id="c-1")
    world.clock.advance(days=30)
    assert await prune(world) == PrunedRows()
    world.clock.advance(seconds=1)
    assert await prune(world) == PrunedRows(executions=1, instances=1, triggers=1)
    assert await world.waiting() == ["kiosk/c-2/paid"]
    assert not (await world.message("paid", correlation_id="c-2")).is_empty


async def test_a_called_instance_stays_with_its_running_caller(world: World) -> None:
    await world.deploy(CHARGE, CHARGE_CALLER)
    await world.start("charge-caller", "c-1")
    await world.throw("charge", "c-1", "card", "OTHER")  # ends the called instance
    assert [task.element_id for task in await world.tasks()] == ["apologise"]
    world.clock.advance(days=60)
    assert await prune(world) == PrunedRows()
    await world.finish("charge-caller", "c-1", "apologise")
    world.clock.advance(days=60)
    assert (await prune(world)).instances == 2


async def test_late_callers_of_a_deleted_correlation(world: World) -> None:
    await world.deploy(KIOSK)
    await world.start("kiosk", "c-1")
    (event,) = await world.waits()
    await world.message("paid", correlation_id="c-1")
    world.clock.advance(days=31)
    await prune(world)
    for target in (event.id, "paid"):
        with pytest.raises(CorrelationNotFound):
            await world.trigger("kiosk", "c-1", target)
    with pytest.raises(CorrelationNotFound):
        await world.message("paid", correlation_id="c-1")
    await world.start("kiosk", "c-1")  # the id is free
    assert await world.waiting() == ["kiosk/c-1/paid"]


async def test_late_callers_of_a_deleted_instance_in_a_correlation_that_goes_on(world: World) -> None:
    await world.deploy(KIOSK)
    await world.start("kiosk", "c-1")
    (event,) = await world.waits()
    await world.trigger("kiosk", "c-1", event.id)
    world.clock.advance(days=31)
    await world.start("kiosk", "c-1")
    await prune(world)
    with pytest.raises(EventNotFound) as refused:
        await world.trigger("kiosk", "c-1", event.id)
    assert refused.value.reason is EventNotFoundReason.UNKNOWN
    assert refused.value.trigger is None
    # The element names the event that waits there now.
    assert (await world.trigger("kiosk", "c-1", "paid")).trigger is not None
    with pytest.raises(EventNotFound) as refused:
        await world.trigger("kiosk", "c-1", "paid")
    assert refused.value.reason is EventNotFoundReason.ALREADY_TRIGGERED


async def test_a_thrown_message_keeps_its_execution_until_it_is_delivered(world: World) -> None:
    await world.deploy(SIREN, LISTENER)
    await world.start("listener", "c-1")
    await world.start("siren", "c-2")
    await world.trigger("siren", "c-2", "go")
    assert await world.thrown()
    (siren,) = await world.instances("c-2")
    await world.terminate(siren)
    world.clock.advance(days=31)
    assert await prune(world) == PrunedRows()
    await world.deliver()
    assert await world.waiting() == []
    assert (await prune(world)).executions == 1


async def test_executions_are_deleted_in_steps(world: World) -> None:
    await world.deploy(KIOSK)
    for number in range(7):
        await world.start("kiosk", f"c-{number}")
        await world.message("paid", correlation_id=f"c-{number}")
    world.clock.advance(days=31)
    pruner = Pruner(world.runtime.writer, executions_at_once=3)
    steps = [step.executions async for step in pruner.prune(instants(world))]
    assert steps == [3, 3, 1]


async def test_a_version_stays_while_an_instance_of_it_is_stored(world: World) -> None:
    second = KIOSK.replace('id="end"', 'id="finish"').replace('"end"', '"finish"')
    await world.deploy(KIOSK, SHOP)
    await world.start("kiosk", "c-1")
    await world.deploy(second)
    world.clock.advance(days=60)
    assert await prune(world) == PrunedRows()
    await world.message("paid", correlation_id="c-1")
    world.clock.advance(days=60)
    assert await versions(world, "kiosk") == {1, 2}
    assert await prune(world) == PrunedRows(executions=1, instances=1, triggers=1, versions=1)
    assert await versions(world, "kiosk") == {2}
    assert await versions(world, "shop") == {1}
    await world.deploy(KIOSK)
    assert await versions(world, "kiosk") == {2, 3}
    await world.start("kiosk", "c-2")
    assert await world.waiting() == ["kiosk/c-2/paid"]


async def test_retention_prunes_after_the_times_of_the_settings(world: World) -> None:
    retention = world.runtime.retention
    await world.deploy(KIOSK)
    await world.start("kiosk", "c-1")
    await world.message("paid", correlation_id="c-1")
    world.clock.advance(days=365)
    assert (await retention.delete_expired()).deleted == 0  # they are kept for ever by default
    retention._times = replace(retention._times, ended_executions=timedelta(days=366))
    assert (await retention.delete_expired()).deleted == 0
    world.clock.advance(days=2)
    assert (await retention.delete_expired()).deleted == 2
    assert await world.history() == []


async def test_a_replay_is_complete_as_long_as_its_outcome_is_kept(world: World) -> None:
    """Ended executions are kept at least as long as the outcomes that refer to them."""
    times = RetentionTimes(timedelta(days=7), timedelta(days=30), ended_executions=timedelta(days=7))
    world.runtime.retention._times = times
    await world.deploy(KIOSK)
    await world.start("kiosk", "c-1")
    first = await world.message("paid", correlation_id="c-1", idempotency_key="k")
    for _ in range(7):
        await world.runtime.retention.delete_expired()
        again = await world.message("paid", correlation_id="c-1", idempotency_key="k")
        assert again.replayed
        assert again.triggers == first.triggers
        node = await world.runtime.services.find_node(ADA, again.triggers[0].process_instance_id)
        assert node is not None
        world.clock.advance(days=1)
    world.clock.advance(seconds=1)
    await world.runtime.retention.delete_expired()
    with pytest.raises(CorrelationNotFound):
        await world.message("paid", correlation_id="c-1", idempotency_key="k")


async def test_changes_are_deleted_before_the_executions_to_which_they_refer(world: World) -> None:
    """A subscriber whose changes could not be read completely any more lists again."""
    retention, feed = world.runtime.retention, world.runtime.database.change_feed
    times = RetentionTimes(timedelta(days=7), KEEP, changes=timedelta(days=365), ended_executions=timedelta(days=7))
    await world.deploy(KIOSK)
    await world.start("kiosk", "c-1")
    started = await feed.end()
    await world.message("paid", correlation_id="c-1")
    retention._times = replace(times, max_changes=2)  # without the first row, whose time is that of the migration
    await retention.delete_expired()
    retention._times = times
    world.clock.advance(days=6)
    await world.start("kiosk", "c-2")
    await retention.delete_expired()
    assert await feed.has(started)
    world.clock.advance(hours=23, minutes=1)
    await retention.delete_expired()
    assert len(await world.history()) == 1
    assert not await feed.has(started)


async def test_two_servers_prune_while_cases_go_on(world: World, rival: World) -> None:
    await world.deploy(KIOSK)
    for number in range(30):
        await world.start("kiosk", f"c-{number}")
        await world.message("paid", correlation_id=f"c-{number}")
    world.clock.advance(days=31)

    async def open_again() -> None:
        for number in range(0, 30, 2):
            await rival.start("kiosk", f"c-{number}")

    pruned = await asyncio.gather(prune(world, 4), prune(rival, 4), open_again())
    total = sum(pruned[:2], PrunedRows())
    assert (total.executions, total.triggers) == (30, 30)
    assert await world.waiting() == sorted(f"kiosk/c-{number}/paid" for number in range(0, 30, 2))
    for number in range(0, 30, 2):
        assert len((await world.message("paid", correlation_id=f"c-{number}")).triggers) == 1


async def end_cases(world: World, number: int) -> None:
    """Run so many cases to their end, and let their time expire."""
    await world.deploy(KIOSK)
    for case in range(number):
        await world.start("kiosk", f"c-{case}")
        await world.message("paid", correlation_id=f"c-{case}", idempotency_key=f"k-{case}")
    world.clock.advance(days=31)


async def wait_until_locked_out(url: str) -> None:
    """Wait until a transaction waits for a lock that another one holds, on PostgreSQL."""
    if url.startswith("sqlite"):
        return
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))

    async def is_locked_out() -> bool:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    await wait_until(is_locked_out)
    await connection.close()


async def test_a_pruner_goes_on_after_a_rival_has_deleted_what_it_waited_for(
    world: World, rival: World, url: str
) -> None:
    await end_cases(world, 8)
    async with rival.runtime.database.write_store.transaction() as transaction:
        first = await rival.runtime.database.read_store.ended_executions(world.clock.now, 4)
        await transaction.lock({RETENTION_LOCK, *(correlation_lock(each.correlation_id) for each in first)})
        pruning = asyncio.create_task(prune(world, 4))
        await wait_until_locked_out(url)
        await transaction.delete_executions(first, 100)
    assert (await pruning).executions == 4
    assert await count(world) == PrunedRows()


async def test_a_dry_run_waits_for_no_writer(world: World, rival: World) -> None:
    await end_cases(world, 1)
    async with rival.runtime.database.write_store.transaction() as transaction:
        await transaction.draw_position()
        assert (await count(world)).executions == 1


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_locked_correlation_is_no_outage(world: World, rival: World) -> None:
    await end_cases(world, 1)
    async with rival.runtime.database.write_store.transaction() as transaction:
        await transaction.lock({correlation_lock("c-0")})
        with pytest.raises(EngineUnavailable, match="has been busy with this correlation") as refused:
            await prune(world)
    assert not refused.value.is_outage
    assert (await prune(world)).executions == 1


async def test_a_round_of_retention_leaves_executions_to_the_next_one(world: World) -> None:
    """So the other records of its time never wait for all of them."""
    await end_cases(world, 5)
    retention = Retention(
        world.runtime.writer,
        world.runtime.database.change_feed,
        RetentionTimes(timedelta(days=7), KEEP, ended_executions=KEEP),
        world.clock,
        pruning_steps=2,
    )
    retention._pruner = Pruner(world.runtime.writer, executions_at_once=1)
    rounds = [await retention.delete_expired() for _ in range(4)]
    # The first round also deletes the outcomes. An execution has an instance and a trigger.
    assert [each.deleted for each in rounds] == [5 + 4, 4, 2, 0]
    assert [each.is_complete for each in rounds] == [False, False, True, True]
