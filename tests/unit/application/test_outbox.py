"""The outbox loop: its polls, the order of deliveries, its sleep, and the postponement of events.

Delivery is a fake: each event is delivered at the first attempt, or fails.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from bpmn_events.application.background.outbox import BATCH, MAX_SLEEP, RETRIES_AT_ONCE, Outbox
from bpmn_events.application.ports.outbox_delivery import DeliveryRound
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.events import EventType, TriggerSource
from bpmn_events.domain.outbox import ThrownEvent
from bpmn_events.domain.retries import UNEXPECTED, Retry
from tests.support.virtual_time import START, elapsed, in_virtual_time, now
from tests.unit.application.looping import Polls, run_for, running

SLEEP = MAX_SLEEP.total_seconds()
BUSY_PAUSE = timedelta(milliseconds=100)


def message(identifier: str, due: float = 0, by: str | None = None, **fields: Any) -> ThrownEvent:
    """Return a message that is due that many seconds after the test begins.

    ``by`` is the execution that threw it; None means that it came from outside.
    """
    event = ThrownEvent(
        id=identifier,
        event_type=EventType.MESSAGE,
        name=f"the {identifier}",
        payload=None,
        source=TriggerSource.PROCESS,
        thrown_at=START,
        thrown_by="ada",
        due_at=START + timedelta(seconds=due),
        root_instance_id=by,
    )
    return replace(event, **fields)


def signal(identifier: str, due: float = 0, by: str | None = None, **fields: Any) -> ThrownEvent:
    """Return a signal; the arguments are those of ``message``."""
    return message(identifier, due, by, event_type=EventType.SIGNAL, **fields)


async def do_nothing() -> None:
    """Do nothing."""


class FakeStore:
    """The thrown events, as the read store and the delivery of the loop.

    ``meanwhile_due`` is called once before the due events are returned, ``meanwhile_next`` before the next due time.
    """

    def __init__(self, *events: ThrownEvent) -> None:
        self.events = {event.id: event for event in events}
        self.polls = Polls()
        self.attempts: list[tuple[float, str]] = []
        self.broken: set[str] = set()
        self.is_busy = self.is_down = False
        self.seconds: dict[str, float] = {}
        self.on_postponed: Callable[[WriteSet], None] = lambda write_set: None
        self.meanwhile_due: Callable[[], Awaitable[None]] = do_nothing
        self.meanwhile_next: Callable[[], Awaitable[None]] = do_nothing

    async def due_thrown_events(self, at: datetime, limit: int, *, postponed: bool) -> Sequence[ThrownEvent]:
        if not postponed:
            self.polls.add()
        due = sorted((event.due_at, event.id) for event in self._lane(postponed) if event.due_at <= at)
        events = [self.events[identifier] for _, identifier in due[:limit]]
        meanwhile, self.meanwhile_due = self.meanwhile_due, do_nothing
        await meanwhile()
        return events

    def _lane(self, postponed: bool) -> list[ThrownEvent]:
        return [event for event in self.events.values() if bool(event.attempts) is postponed]

    async def next_thrown_due(self, *, postponed: bool) -> datetime | None:
        due_at = min((event.due_at for event in self._lane(postponed)), default=None)
        meanwhile, self.meanwhile_next = self.meanwhile_next, do_nothing
        await meanwhile()
        return due_at

    async def deliver(self, thrown_event_id: str, delivery_round: DeliveryRound) -> bool:
        self.attempts.append((elapsed(), thrown_event_id))
        await asyncio.sleep(self.seconds.get(thrown_event_id, 0))
        if self.is_down:
            raise EngineUnavailable
        if thrown_event_id in self.broken:
            raise ZeroDivisionError
        if not delivery_round.may_attempt(thrown_event_id):
            return False
        if self.is_busy:
            delivery_round.retry_after = BUSY_PAUSE
            return False
        delivery_round.attempted.add(thrown_event_id)
        self.events.pop(thrown_event_id, None)
        return True

    async def postpone(self, thrown_event_id: str, error: Exception) -> None:
        self.events[thrown_event_id] = self.events[thrown_event_id].postpone(now(), error)
        self.on_postponed(WriteSet(changed_thrown_events=[self.events[thrown_event_id]]))


class Loop:
    """The outbox loop over the fake store."""

    def __init__(self, *events: ThrownEvent) -> None:
        self.store = FakeStore(*events)
        self.outbox = Outbox(cast(ReadStore, self.store), self.store, now)
        self.store.on_postponed = self.outbox.on_commit

    def commit(self, *events: ThrownEvent) -> None:
        """Store the events, and notify the loop, as a commit of this process does."""
        self.store.events |= {event.id: event for event in events}
        self.outbox.on_commit(WriteSet(new_thrown_events=list(events)))

    @property
    def polls(self) -> list[float]:
        return self.store.polls.distinct()

    async def round(self) -> list[str]:
        """Run one round. Return the ids of the attempted events, in order."""
        before = len(self.store.attempts)
        count = await self.outbox.deliver_due()
        taken = [identifier for _, identifier in self.store.attempts[before:]]
        assert count == len(taken)
        return taken


# --- sleeping and waking up -----------------------------------------------------------------------


@in_virtual_time
async def test_without_events_the_loop_polls_after_its_longest_sleep() -> None:
    loop = Loop()
    await run_for(loop.outbox.run, 3.5 * SLEEP)
    assert loop.store.polls.seconds == [0, SLEEP, 2 * SLEEP, 3 * SLEEP]


@in_virtual_time
async def test_a_postponed_event_is_delivered_when_it_is_due() -> None:
    loop = Loop(message("overdue", -60), message("soon", 2), message("far", 3 * SLEEP + 1))
    await run_for(loop.outbox.run, 4 * SLEEP)
    assert loop.store.attempts == [(0, "overdue"), (2, "soon"), (3 * SLEEP + 1, "far")]
    assert loop.polls == [0, 2, 2 + SLEEP, 2 + 2 * SLEEP, 3 * SLEEP + 1]


@in_virtual_time
async def test_a_commit_with_a_thrown_event_wakes_the_loop() -> None:
    loop = Loop()
    async with running(loop.outbox.run):
        await asyncio.sleep(2)
        loop.commit(message("message", 2))
        await asyncio.sleep(2 * SLEEP)
    assert loop.store.attempts == [(2, "message")]
    assert loop.polls == [0, 2, 2 + SLEEP]


@in_virtual_time
async def test_a_commit_without_thrown_events_does_not_wake_the_loop() -> None:
    loop = Loop(message("put-off", 4))
    async with running(loop.outbox.run):
        await asyncio.sleep(2)
        loop.outbox.on_commit(WriteSet(changed_thrown_events=[message("put-off", 4)], delivered_events=["other"]))
        await asyncio.sleep(1)
    assert loop.polls == [0]


@in_virtual_time
async def test_a_commit_during_a_poll_is_delivered_at_once() -> None:
    loop = Loop()

    async def commit() -> None:
        loop.commit(message("message"))

    loop.store.meanwhile_due = commit
    await run_for(loop.outbox.run, 1)
    assert loop.store.attempts == [(0, "message")]


@in_virtual_time
async def test_a_commit_just_before_the_sleep_is_delivered_at_once() -> None:
    loop = Loop()

    async def commit() -> None:
        loop.commit(message("message"))

    loop.store.meanwhile_next = commit
    await run_for(loop.outbox.run, 1)
    assert loop.store.attempts == [(0, "message")]


@in_virtual_time
async def test_while_another_process_delivers_the_loop_polls_after_short_pauses() -> None:
    loop = Loop(message("message"))
    loop.store.is_busy = True
    async with running(loop.outbox.run):
        await asyncio.sleep(0.35)
        assert loop.store.polls.seconds == pytest.approx([0, 0.1, 0.2, 0.3])
        loop.store.is_busy = False
        await asyncio.sleep(2 * SLEEP)
    assert [second for second, _ in loop.store.attempts] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert loop.polls == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.4 + SLEEP])


@in_virtual_time
async def test_the_pause_of_a_busy_round_applies_once() -> None:
    """An event that is due before the end of a second pause is still delivered on time."""
    loop = Loop(message("first"), message("second", 0.11))
    loop.store.is_busy = True
    async with running(loop.outbox.run):
        await asyncio.sleep(0.05)
        loop.store.is_busy = False
        await asyncio.sleep(1)
    assert loop.store.attempts == [(0, "first"), (0.1, "first"), (0.11, "second")]


# --- order ----------------------------------------------------------------------------------------


@in_virtual_time
async def test_due_events_are_delivered_in_the_order_they_were_thrown() -> None:
    loop = Loop(*(message(f"message-{number}", by="one") for number in range(5)))
    assert await loop.round() == [f"message-{number}" for number in range(5)]
    assert await loop.round() == []


@in_virtual_time
async def test_a_round_has_a_limit_and_the_next_round_follows_at_once() -> None:
    loop = Loop(*(message(f"message-{number:03}") for number in range(BATCH + 1)))
    await run_for(loop.outbox.run, 1)
    assert [second for second, _ in loop.store.attempts] == [0] * (BATCH + 1)
    loop = Loop(*(message(f"message-{number:03}") for number in range(BATCH + 1)))
    assert len(await loop.round()) == BATCH


@in_virtual_time
async def test_only_later_events_of_the_same_execution_wait_for_a_signal() -> None:
    """The signal may take several rounds. Events that the same execution threw before it do not wait."""
    loop = Loop(
        message("1-before", by="one"),
        signal("2-alarm", by="one"),
        message("3-behind", by="one"),
        message("4-of-another", by="other"),
        signal("5-second-alarm", by="one"),
        signal("6-from-outside"),
        message("7-from-outside"),
    )
    first = ["1-before", "2-alarm", "4-of-another", "6-from-outside", "7-from-outside"]
    assert await loop.round() == first
    assert await loop.round() == ["3-behind", "5-second-alarm"]


@in_virtual_time
async def test_no_event_waits_for_a_signal_with_one_receiver_left() -> None:
    """The receiver could not go on, and may not be able to for a long time."""
    loop = Loop(
        signal("1-for-an-event", by="one", target_event_id="we"),
        signal("2-for-a-start", by="one", target_start_id="start"),
        message("3-behind", by="one"),
    )
    assert await loop.round() == ["1-for-an-event", "2-for-a-start", "3-behind"]


# --- failures -------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_failing_event_is_postponed_with_pauses_that_double() -> None:
    loop = Loop(message("broken"))
    loop.store.broken.add("broken")
    await run_for(loop.outbox.run, 40)
    assert loop.store.attempts == [(second, "broken") for second in (0, 1, 3, 7, 15, 31)]
    assert loop.store.events["broken"].attempts == 6


@in_virtual_time
async def test_a_failing_event_does_not_delay_the_others(caplog: pytest.LogCaptureFixture) -> None:
    loop = Loop(message("1"), message("2"), message("3"), message("4", 0.5))
    loop.store.broken.add("2")
    with caplog.at_level(logging.ERROR):
        await run_for(loop.outbox.run, 0.9)
    assert loop.store.attempts == [(0, "1"), (0, "2"), (0, "3"), (0.5, "4")]
    assert set(loop.store.events) == {"2"}
    assert caplog.messages == ["The message 'the 2' could not be delivered"]


@in_virtual_time
async def test_events_that_fail_again_do_not_delay_new_ones() -> None:
    stuck = [message(f"stuck-{number:03}", attempts=3) for number in range(3 * RETRIES_AT_ONCE)]
    loop = Loop(*stuck, message("new"))
    loop.store.broken |= {event.id for event in stuck}
    loop.store.seconds |= {event.id: 10.0 for event in stuck}
    async with running(loop.outbox.run):
        await asyncio.sleep(1)
        loop.commit(message("later", 1))
        await asyncio.sleep(1)
    assert [(second, name) for second, name in loop.store.attempts if not name.startswith("stuck")] == [
        (0, "new"),
        (1, "later"),
    ]
    assert len(loop.store.attempts) == RETRIES_AT_ONCE + 2


@in_virtual_time
async def test_the_reason_of_a_failure_is_kept() -> None:
    loop = Loop(message("broken"))
    loop.store.broken.add("broken")
    await loop.round()
    assert loop.store.events["broken"].retry == Retry(1, START + timedelta(seconds=1), START, UNEXPECTED)


@in_virtual_time
async def test_an_outage_leaves_the_loop_and_postpones_no_event(caplog: pytest.LogCaptureFixture) -> None:
    loop = Loop(message("1"), message("2"))
    loop.store.is_down = True
    with pytest.raises(EngineUnavailable):
        await loop.outbox.run()
    assert [event.attempts for event in loop.store.events.values()] == [0, 0]
    loop.store.is_down = False
    assert await loop.round() == ["1", "2"]
    assert caplog.messages == []
