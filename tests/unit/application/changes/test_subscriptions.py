"""Subscriptions and the tail of the change feed, in their rare orders of events."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest

from bpmn_events.application.changes import subscription
from bpmn_events.application.changes.hub import Hub
from bpmn_events.application.changes.topic import Topic, TopicKind
from bpmn_events.application.ports.change_feed import FeedPart, FeedPlace, place_before
from bpmn_events.domain.changes import Change, ChangesCursor, LocatedChange
from bpmn_events.domain.errors import ChangesExpired
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.principal import SYSTEM
from tests.support.polling import poll_until
from tests.unit.application.changes.feeds import Encoder, Feed, Server, Sink, change_set, trigger_ids


@asynccontextmanager
async def running(server: Server) -> "AsyncIterator[asyncio.Task[None]]":
    task = asyncio.create_task(server.tail.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_other_tasks_run_while_a_long_history_is_passed_over() -> None:
    """Also if nothing in it matches, and each read answers at once."""
    server = Server(Feed([change_set(number, 20, "other") for number in range(1, 5_000)]))
    seen = server.open(Sink(), after=1)
    starting = asyncio.create_task(seen.start())
    turns = 0
    while not starting.done():
        await asyncio.sleep(0)
        turns += 1
    await starting
    assert turns > 3


async def test_a_history_that_ends_with_a_full_part_beside_a_tail_that_knows_more_to_be_settled() -> None:
    """On PostgreSQL, how far an empty part is settled depends on transactions of others."""
    feed = Feed([change_set(number) for number in range(1, 2 + subscription._BATCH)], settled=1_000)
    server = Server(feed)
    first, second = Sink(), Sink()
    await server.open(first, after=1).start()
    async with running(server):
        await asyncio.sleep(0)
        feed.settled = 0
        async with asyncio.timeout(5):
            await server.open(second, after=1).start()
        feed.change_sets.append(change_set(1_001))
        await poll_until(lambda: second.items[-1] == "1001.0" == first.items[-1])
    assert first.items == second.items == [f"{each.position}.0" for each in feed.change_sets[1:]]


async def test_the_last_subscriber_goes_during_a_publication_and_one_comes_that_is_behind() -> None:
    """The new one gets each change once."""
    feed, published, go_on = Feed([change_set(1)]), asyncio.Event(), asyncio.Event()

    async def wait(changes: Sequence[LocatedChange]) -> list[str]:
        published.set()
        await go_on.wait()
        return trigger_ids(changes)

    server = Server(feed, Encoder(wait))
    leaving, coming = Sink(), Sink()
    one, other = server.open(leaving, after=1), server.open(coming, after=1)
    await one.start()
    place = (await feed.read(place_before(ChangesCursor(1, 1)), 20)).end
    async with running(server), asyncio.timeout(10):
        feed.change_sets.append(change_set(2))
        await published.wait()
        one.close()
        assert not other._group.add(other, place)  # it has read so far before
        starting = asyncio.create_task(other.start())
        go_on.set()
        await starting
        feed.change_sets.append(change_set(3))
        await poll_until(lambda: "3.0" in coming.items)
    assert coming.items == ["2.0", "3.0"]
    assert leaving.items == []


async def test_the_last_subscriber_goes_during_a_read_and_one_comes_that_is_behind() -> None:
    """The read began after changes that the new one does not have."""
    feed, has_begun, go_on = Feed([change_set(number) for number in (1, 2)]), asyncio.Event(), asyncio.Event()
    server = Server(feed)
    leaving, coming = Sink(), Sink()
    one, other = server.open(leaving, after=2), server.open(coming, after=1)
    await one.start()
    earlier = (await feed.read(place_before(ChangesCursor(1, 1)), 1)).end
    read = feed.read

    async def wait(place: FeedPlace, limit: int) -> FeedPart:
        has_begun.set()
        await go_on.wait()
        return await read(place, limit)

    feed.read = wait  # type: ignore[method-assign]
    async with running(server), asyncio.timeout(10):
        await has_begun.wait()
        one.close()
        assert other._group.add(other, earlier)
        feed.change_sets.append(change_set(3))
        go_on.set()
        await poll_until(lambda: "3.0" in coming.items)
    assert coming.items == ["2.0", "3.0"]


@pytest.mark.parametrize("is_late", [False, True], ids=["encoded at once", "encoded later"])
async def test_a_subscriber_that_fails_ends_alone(caplog: pytest.LogCaptureFixture, is_late: bool) -> None:
    """Also if it fails again when it is told so. Others of its group and of other groups miss nothing."""

    class Broken(Sink):
        def receive(self, items: Sequence[str]) -> None:
            raise ZeroDivisionError

        def expire(self) -> None:
            super().expire()
            raise ZeroDivisionError

    async def encode_later(changes: Sequence[LocatedChange]) -> list[str]:
        await asyncio.sleep(0)
        return trigger_ids(changes)

    feed, sinks = Feed([change_set(1)]), [Sink(), Broken(), Sink(), Sink()]
    server = Server(feed, Encoder(encode_later if is_late else trigger_ids))
    opened = [server.open(sink, after=1, correlation="cccd"[number]) for number, sink in enumerate(sinks)]
    for each in opened:
        await each.start()
    async with running(server) as tail:
        feed.change_sets += [change_set(2), change_set(3, correlation="d"), change_set(4)]
        await poll_until(lambda: "3.0" in sinks[3].items)
        feed.change_sets += [change_set(5), change_set(6, correlation="d")]
        await poll_until(lambda: "6.0" in sinks[3].items)
        assert not tail.done()
    assert [sink.items for sink in sinks] == [["2.0", "4.0", "5.0"], [], ["2.0", "4.0", "5.0"], ["3.0", "6.0"]]
    assert [sink.has_expired for sink in sinks] == [False, True, False, False]
    assert server.subscriptions.count == 3
    assert [record.exc_info is not None for record in caplog.records] == [True, True]


async def test_all_learn_that_changes_are_missing_although_one_fails(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Sink):
        def expire(self) -> None:
            raise ZeroDivisionError

    feed, sinks = Feed([change_set(1)]), [Broken(), Sink(), Sink()]
    server = Server(feed)
    for number, sink in enumerate(sinks):
        await server.open(sink, after=1, correlation="ccd"[number]).start()
    feed.has_expired = True
    async with running(server) as tail:
        await poll_until(lambda: server.subscriptions.count == 0)
        assert not tail.done()
    assert [sink.has_expired for sink in sinks] == [False, True, True]
    assert "ZeroDivisionError" in caplog.text


async def test_after_a_failed_publication_nobody_misses_changes_unnoticed() -> None:
    feed, sinks = Feed([change_set(1)]), [Sink(), Sink()]
    server = Server(feed)
    for sink, correlation in zip(sinks, "cd", strict=True):
        await server.open(sink, after=1, correlation=correlation).start()
    feed.change_sets += [change_set(2), change_set(3, correlation=["no", "text"])]  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        await server.tail.run()
    assert all(sink.has_expired for sink in sinks)
    assert server.subscriptions.count == 0


@pytest.mark.parametrize("count", [1, 3], ids=["whole change set", "change set of which a part is known"])
async def test_the_cursor_is_never_older_than_what_was_received(count: int) -> None:
    """A client that continues after it would get changes twice, and one that keeps the latest would go back."""
    feed, sink = Feed([change_set(1), change_set(2, count)]), Sink()
    server = Server(feed)
    after = ChangesCursor(2, 2, known=None if count == 1 else 1)
    seen = server.open(sink, after)
    await seen.start()
    assert sink.items == [f"2.{number}" for number in range(1, count)]
    assert seen.cursor == ChangesCursor(2, 2)


async def test_the_cursor_after_a_list_that_was_read_beside_open_transactions() -> None:
    """As soon as the list has caught up with them, the cursor knows them."""
    feed, sink = Feed([change_set(1), change_set(4)], horizon=2), Sink()
    server = Server(feed)
    seen = server.open(sink, ChangesCursor(4, 4, unseen=(2,)))
    async with running(server):
        starting = asyncio.create_task(seen.start())
        feed.change_sets, feed.horizon = [change_set(1), change_set(2), change_set(4)], 3
        await poll_until(lambda: bool(sink.items))
        assert seen.cursor is None
        feed.horizon = None
        await starting
        assert seen.cursor == ChangesCursor(4, 4)
    assert sink.items == ["2.0"]


@pytest.mark.parametrize("position", [2, 3, 9])
async def test_the_change_set_of_the_cursor_has_gone_since_it_was_checked(position: int) -> None:
    """Another server of the database has taken over, which lacks the latest transactions, or has others instead."""
    feed, sink = Feed([change_set(1), change_set(3)], settled=5), Sink()
    seen = Server(feed).open(sink, ChangesCursor(position, at=77))
    with pytest.raises(ChangesExpired):
        await seen.start()
    assert not sink.items


async def test_a_large_change_set_is_published_in_parts() -> None:
    feed, sink = Feed([change_set(1)]), Sink()
    server = Server(feed)
    await server.open(sink, after=1).start()
    async with running(server):
        feed.change_sets += [change_set(2, 1_234), change_set(3)]
        await poll_until(lambda: "3.0" in sink.items)
    assert sink.items == [*(f"2.{number}" for number in range(1_234)), "3.0"]
    assert max(sink.batches) <= subscription._PART


async def test_changes_that_the_cursor_knows_are_not_encoded() -> None:
    encoded: list[str] = []

    def encode(changes: Sequence[LocatedChange]) -> list[str]:
        encoded.extend(trigger_ids(changes))
        return trigger_ids(changes)

    sink = Sink()
    await Server(Feed([change_set(1, 500), change_set(2)]), Encoder(encode)).open(sink, after=1).start()
    assert encoded == sink.items == ["2.0"]


async def test_changes_are_encoded_once_for_all_subscribers_to_the_same() -> None:
    calls: list[list[str]] = []

    def encode(changes: Sequence[LocatedChange]) -> list[str]:
        calls.append(trigger_ids(changes))
        return trigger_ids(changes)

    feed, sinks = Feed([change_set(1)]), [Sink() for _ in range(20)]
    server = Server(feed, Encoder(encode))
    for sink in sinks:
        await server.open(sink, after=1).start()
    async with running(server):
        feed.change_sets.append(change_set(2))
        await poll_until(lambda: all(sink.items == ["2.0"] for sink in sinks))
    assert calls == [["2.0"]]


async def test_a_change_is_compared_with_the_topics_of_its_correlation_only() -> None:
    compared: list[str] = []

    class Watched(Topic):
        def matches(self, change: Change) -> bool:
            compared.extend(self.filter.correlation_ids or ())
            return super().matches(change)

    hub = Hub()
    for number in range(1_000):
        filter = WaitingEventFilter(correlation_ids=(f"c-{number}",))
        hub.add(_Listener(Watched(TopicKind.EVENT_TRIGGERS, filter, frozenset(SYSTEM.lanes))))
    await hub.publish([change_set(1, correlation="c-7"), change_set(2, correlation="other")])
    assert compared == ["c-7"]


class _Listener:
    def __init__(self, topic: Topic) -> None:
        self.topic = topic

    def publish(self, changes: Sequence[LocatedChange]) -> None:
        assert changes

    def expire(self) -> None:
        raise NotImplementedError
