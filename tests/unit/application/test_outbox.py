"""The outbox loop: when it looks, in which order it takes on what is due, how long it sleeps, and what it puts off.

Delivering is a fake by which every event is delivered when its turn comes, or fails.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from bpmn_events.application.background.outbox import BATCH, MAX_SLEEP, Outbox
from bpmn_events.application.ports.outbox_delivery import DeliveryRound, DeliveryTurn
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.events import EventType, TriggerSource
from bpmn_events.domain.outbox import ThrownEvent
from tests.support.virtual_time import START, elapsed, in_virtual_time, now
from tests.unit.application.looping import Looks, run_for, running

NAP = MAX_SLEEP.total_seconds()


def thrown(identifier: str, due: float = 0, by: str | None = None, **more: Any) -> ThrownEvent:
    """A message that is due so many seconds after the test begins, thrown by that execution or from outside."""
    event = ThrownEvent(
        id=identifier,
        event_type=EventType.MESSAGE,
        name=f"the {identifier}",
        payload=None,
        source=TriggerSource.PROCESS,
        thrown_at=START,
        thrown_by="somebody",
        due_at=START + timedelta(seconds=due),
        root_instance_id=by,
    )
    return replace(event, **more)


def signal(identifier: str, due: float = 0, by: str | None = None, **more: Any) -> ThrownEvent:
    return thrown(identifier, due, by, event_type=EventType.SIGNAL, **more)


async def nothing() -> None:
    """Nothing happens meanwhile."""


class Stored:
    """The thrown events: the loop reads them, and has them delivered.

    ``meanwhile`` happens before the loop gets an answer: the due events, or the next due time.
    """

    def __init__(self, *events: ThrownEvent) -> None:
        self.events = {event.id: event for event in events}
        self.looks = Looks()
        self.attempts: list[tuple[float, str]] = []
        self.broken: set[str] = set()
        self.is_busy = False
        self.meanwhile_due: Callable[[], Awaitable[None]] = nothing
        self.meanwhile_next: Callable[[], Awaitable[None]] = nothing

    async def due_thrown_events(self, at: datetime, limit: int) -> Sequence[ThrownEvent]:
        self.looks.add()
        due = sorted((event.due_at, event.id) for event in self.events.values() if event.due_at <= at)
        found = [self.events[identifier] for _, identifier in due[:limit]]
        meanwhile, self.meanwhile_due = self.meanwhile_due, nothing
        await meanwhile()
        return found

    async def next_thrown_due(self) -> datetime | None:
        found = min((event.due_at for event in self.events.values()), default=None)
        meanwhile, self.meanwhile_next = self.meanwhile_next, nothing
        await meanwhile()
        return found

    async def deliver(self, thrown_event_id: str, in_round: DeliveryRound) -> DeliveryTurn:
        self.attempts.append((elapsed(), thrown_event_id))
        if thrown_event_id in self.broken:
            raise ZeroDivisionError
        in_round.is_busy = in_round.is_busy or self.is_busy
        if in_round.is_busy:
            return DeliveryTurn.BUSY
        self.events.pop(thrown_event_id, None)
        return DeliveryTurn.TAKEN

    async def postpone(self, thrown_event_id: str) -> DeliveryTurn:
        self.events[thrown_event_id] = self.events[thrown_event_id].postponed(now())
        return DeliveryTurn.TAKEN


class Loop:
    """The outbox loop over these fakes."""

    def __init__(self, *events: ThrownEvent) -> None:
        self.stored = Stored(*events)
        self.outbox = Outbox(cast(ReadStore, self.stored), self.stored, now)

    def commit(self, *events: ThrownEvent) -> None:
        """The events are in the store from now on, as a command of this process threw them."""
        self.stored.events |= {event.id: event for event in events}
        self.outbox.on_commit(WriteSet(new_thrown=list(events)))

    @property
    def looks(self) -> list[float]:
        return self.stored.looks.moments()

    async def round(self) -> list[str]:
        """What one round takes on, in that order."""
        before = len(self.stored.attempts)
        count = await self.outbox.deliver_due()
        taken = [identifier for _, identifier in self.stored.attempts[before:]]
        assert count == len(taken)
        return taken


# --- sleeping and waking up -----------------------------------------------------------------------


@in_virtual_time
async def test_with_nothing_to_deliver_the_loop_looks_once_in_a_while() -> None:
    loop = Loop()
    await run_for(loop.outbox.run, 3.5 * NAP)
    assert loop.stored.looks.seconds == [0, NAP, 2 * NAP, 3 * NAP]


@in_virtual_time
async def test_what_is_put_off_is_delivered_at_the_moment_it_is_due() -> None:
    loop = Loop(thrown("overdue", -60), thrown("soon", 2), thrown("far", 3 * NAP + 1))
    await run_for(loop.outbox.run, 4 * NAP)
    assert loop.stored.attempts == [(0, "overdue"), (2, "soon"), (3 * NAP + 1, "far")]
    assert loop.looks == [0, 2, 2 + NAP, 2 + 2 * NAP, 3 * NAP + 1]


@in_virtual_time
async def test_a_commit_of_something_thrown_wakes_the_loop() -> None:
    loop = Loop()
    async with running(loop.outbox.run):
        await asyncio.sleep(2)
        loop.commit(thrown("message", 2))
        await asyncio.sleep(2 * NAP)
    assert loop.stored.attempts == [(2, "message")]
    assert loop.looks == [0, 2, 2 + NAP]


@in_virtual_time
async def test_a_commit_of_anything_else_does_not() -> None:
    loop = Loop(thrown("put-off", 4))
    async with running(loop.outbox.run):
        await asyncio.sleep(2)
        loop.outbox.on_commit(WriteSet(changed_thrown=[thrown("put-off", 4)], delivered_events=["other"]))
        await asyncio.sleep(1)
    assert loop.looks == [0]


@in_virtual_time
async def test_a_commit_while_the_loop_looks_is_not_slept_over() -> None:
    loop = Loop()

    async def a_commit() -> None:
        loop.commit(thrown("message"))

    loop.stored.meanwhile_due = a_commit
    await run_for(loop.outbox.run, 1)
    assert loop.stored.attempts == [(0, "message")]


@in_virtual_time
async def test_a_commit_while_the_loop_is_about_to_sleep_is_not_slept_over() -> None:
    loop = Loop()

    async def a_commit() -> None:
        loop.commit(thrown("message"))

    loop.stored.meanwhile_next = a_commit
    await run_for(loop.outbox.run, 1)
    assert loop.stored.attempts == [(0, "message")]


@in_virtual_time
async def test_while_another_process_delivers_the_loop_asks_for_its_turn_now_and_then() -> None:
    loop = Loop(thrown("message"))
    loop.stored.is_busy = True
    async with running(loop.outbox.run):
        await asyncio.sleep(0.35)
        assert loop.stored.looks.seconds == pytest.approx([0, 0.1, 0.2, 0.3])
        loop.stored.is_busy = False
        await asyncio.sleep(2 * NAP)
    assert [second for second, _ in loop.stored.attempts] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert loop.looks == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.4 + NAP])


@in_virtual_time
async def test_busy_is_not_for_ever() -> None:
    """After another process was at it once, what is due in less than the pause is on time again."""
    loop = Loop(thrown("first"), thrown("second", 0.11))
    loop.stored.is_busy = True
    async with running(loop.outbox.run):
        await asyncio.sleep(0.05)
        loop.stored.is_busy = False
        await asyncio.sleep(1)
    assert loop.stored.attempts == [(0, "first"), (0.1, "first"), (0.11, "second")]


# --- order ----------------------------------------------------------------------------------------


@in_virtual_time
async def test_what_is_due_is_taken_on_in_the_order_it_was_thrown() -> None:
    loop = Loop(*(thrown(f"message-{number}", by="one") for number in range(5)))
    assert await loop.round() == [f"message-{number}" for number in range(5)]
    assert await loop.round() == []


@in_virtual_time
async def test_a_round_takes_on_so_many_and_the_next_follows_at_once() -> None:
    loop = Loop(*(thrown(f"message-{number:03}") for number in range(BATCH + 1)))
    await run_for(loop.outbox.run, 1)
    assert [second for second, _ in loop.stored.attempts] == [0] * (BATCH + 1)
    loop = Loop(*(thrown(f"message-{number:03}") for number in range(BATCH + 1)))
    assert len(await loop.round()) == BATCH


@in_virtual_time
async def test_what_is_thrown_behind_a_signal_waits_for_it_and_nobody_else_does() -> None:
    """The signal may take several rounds; what the same execution threw before it does not wait."""
    loop = Loop(
        thrown("1-before", by="one"),
        signal("2-alarm", by="one"),
        thrown("3-behind", by="one"),
        thrown("4-of-another", by="other"),
        signal("5-second-alarm", by="one"),
        signal("6-from-outside"),
        thrown("7-from-outside"),
    )
    first = ["1-before", "2-alarm", "4-of-another", "6-from-outside", "7-from-outside"]
    assert await loop.round() == first
    assert await loop.round() == ["3-behind", "5-second-alarm"]


@in_virtual_time
async def test_nothing_waits_for_a_signal_that_has_one_receiver_left() -> None:
    """It has reached all others; that one could not go on, and may not for a long time."""
    loop = Loop(
        signal("1-for-an-event", by="one", target_event_id="we"),
        signal("2-for-a-start", by="one", target_start_id="start"),
        thrown("3-behind", by="one"),
    )
    assert await loop.round() == ["1-for-an-event", "2-for-a-start", "3-behind"]


# --- failures -------------------------------------------------------------------------------------


@in_virtual_time
async def test_what_cannot_be_delivered_is_put_off_after_pauses_that_double() -> None:
    loop = Loop(thrown("broken"))
    loop.stored.broken.add("broken")
    await run_for(loop.outbox.run, 40)
    assert loop.stored.attempts == [(second, "broken") for second in (0, 1, 3, 7, 15, 31)]
    assert loop.stored.events["broken"].attempts == 6


@in_virtual_time
async def test_what_cannot_be_delivered_holds_up_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    loop = Loop(thrown("1"), thrown("2"), thrown("3"), thrown("4", 0.5))
    loop.stored.broken.add("2")
    with caplog.at_level(logging.ERROR):
        await run_for(loop.outbox.run, 0.9)
    assert loop.stored.attempts == [(0, "1"), (0, "2"), (0, "3"), (0.5, "4")]
    assert set(loop.stored.events) == {"2"}
    assert caplog.messages == ["The message 'the 2' could not be delivered"]
