"""Subscriptions that come, go and continue after any cursor, beside the writers of two processes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from bpmn_events.application.changes import subscription, tail
from bpmn_events.application.changes.topic import Topic, TopicKind
from bpmn_events.application.ports.change_feed import ChangeFeed, FeedPlace
from bpmn_events.domain.changes import ChangesCursor, LocatedChange
from bpmn_events.domain.filters import WaitingEventFilter
from tests.delivery.changes.test_feed import follow
from tests.delivery.changes.test_payloads import tailing
from tests.delivery.conftest import runtime_over
from tests.delivery.world import ADA, World
from tests.support.clock import Clock
from tests.support.polling import poll_until
from tests.support.server import ServerProcess, running
from tests.system.client import START, Client
from tests.system.models import TWO_STEPS

KINDS = tuple(TopicKind)
CASES = 40
WRITERS = 3
WATCHERS = 8
FILTERS = (
    WaitingEventFilter(),
    WaitingEventFilter(process_model_keys=("two-steps",)),
    WaitingEventFilter(correlation_ids=tuple(f"own-{number}" for number in range(0, CASES, 3))),
    WaitingEventFilter(correlation_ids=("other-7",), process_model_keys=("two-steps",)),
)


@dataclass
class Encoder:
    """Returns changes as they are, at once or after a while."""

    random: Random

    def encode(self, changes: Sequence[LocatedChange]) -> Sequence[LocatedChange] | Awaitable[Sequence[LocatedChange]]:
        return list(changes) if self.random.random() < 0.5 else self._wait(changes)

    async def _wait(self, changes: Sequence[LocatedChange]) -> Sequence[LocatedChange]:
        await asyncio.sleep(self.random.random() / 50)
        return list(changes)


@dataclass
class Watch:
    """What a subscriber has received, and the cursor at the end, up to which this must be everything."""

    random: Random
    topic: Topic
    after: ChangesCursor
    changes: list[LocatedChange] = field(default_factory=list)
    cursor: ChangesCursor | None = None
    has_expired: bool = False

    def receive(self, items: Sequence[LocatedChange]) -> None:
        self.changes += items

    async def drained(self) -> None:
        if self.random.random() < 0.2:
            await asyncio.sleep(self.random.random() / 50)

    def expire(self) -> None:
        self.has_expired = True

    def expected(self, feed: Sequence[LocatedChange]) -> list[LocatedChange]:
        """Return all changes after the cursor with which it began."""
        return [
            located
            for located in feed
            if self.topic.matches(located.change) and not self.after.knows(located.cursor.position, located.number)
        ]

    def check(self, feed: Sequence[LocatedChange]) -> None:
        """Nothing is missing or doubled, and the order is that of the feed."""
        assert not self.has_expired
        expected = self.expected(feed)
        assert self.changes == expected[: len(self.changes)]
        if self.cursor is not None:
            for position, number in (
                (located.cursor.position, located.number) for located in expected[len(self.changes) :]
            ):
                assert not self.cursor.knows(position, number)


class Watchers:
    """Opens subscriptions to random topics after random cursors."""

    def __init__(self, world: World, random: Random, begin: ChangesCursor) -> None:
        self.watches: list[Watch] = []
        self.is_over = False
        self._world = world
        self._random = random
        self._subscriptions = world.runtime.services.subscriptions
        self._begin = begin
        self._cursors = [begin]

    async def come_and_go(self) -> None:
        while not self.is_over:
            kind, filter = self._random.choice(KINDS), self._random.choice(FILTERS)
            watch, opened, starting = await self._open(kind, filter, await self._cursor())
            await asyncio.sleep(self._random.random() * self._random.choice((0, 0.02, 0.3, 1.0)))
            watch.cursor = opened.cursor
            opened.close()
            if self._random.random() < 0.1:  # costs a connection to PostgreSQL
                starting.cancel()
            await asyncio.wait((starting,))
            received = len(watch.changes)
            self._cursors += [located.cursor for located in watch.changes[-5:]]
            if watch.cursor is not None:
                self._cursors.append(watch.cursor)
            await asyncio.sleep(0)
            assert len(watch.changes) == received

    async def stay(self, number: int) -> tuple[Watch, subscription.Subscription[LocatedChange]]:
        await asyncio.sleep(self._random.random())
        after = self._begin if number < len(KINDS) else await self._cursor()
        watch, opened, starting = await self._open(KINDS[number % len(KINDS)], FILTERS[number % len(FILTERS)], after)
        await starting
        return watch, opened

    async def _open(
        self, kind: TopicKind, filter: WaitingEventFilter, after: ChangesCursor | None
    ) -> "tuple[Watch, subscription.Subscription[LocatedChange], asyncio.Task[None]]":
        watched = await self._subscriptions.check(ADA, kind, filter, after, check_filter=False)
        watch = Watch(self._random, watched.topic, watched.after)
        self.watches.append(watch)
        opened = self._subscriptions.open(watched, watch, "changes", lambda: Encoder(self._random))
        return watch, opened, asyncio.create_task(opened.start())

    async def _cursor(self) -> ChangesCursor | None:
        """Return the cursor of now, of a list, or one that a subscriber has got."""
        choice = self._random.random()
        if choice < 0.2:
            return None
        if choice < 0.4:
            return (await follow(self._world)).cursor
        return self._random.choice(self._cursors)


@pytest_asyncio.fixture
async def world(url: str) -> AsyncIterator[World]:
    """Yield a server with the time of the other process, which waits for its few connections to the database."""
    clock = Clock(datetime.now(UTC))
    runtime = runtime_over(url, clock, database_timeout_seconds=60)
    async with runtime.open():
        yield World(runtime, clock)


@pytest.mark.parametrize("seed", range(2))
async def test_subscriptions_come_and_go(
    world: World, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    for module, name, value in ((subscription, "_BATCH", 3), (subscription, "_PART", 2), (tail, "_BATCH", 4)):
        monkeypatch.setattr(module, name, value)
    random = Random(seed)
    await world.deploy(TWO_STEPS)
    listed = await follow(world)
    watchers = Watchers(world, random, listed.cursor)
    with running(ServerProcess(tmp_path, settings={"DATABASE_URL": url})) as other:
        async with tailing(world), Client.of(other.address) as client:

            async def write(numbers: Sequence[int]) -> None:
                for number in numbers:
                    await world.start("two-steps", f"own-{number}")
                    await asyncio.sleep(random.random() / 20)
                    await world.trigger("two-steps", f"own-{number}", "first")

            async def write_elsewhere(numbers: Sequence[int]) -> None:
                for number in numbers:
                    arguments = {"processModelKey": "two-steps", "correlationId": f"other-{number}"}
                    await client.graphql(START, input=arguments)
                    await client.trigger("two-steps", f"other-{number}", "first")
                    await client.trigger("two-steps", f"other-{number}", "second")

            coming = [asyncio.create_task(watchers.come_and_go()) for _ in range(WATCHERS)]
            staying = [asyncio.create_task(watchers.stay(number)) for number in range(WATCHERS)]
            parts = [range(first, CASES, WRITERS) for first in range(WRITERS)]
            await asyncio.gather(*map(write, parts), *map(write_elsewhere, parts))
            watchers.is_over = True
            await asyncio.gather(*coming)
            stayed = [await each for each in staying]
            feed = await read_all(world.runtime.database.change_feed)
            await poll_until(lambda: all(len(watch.changes) >= len(watch.expected(feed)) for watch, _ in stayed))
            for watch, opened in stayed:
                watch.cursor = opened.cursor
                opened.close()
    for watch in watchers.watches:
        watch.check(feed)
    assert [len(watch.changes) for watch, _ in stayed[:2]] == [7 * CASES, 3 * CASES]
    assert world.runtime.services.subscriptions.count == 0
    await listed.catch_up()
    assert listed.events.keys() == {event.id for event in await world.waits()}


async def read_all(feed: ChangeFeed) -> list[LocatedChange]:
    place, found = FeedPlace(-1), []
    while (part := await feed.read(place, 100)).change_sets:
        found += [located for change_set in part.change_sets for located in change_set.located()]
        place = part.end
    return found
