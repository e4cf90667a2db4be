"""The timer loop: when it looks, what it fires, how long it sleeps, and what it does about timers that cannot fire."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import cast

import pytest

from bpmn_events.application.background.timers import BATCH, MAX_SLEEP, Timers
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain.errors import Conflict, EventNotFound, NotFound, ProcessFailed
from bpmn_events.domain.events import ElementType, EventType, TriggerSource, WaitingEvent
from bpmn_events.domain.principal import SYSTEM, Principal
from bpmn_events.domain.retries import LAST_RETRY
from tests.support.virtual_time import START, elapsed, in_virtual_time, now
from tests.unit.application.looping import Looks, run_for, running

NAP = MAX_SLEEP.total_seconds()


def timer(identifier: str, due: float | None) -> WaitingEvent:
    """A waiting event that is due so many seconds after the test begins, or never."""
    return WaitingEvent(
        id=identifier,
        element_id="ring",
        element_type=ElementType.INTERMEDIATE_CATCH_EVENT,
        event_type=EventType.TIMER,
        name=None,
        event_name=None,
        lane=None,
        interrupting=True,
        due_at=None if due is None else START + timedelta(seconds=due),
        waiting_since=START,
        process_model_id="pm",
        process_model_key="model",
        process_instance_id="pi",
        root_instance_id="pi",
        correlation_id="case",
    )


async def nothing() -> None:
    """Nothing happens meanwhile."""


class Stored:
    """The waiting events, as far as the loop reads them. ``meanwhile`` happens before the loop gets an answer."""

    def __init__(self, *events: WaitingEvent) -> None:
        self.events = {event.id: event for event in events}
        self.looks = Looks()
        self.meanwhile: Callable[[], Awaitable[None]] = nothing

    async def due_events(self, at: datetime, limit: int) -> Sequence[WaitingEvent]:
        self.looks.add()
        due = [event for event in self._by_due_time() if event.due_at is not None and event.due_at <= at]
        meanwhile, self.meanwhile = self.meanwhile, nothing
        await meanwhile()
        return due[:limit]

    async def next_due(self, later_than: datetime) -> datetime | None:
        due = [event.due_at for event in self._by_due_time() if event.due_at is not None]
        return next((each for each in due if each > later_than), None)

    def _by_due_time(self) -> list[WaitingEvent]:
        return sorted(
            (event for event in self.events.values() if event.due_at is not None),
            key=lambda event: (event.due_at, event.id),
        )


class Triggering:
    """The use case: takes the event out of the store, or fails as ``failures`` says for its id.

    An event that is not found is gone from the store as well: somebody else triggered it.
    """

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        self.failures: dict[str, Exception] = {}
        self.attempts: list[tuple[float, str]] = []
        self.requests: list[tuple[Principal | None, TriggerEvent]] = []
        self.running = self.most_running = 0

    async def __call__(self, principal: Principal | None, request: TriggerEvent) -> None:
        self.attempts.append((elapsed(), request.event_id))
        self.requests.append((principal, request))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        failure = self.failures.get(request.event_id)
        if failure is None or isinstance(failure, NotFound):
            self.stored.events.pop(request.event_id, None)
        if failure is not None:
            raise failure

    def moments(self, identifier: str) -> list[float]:
        """The seconds at which it was tried to trigger that event."""
        return [second for second, each in self.attempts if each == identifier]


class Loop:
    """The timer loop over these fakes."""

    def __init__(self, *events: WaitingEvent) -> None:
        self.stored = Stored(*events)
        self.triggering = Triggering(self.stored)
        self.timers = Timers(
            cast(ReadStore, self.stored), cast("UseCase[TriggerEvent, TriggerOutcome]", self.triggering), now
        )

    def commit(self, *events: WaitingEvent) -> None:
        """The events wait from now on, as a command of this process wrote it."""
        new = {event.id: event for event in events}
        self.stored.events |= new
        self.timers.on_commit(WriteSet(new_events=new))

    @property
    def looks(self) -> list[float]:
        return self.stored.looks.moments()


STUCK = ProcessFailed("no way leads on")


# --- sleeping -------------------------------------------------------------------------------------


@in_virtual_time
async def test_without_timers_the_loop_looks_once_in_a_while() -> None:
    loop = Loop()
    await run_for(loop.timers.run, 3.5 * NAP)
    assert loop.stored.looks.seconds == [0, NAP, 2 * NAP, 3 * NAP]


@in_virtual_time
async def test_a_timer_fires_at_the_moment_it_is_due() -> None:
    loop = Loop(timer("soon", 7), timer("late", 7.25))
    await run_for(loop.timers.run, 20)
    assert loop.triggering.attempts == [(7, "soon"), (7.25, "late")]
    assert loop.looks == [0, 7, 7.25]


@in_virtual_time
async def test_a_timer_far_away_does_not_make_the_loop_sleep_longer() -> None:
    loop = Loop(timer("far", 4 * NAP + 1))
    await run_for(loop.timers.run, 5 * NAP)
    assert loop.looks == [0, NAP, 2 * NAP, 3 * NAP, 4 * NAP, 4 * NAP + 1]


@in_virtual_time
async def test_what_is_due_when_the_loop_begins_fires_at_once_by_the_system() -> None:
    loop = Loop(timer("overdue", -86_400), timer("just", 0))
    await run_for(loop.timers.run, 1)
    assert loop.triggering.attempts == [(0, "overdue"), (0, "just")]
    assert loop.triggering.requests[0] == (
        SYSTEM,
        TriggerEvent("model", "case", "overdue", source=TriggerSource.TIMER),
    )


@in_virtual_time
async def test_what_falls_due_while_the_loop_looks_is_not_slept_over() -> None:
    loop = Loop(timer("between", 1))

    async def a_slow_answer() -> None:
        await asyncio.sleep(2)

    loop.stored.meanwhile = a_slow_answer
    await run_for(loop.timers.run, 20)
    assert loop.triggering.attempts == [(2, "between")]


# --- waking up ------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_commit_of_an_earlier_timer_wakes_the_loop() -> None:
    loop = Loop(timer("later", 20))
    async with running(loop.timers.run):
        await asyncio.sleep(5)
        loop.commit(timer("earlier", 10))
        await asyncio.sleep(20)
    assert loop.triggering.attempts == [(10, "earlier"), (20, "later")]
    assert loop.looks == [0, 5, 10, 20]


@in_virtual_time
async def test_after_it_was_woken_the_loop_sleeps_again() -> None:
    loop = Loop()
    async with running(loop.timers.run):
        await asyncio.sleep(5)
        loop.commit(timer("now", 5))
        await asyncio.sleep(3 * NAP)
    assert loop.looks == [0, 5, 5 + NAP, 5 + 2 * NAP]


@in_virtual_time
async def test_a_commit_of_nothing_that_is_due_earlier_does_not_wake_the_loop() -> None:
    loop = Loop(timer("first", 20))
    async with running(loop.timers.run):
        await asyncio.sleep(5)
        loop.commit()
        loop.commit(timer("message", None))
        loop.commit(timer("second", 20), timer("third", 21))
        await asyncio.sleep(10)
        assert loop.looks == [0]


@in_virtual_time
async def test_a_commit_before_the_loop_runs_is_seen_by_its_first_look() -> None:
    loop = Loop()
    loop.commit(timer("first", 3))
    await run_for(loop.timers.run, 5)
    assert loop.looks == [0, 3]


@in_virtual_time
async def test_a_commit_while_the_loop_looks_is_not_lost() -> None:
    """An event that is due at once, after the loop was told what is due: no due time to come tells of it."""
    loop = Loop()

    async def a_commit() -> None:
        loop.commit(timer("past", -1))

    loop.stored.meanwhile = a_commit
    await run_for(loop.timers.run, 5)
    assert loop.triggering.attempts == [(0, "past")]


@in_virtual_time
async def test_a_commit_while_the_loop_looks_again_is_not_lost_either() -> None:
    loop = Loop()
    async with running(loop.timers.run):
        await asyncio.sleep(NAP / 2)

        async def a_commit() -> None:
            loop.commit(timer("past", -1))

        loop.stored.meanwhile = a_commit
        await asyncio.sleep(NAP)
    assert loop.triggering.attempts == [(NAP, "past")]


# --- timers that cannot fire ----------------------------------------------------------------------


@pytest.mark.parametrize("error", [STUCK, Conflict("others were first", retryable=True), ZeroDivisionError()])
@in_virtual_time
async def test_a_timer_that_fails_is_tried_again_after_pauses_that_double(error: Exception) -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = error
    await run_for(loop.timers.run, 130)
    assert loop.triggering.moments("stuck") == [0, 1, 3, 7, 15, 31, 63, 127]


@in_virtual_time
async def test_pauses_grow_up_to_an_hour() -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = STUCK
    await run_for(loop.timers.run, 5 * 3600)
    moments = loop.triggering.moments("stuck")
    pauses = [after - before for before, after in pairwise(moments)]
    assert pauses[:12] == [2**count for count in range(12)]
    assert pauses[12:] == [LAST_RETRY.total_seconds()] * 3


@in_virtual_time
async def test_a_timer_that_can_fire_again_is_fired_at_its_next_attempt() -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = STUCK
    async with running(loop.timers.run):
        await asyncio.sleep(4)
        loop.triggering.failures.clear()
        await asyncio.sleep(20)
    assert loop.triggering.moments("stuck") == [0, 1, 3, 7]
    assert loop.looks == [0, 1, 3, 7]


@in_virtual_time
async def test_one_that_fails_stops_no_other() -> None:
    loop = Loop(*(timer(name, -1) for name in ("a", "broken", "c", "stuck", "taken", "z")), timer("later", 0.5))
    loop.triggering.failures |= {"broken": ZeroDivisionError(), "stuck": STUCK, "taken": EventNotFound("taken")}
    await run_for(loop.timers.run, 0.9)
    assert [name for _, name in loop.triggering.attempts[:6]] == ["a", "broken", "c", "stuck", "taken", "z"]
    assert loop.triggering.moments("later") == [0.5]
    assert set(loop.stored.events) == {"broken", "stuck"}


@in_virtual_time
async def test_one_that_somebody_else_triggered_is_no_trouble(caplog: pytest.LogCaptureFixture) -> None:
    loop = Loop(timer("taken", 0))
    loop.triggering.failures["taken"] = EventNotFound("taken")
    with caplog.at_level(logging.WARNING):
        await run_for(loop.timers.run, NAP + 1)
    assert loop.triggering.attempts == [(0, "taken")]
    assert loop.looks == [0, NAP]
    assert caplog.records == []


@in_virtual_time
async def test_a_deferred_timer_that_is_gone_is_not_woken_up_for() -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = STUCK
    async with running(loop.timers.run):
        await asyncio.sleep(5)
        del loop.stored.events["stuck"]
        await asyncio.sleep(2 * NAP)
    assert loop.triggering.moments("stuck") == [0, 1, 3]
    assert loop.looks == [0, 1, 3, 7, 7 + NAP]


@in_virtual_time
async def test_deferred_timers_do_not_take_up_the_batch() -> None:
    stuck = [timer(f"stuck-{number:04}", -1) for number in range(2 * BATCH)]
    loop = Loop(*stuck, timer("ready", 0.5))
    loop.triggering.failures |= {event.id: STUCK for event in stuck}
    await run_for(loop.timers.run, 0.9)
    assert loop.triggering.moments("ready") == [0.5]
    assert len(loop.triggering.attempts) == len(stuck) + 1


@in_virtual_time
async def test_a_deferred_timer_keeps_its_pause_where_it_is_not_among_those_looked_at() -> None:
    """Longer overdue ones fill the look; that the deferred one is not among them does not mean that it is gone."""
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = STUCK
    async with running(loop.timers.run):
        await asyncio.sleep(3.5)
        loop.commit(*(timer(f"overdue-{number:04}", -1) for number in range(BATCH + 50)))
        await asyncio.sleep(5)
    assert loop.triggering.moments("stuck") == [0, 1, 3, 7]
    assert len(loop.triggering.attempts) == BATCH + 50 + 4


@in_virtual_time
async def test_no_more_than_a_batch_is_fired_at_once() -> None:
    """The look is wider than a batch, by a deferred timer that is then not among those it finds."""
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = STUCK
    async with running(loop.timers.run):
        await asyncio.sleep(0.5)
        loop.commit(*(timer(f"overdue-{number:04}", -1) for number in range(2 * BATCH + 1)))
        await asyncio.sleep(0.4)
    assert len(loop.triggering.attempts) == 2 * BATCH + 2
    assert loop.triggering.most_running == BATCH


@pytest.mark.parametrize(
    ("error", "level"),
    [(STUCK, logging.WARNING), (Conflict("others were first"), logging.WARNING), (ZeroDivisionError(), logging.ERROR)],
)
@in_virtual_time
async def test_only_what_nobody_expects_is_logged_as_an_error(
    error: Exception, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = error
    with caplog.at_level(logging.WARNING):
        await loop.timers.fire_due()
    assert max(record.levelno for record in caplog.records) == level
    assert "The timer stuck at ring is tried again in 0:00:01" in caplog.text


@in_virtual_time
async def test_it_is_told_how_many_were_tried() -> None:
    loop = Loop(timer("one", 0), timer("stuck", 0), timer("later", 1))
    loop.triggering.failures["stuck"] = STUCK
    assert [await loop.timers.fire_due() for _ in range(3)] == [2, 0, 0]
