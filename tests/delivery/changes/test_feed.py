"""The change feed: every change of what waits, in order, and nothing twice."""

import asyncio
import json
import os
import random
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bpmn_events.application.changes.topic import TopicKind
from bpmn_events.application.ports.change_feed import FeedPlace, place_before
from bpmn_events.domain.changes import (
    ChangesCursor,
    ChangeSet,
    EventTriggerAdded,
    LocatedChange,
    WaitingEventAdded,
    WaitingEventRemoved,
)
from bpmn_events.domain.errors import ChangesExpired
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import SYSTEM
from tests.conformance.drawing import draw
from tests.delivery.changes.following import Follower
from tests.delivery.changes.test_payloads import Sink, tailing
from tests.delivery.models import PAYER, SHOP, TASKS
from tests.delivery.world import ADA, World
from tests.support.polling import poll_until
from tests.system.models import TWO_STEPS

BEGINNING = FeedPlace(-1)


async def follow(world: World) -> Follower:
    """Return a follower that begins with the list of what waits."""
    database = world.runtime.database
    request = PageRequest(limit=None, with_changes_cursor=True)
    page = await database.read_store.waiting_events(WaitingEventQuery(request), SYSTEM)
    assert page.changes_cursor is not None
    return Follower(database.change_feed, page.changes_cursor, {event.id: event for event in page.items})


async def test_a_trigger_is_one_change_set(world: World) -> None:
    await world.deploy(TWO_STEPS)
    follower = await follow(world)
    await world.start("two-steps", "c-1")
    (first,) = await world.waits()
    await world.trigger("two-steps", "c-1", "first")
    (second,) = await world.waits()
    (trigger,) = await world.history()
    await follower.catch_up()
    assert follower.changes == [
        WaitingEventAdded(first, "first"),
        WaitingEventRemoved(first, "first", trigger.id),
        EventTriggerAdded(trigger.id, first.id, None, "two-steps", "c-1"),
        WaitingEventAdded(second, "second"),
    ]
    assert follower.events == {second.id: second}


async def test_rows_have_the_instances_that_start_and_end(world: World) -> None:
    """Nothing reads the states yet; readers of later versions may."""
    await world.deploy(TWO_STEPS, draw("start > Call > end\nCall: callActivity calls=two-steps\n", "caller"))
    caller, other = await world.start("caller", "c-1"), await world.start("two-steps", "c-2")
    (called,) = [instance for instance in await world.instances("c-1") if instance.id != caller.id]
    for event in ("first", "second"):
        await world.trigger("two-steps", "c-2", event)
    await world.terminate(caller)
    async with world.runtime.database.transactions.transaction() as transaction:
        rows = await transaction.fetch(text("SELECT changes FROM change_feed ORDER BY position DESC LIMIT 5"))
    of_caller = [caller.id, None, "c-1", caller.process_model_id]
    of_called = [called.id, caller.id, "c-1", called.process_model_id]
    of_other = [other.id, None, "c-2", other.process_model_id]
    assert [sorted(json.loads(row.changes)["i"], key=str) for row in reversed(rows)] == [
        sorted([[*of_caller, "RUNNING"], [*of_called, "RUNNING"]], key=str),
        [[*of_other, "RUNNING"]],
        [of_other],
        [[*of_other, "COMPLETED"]],
        sorted([[*of_caller, "TERMINATED"], [*of_called, "TERMINATED"]], key=str),
    ]


async def test_cancelled_events_and_tasks(world: World) -> None:
    await world.deploy(TASKS, SHOP, PAYER)
    follower = await follow(world)
    await world.start("approval", "c-1")
    await world.finish("approval", "c-1", "approve", result={"approved": True})
    await world.start("shop", "c-2")
    await world.deliver()
    await follower.catch_up()
    assert follower.events == {event.id: event for event in await world.waits()}
    assert follower.tasks == {task.id: task for task in await world.tasks()}
    assert not follower.doubled


async def test_lists_of_two_servers_beside_their_changes(world: World, rival: World) -> None:
    """Every list, continued with the changes after its cursor, becomes the final list. Nothing is missed or doubled."""
    choose = random.Random(5)
    await world.deploy(TWO_STEPS)
    followers = []

    async def run(server: World, number: int) -> None:
        correlation = f"c-{number}"
        await server.start("two-steps", correlation)
        await asyncio.sleep(choose.random() / 100)
        await choose.choice((world, rival)).trigger("two-steps", correlation, "first")

    async def list_and_follow(server: World) -> None:
        for _ in range(10):
            followers.append(await follow(server))
            await asyncio.sleep(choose.random() / 20)

    runs = [run(choose.choice((world, rival)), number) for number in range(200)]
    await asyncio.gather(*runs, list_and_follow(world), list_and_follow(rival))
    final = {event.id: event for event in await world.waits()}
    for follower in followers:
        await follower.catch_up()
        assert follower.events == final
        assert not follower.doubled


async def test_cursors_name_a_stored_change_set(world: World) -> None:
    feed = world.runtime.database.change_feed
    await world.deploy(TWO_STEPS)
    await world.start("two-steps", "c-1")
    end = await feed.end()
    assert await feed.has(end)
    assert await feed.has(type(end)(0, (await feed.read(BEGINNING, 1)).change_sets[0].at))
    assert not await feed.has(type(end)(end.position, end.at + 1))
    assert not await feed.has(type(end)(end.position + 1, end.at))


async def test_old_changes_are_deleted_from_the_first_on(world: World) -> None:
    database = world.runtime.database
    feed = database.change_feed
    await world.deploy(TWO_STEPS)
    for number in range(10):
        await world.start("two-steps", f"c-{number}")
    change_sets = (await feed.read(BEGINNING, 20)).change_sets
    assert len(change_sets) == 11
    before = world.clock() - timedelta(hours=1)

    async def delete(before: datetime, max_rows: int, limit: int) -> int:
        async with database.write_store.transaction() as transaction:
            return await transaction.delete_changes(before, await feed.find_excess(max_rows), limit)

    async def stored(first: ChangeSet) -> list[ChangeSet]:
        return list((await feed.read(place_before(ChangesCursor(first.position, first.at)), 20)).change_sets)

    assert await delete(before, 1000, 100) == 0
    assert await delete(before, 8, 2) == 2
    assert await delete(before, 8, 100) == 1
    assert await stored(change_sets[3]) == list(change_sets[3:])
    assert await delete(world.clock() + timedelta(hours=1), 1000, 3) == 3
    assert await delete(world.clock() + timedelta(hours=1), 1000, 100) == 4
    assert await stored(change_sets[-1]) == [change_sets[-1]]
    await world.start("two-steps", "c-11")
    assert (await feed.end()).position > change_sets[-1].position


async def test_readers_notice_that_the_next_changes_are_deleted(world: World) -> None:
    """A reader that is slower than the deletions does not skip anything without noticing."""
    database = world.runtime.database
    await world.deploy(TWO_STEPS)
    for number in range(8):
        await world.start("two-steps", f"c-{number}")
    part = await database.change_feed.read(BEGINNING, 4)
    change_sets = (await database.change_feed.read(part.end, 9)).change_sets
    assert len(change_sets) == 5

    async def keep_newest(rows: int) -> None:
        async with database.write_store.transaction() as transaction:
            excess = await database.change_feed.find_excess(rows)
            await transaction.delete_changes(world.clock() - timedelta(hours=1), excess, 100)

    await keep_newest(6)
    assert (await database.change_feed.read(part.end, 9)).change_sets == change_sets
    await keep_newest(4)
    with pytest.raises(ChangesExpired):
        await database.change_feed.read(part.end, 9)
    kept = change_sets[1]
    # The last change set of the cursor is stored, but one that it does not know, and that came before, may not be.
    for unseen, is_expired in (((), False), ((kept.position - 1,), True)):
        cursor = ChangesCursor(kept.position, kept.at, unseen=unseen)
        assert await database.change_feed.has(cursor)
        with pytest.raises(ChangesExpired) if is_expired else nullcontext():
            assert (await database.change_feed.read(place_before(cursor), 9)).change_sets[1:] == change_sets[2:]


async def test_large_change_sets_are_read_one_by_one(world: World) -> None:
    """So that a read needs little memory, whatever the transactions have changed."""
    feed = world.runtime.database.change_feed
    await world.deploy(TWO_STEPS, draw("start > Check > end\nCheck: userTask multi=700\n", "many"))
    follower, place = await follow(world), place_before(await feed.end())
    for key in ("two-steps", "two-steps", "many", "many", "two-steps", "many"):
        await world.start(key, "c-1")
    sizes, has_more = [], True
    while has_more:
        part = await feed.read(place, 20)
        sizes.append([len(change_set.changes) for change_set in part.change_sets])
        place, has_more = part.end, part.has_more
    assert sizes == [[0, 1, 1], [700], [700], [1], [700]]
    assert not (await feed.read(place, 20)).change_sets
    await follower.catch_up()
    assert follower.tasks.keys() == {task.id for task in await world.tasks()}
    assert len(follower.tasks) == 2_100


async def test_subscribers_learn_that_the_database_has_lost_its_last_changes(world: World) -> None:
    """Without an error: the connections may have been replaced before the tail uses them."""
    await world.deploy(TWO_STEPS)
    async with tailing(world) as streams:
        sink = Sink()
        stream = await streams.open(ADA)
        await stream.start(sink)
        await world.start("two-steps", "c-1")
        await poll_until(lambda: len(sink.payloads) == 1)
        async with world.runtime.database.transactions.transaction() as transaction:
            row = "(SELECT max(position) FROM change_feed)"
            await transaction.run(text(f"DELETE FROM change_feed WHERE position = {row}"), {})
        world.clock.advance(seconds=1)
        await world.start("two-steps", "c-2")
        await poll_until(lambda: sink.is_complete)
    assert sink.changes[-1]["code"] == "CHANGES_EXPIRED"


async def test_a_subscription_that_could_not_send_a_change_has_no_cursor_after_it(world: World) -> None:
    """Its subscriber would continue after the cursor, and so never get the change."""

    class Broken:
        expired = 0

        def encode(self, _changes: Sequence[LocatedChange]) -> Sequence[bytes]:
            raise RuntimeError

        def receive(self, _items: Sequence[bytes]) -> None:
            raise AssertionError

        async def drained(self) -> None: ...

        def expire(self) -> None:
            self.expired += 1

    broken, sink = Broken(), Sink()
    await world.deploy(TWO_STEPS)
    async with tailing(world) as streams:
        stream = await streams.open(ADA)
        await stream.start(sink)
        subscriptions = world.runtime.services.subscriptions
        watched = await subscriptions.check(ADA, TopicKind.WAITING_EVENTS, WaitingEventFilter(), None)
        subscription = subscriptions.open(watched, broken, "broken", lambda: broken)
        await subscription.start()
        before = subscription.cursor
        assert before == watched.after
        await world.start("two-steps", "c-1")
        await poll_until(lambda: stream.cursor not in (None, watched.after))
        assert broken.expired == 1
        assert subscription.cursor is None


async def test_subscribers_see_what_the_command_line_writes(world: World, url: str) -> None:
    await world.deploy(TWO_STEPS)
    async with tailing(world) as streams:
        sink = Sink()
        await (await streams.open(ADA)).start(sink)
        command = await asyncio.create_subprocess_exec(
            *[sys.executable, "-m", "bpmn_events", "start", "two-steps", "--correlation", "c-1"],
            env={**os.environ, "BPMN_EVENTS_DATABASE_URL": url},
        )
        assert await command.wait() == 0
        await poll_until(lambda: len(sink.payloads) == 1)
    assert sink.changes[0]["__typename"] == "WaitingEventAdded"
