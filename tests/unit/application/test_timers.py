"""The timer loop: its polls, the timers it fires, its sleep, and its retries of timers that fail."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import cast

import pytest

from bpmn_events.application.background.timers import (
    BATCH,
    LONG,
    MAX_SLEEP,
    MOST_UNDER_WAY,
    RETRIES_AT_ONCE,
    Timers,
)
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.ports.transaction import Transaction, correlation_lock
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.use_case import UseCase
from bpmn_events.application.writing.batch_handler import BatchHandler
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import Conflict, DomainError, EngineUnavailable, EventNotFound, NotFound, ProcessFailed
from bpmn_events.domain.events import ElementType, EventType, TriggerSource, WaitingEvent
from bpmn_events.domain.principal import SYSTEM, Principal
from bpmn_events.domain.retries import LAST_RETRY, MAX_REASON, UNEXPECTED, FailedTimer, Retry
from tests.support.virtual_time import START, elapsed, in_virtual_time, now
from tests.unit.application.looping import Polls, run_for, running

SLEEP = MAX_SLEEP.total_seconds()


def timer(identifier: str, due: float | None) -> WaitingEvent:
    """Return a waiting event that is due that many seconds after the test begins, or never."""
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


async def do_nothing() -> None:
    """Do nothing."""


class FakeStore:
    """The waiting events and the retries of those that have failed, as the read store of the loop.

    ``meanwhile`` is called once before the due events are returned.
    """

    def __init__(self, *events: WaitingEvent) -> None:
        self.events = {event.id: event for event in events}
        self.retries: dict[str, Retry] = {}
        self.polls = Polls()
        self.meanwhile: Callable[[], Awaitable[None]] = do_nothing

    async def due_events(self, at: datetime, limit: int) -> Sequence[WaitingEvent]:
        self.polls.add()
        due = [event for due_at, event in self._first_due() if due_at <= at]
        meanwhile, self.meanwhile = self.meanwhile, do_nothing
        await meanwhile()
        return due[:limit]

    async def due_retries(self, at: datetime, limit: int) -> Sequence[FailedTimer]:
        due = [(retry.retry_at, event_id) for event_id, retry in self._retries() if retry.retry_at <= at]
        return [FailedTimer(self.events[each], self.retries[each]) for _, each in sorted(due)[:limit]]

    async def next_due(self, later_than: datetime) -> datetime | None:
        times = [due_at for due_at, _ in self._first_due()] + [retry.retry_at for _, retry in self._retries()]
        return min((each for each in times if each > later_than), default=None)

    def _first_due(self) -> list[tuple[datetime, WaitingEvent]]:
        due = [(event.due_at, event.id) for event in self.events.values() if event.due_at is not None]
        return [(due_at, self.events[each]) for due_at, each in sorted(due) if each not in self.retries]

    def _retries(self) -> list[tuple[str, Retry]]:
        return [(event_id, retry) for event_id, retry in self.retries.items() if event_id in self.events]


class FakeTriggerEvent:
    """The use case that triggers an event: removes it from the store, or raises its error in ``failures``.

    A ``NotFound`` error also removes the event: another caller has triggered it. ``seconds`` is how long it takes.
    """

    def __init__(self, store: FakeStore) -> None:
        self.store = store
        self.failures: dict[str, Exception] = {}
        self.attempts: list[tuple[float, str]] = []
        self.requests: list[tuple[Principal | None, TriggerEvent]] = []
        self.running = self.most_running = 0
        self.seconds: dict[str, float] = {}

    async def __call__(self, principal: Principal | None, request: TriggerEvent) -> None:
        self.attempts.append((elapsed(), request.event_id))
        self.requests.append((principal, request))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(self.seconds.get(request.event_id, 0))
        self.running -= 1
        failure = self.failures.get(request.event_id)
        if failure is None or isinstance(failure, NotFound):
            self.store.events.pop(request.event_id, None)
        if failure is not None:
            raise failure

    def attempt_times(self, identifier: str) -> list[float]:
        """Return the times of the attempts to trigger that event, in seconds."""
        return [second for second, event_id in self.attempts if event_id == identifier]


class Loop:
    """The timer loop over the fakes."""

    def __init__(self, *events: WaitingEvent) -> None:
        self.store = FakeStore(*events)
        self.triggering = FakeTriggerEvent(self.store)
        self.refusals: list[DomainError] = []
        self.timers = self.new_timers()

    def new_timers(self) -> Timers:
        """Return another loop over the same store, as after a restart."""
        use_case = cast("UseCase[TriggerEvent, TriggerOutcome]", self.triggering)
        return Timers(cast(ReadStore, self.store), use_case, cast(Writer, self), now)

    async def submit(self, handler: BatchHandler[FailedTimer, None], timer: FailedTimer) -> None:
        """Park the timer, as the writer of the loop, or raise the next of the ``refusals``."""
        if self.refusals:
            raise self.refusals.pop(0)
        write_set = WriteSet()
        await handler.handle(cast(Transaction, None), write_set, [timer])
        self.store.retries |= write_set.timer_retries
        self.timers.on_commit(write_set)

    def commit(self, *events: WaitingEvent) -> None:
        """Store the events, and notify the loop, as a commit of this process does."""
        new = {event.id: event for event in events}
        self.store.events |= new
        self.timers.on_commit(WriteSet(new_events=new))

    @property
    def polls(self) -> list[float]:
        return self.store.polls.distinct()


STUCK = ProcessFailed("no way leads on")


# --- sleeping -------------------------------------------------------------------------------------


@in_virtual_time
async def test_without_timers_the_loop_polls_after_its_longest_sleep() -> None:
    loop = Loop()
    await run_for(loop.timers.run, 3.5 * SLEEP)
    assert loop.store.polls.seconds == [0, SLEEP, 2 * SLEEP, 3 * SLEEP]


@in_virtual_time
async def test_a_timer_fires_when_it_is_due() -> None:
    loop = Loop(timer("soon", 7), timer("late", 7.25))
    await run_for(loop.timers.run, 20)
    assert loop.triggering.attempts == [(7, "soon"), (7.25, "late")]
    assert loop.polls == [0, 7, 7.25]


@in_virtual_time
async def test_a_timer_far_away_does_not_make_the_loop_sleep_longer() -> None:
    loop = Loop(timer("far", 4 * SLEEP + 1))
    await run_for(loop.timers.run, 5 * SLEEP)
    assert loop.polls == [0, SLEEP, 2 * SLEEP, 3 * SLEEP, 4 * SLEEP, 4 * SLEEP + 1]


@in_virtual_time
async def test_timers_that_are_due_at_the_start_fire_at_once_as_the_system() -> None:
    loop = Loop(timer("overdue", -86_400), timer("just", 0))
    await run_for(loop.timers.run, 1)
    assert loop.triggering.attempts == [(0, "overdue"), (0, "just")]
    assert loop.triggering.requests[0] == (
        SYSTEM,
        TriggerEvent("model", "case", "overdue", source=TriggerSource.TIMER),
    )


@in_virtual_time
async def test_a_timer_that_falls_due_during_a_poll_fires_at_once() -> None:
    loop = Loop(timer("between", 1))

    async def respond_slowly() -> None:
        await asyncio.sleep(2)

    loop.store.meanwhile = respond_slowly
    await run_for(loop.timers.run, 20)
    assert loop.triggering.attempts == [(2, "between")]


# --- waking up ------------------------------------------------------------------------------------


@in_virtual_time
async def test_a_commit_with_an_earlier_timer_wakes_the_loop() -> None:
    loop = Loop(timer("later", 20))
    async with running(loop.timers.run):
        await asyncio.sleep(5)
        loop.commit(timer("earlier", 10))
        await asyncio.sleep(20)
    assert loop.triggering.attempts == [(10, "earlier"), (20, "later")]
    assert loop.polls == [0, 5, 10, 20]


@in_virtual_time
async def test_after_a_wake_up_the_loop_sleeps_again() -> None:
    loop = Loop()
    async with running(loop.timers.run):
        await asyncio.sleep(5)
        loop.commit(timer("now", 5))
        await asyncio.sleep(3 * SLEEP)
    assert loop.polls == [0, 5, 5 + SLEEP, 5 + 2 * SLEEP]


@in_virtual_time
async def test_a_commit_without_an_earlier_timer_does_not_wake_the_loop() -> None:
    loop = Loop(timer("first", 20))
    async with running(loop.timers.run):
        await asyncio.sleep(5)
        loop.commit()
        loop.commit(timer("message", None))
        loop.commit(timer("second", 20), timer("third", 21))
        await asyncio.sleep(10)
        assert loop.polls == [0]


@in_virtual_time
async def test_a_commit_before_the_start_is_part_of_the_first_poll() -> None:
    loop = Loop()
    loop.commit(timer("first", 3))
    await run_for(loop.timers.run, 5)
    assert loop.polls == [0, 3]


@in_virtual_time
async def test_a_commit_during_a_poll_is_not_lost() -> None:
    """The event is due at once, but after the loop has read the due events: no later due time leads to it."""
    loop = Loop()

    async def commit() -> None:
        loop.commit(timer("past", -1))

    loop.store.meanwhile = commit
    await run_for(loop.timers.run, 5)
    assert loop.triggering.attempts == [(0, "past")]


@in_virtual_time
async def test_a_commit_during_a_later_poll_is_not_lost() -> None:
    loop = Loop()
    async with running(loop.timers.run):
        await asyncio.sleep(SLEEP / 2)

        async def commit() -> None:
            loop.commit(timer("past", -1))

        loop.store.meanwhile = commit
        await asyncio.sleep(SLEEP)
    assert loop.triggering.attempts == [(SLEEP, "past")]


# --- timers that cannot fire ----------------------------------------------------------------------


@pytest.mark.parametrize("error", [STUCK, Conflict("others were first", retryable=True), ZeroDivisionError()])
@in_virtual_time
async def test_a_timer_that_fails_is_tried_again_after_pauses_that_double(error: Exception) -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = error
    await run_for(loop.timers.run, 130)
    assert loop.triggering.attempt_times("stuck") == [0, 1, 3, 7, 15, 31, 63, 127]


@in_virtual_time
async def test_pauses_grow_up_to_an_hour() -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = STUCK
    await run_for(loop.timers.run, 5 * 3600)
    attempt_times = loop.triggering.attempt_times("stuck")
    pauses = [after - before for before, after in pairwise(attempt_times)]
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
    assert loop.triggering.attempt_times("stuck") == [0, 1, 3, 7]
    assert loop.polls == [0, 1, 3, 7]


@in_virtual_time
async def test_a_failing_timer_does_not_stop_the_others() -> None:
    loop = Loop(*(timer(name, -1) for name in ("a", "broken", "c", "stuck", "taken", "z")), timer("later", 0.5))
    loop.triggering.failures |= {"broken": ZeroDivisionError(), "stuck": STUCK, "taken": EventNotFound("taken")}
    await run_for(loop.timers.run, 0.9)
    assert [name for _, name in loop.triggering.attempts[:6]] == ["a", "broken", "c", "stuck", "taken", "z"]
    assert loop.triggering.attempt_times("later") == [0.5]
    assert set(loop.store.events) == {"broken", "stuck"}


@in_virtual_time
async def test_an_outage_leaves_the_loop_and_defers_no_timer(caplog: pytest.LogCaptureFixture) -> None:
    loop = Loop(timer("first", 0), timer("second", 0))
    loop.triggering.failures = {"first": EngineUnavailable(), "second": EngineUnavailable()}
    with pytest.raises(EngineUnavailable):
        await loop.timers.run()
    assert loop.triggering.attempts == [(0, "first"), (0, "second")]
    assert loop.triggering.running == 0
    loop.triggering.failures = {}
    assert await loop.timers.fire_due() == 2
    assert loop.triggering.attempts[2:] == [(0, "first"), (0, "second")]
    assert caplog.messages == []


@in_virtual_time
async def test_a_timer_that_another_caller_triggered_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    loop = Loop(timer("taken", 0))
    loop.triggering.failures["taken"] = EventNotFound("taken")
    with caplog.at_level(logging.WARNING):
        await run_for(loop.timers.run, SLEEP + 1)
    assert loop.triggering.attempts == [(0, "taken")]
    assert loop.polls == [0, SLEEP]
    assert caplog.records == []


@in_virtual_time
async def test_the_loop_does_not_wake_up_for_a_deferred_timer_that_is_gone() -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = STUCK
    async with running(loop.timers.run):
        await asyncio.sleep(5)
        del loop.store.events["stuck"]
        await asyncio.sleep(2 * SLEEP)
    assert loop.triggering.attempt_times("stuck") == [0, 1, 3]
    assert loop.polls == [0, 1, 3, 7, 7 + SLEEP]


@in_virtual_time
async def test_a_timer_that_failed_waits_for_its_retry_after_a_restart() -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = STUCK
    await run_for(loop.timers.run, 5)
    loop.timers = loop.new_timers()
    await run_for(loop.timers.run, 20)
    assert loop.triggering.attempt_times("stuck") == [0, 1, 3, 7, 15]
    assert loop.store.retries["stuck"].attempts == 5


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (STUCK, str(STUCK)),
        (ProcessFailed("x" * 2 * MAX_REASON), str(ProcessFailed("x" * MAX_REASON))[: MAX_REASON - 1] + "…"),
        (RuntimeError("postgresql://user:password@host"), UNEXPECTED),
    ],
)
@in_virtual_time
async def test_the_reason_of_the_last_failure_is_kept(error: Exception, reason: str) -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = error
    await loop.timers.fire_due()
    second = timedelta(seconds=1)
    assert loop.store.retries == {"stuck": Retry(1, START + second, START, reason)}


@in_virtual_time
async def test_a_timer_that_cannot_be_parked_is_tried_again_after_a_second() -> None:
    loop = Loop(timer("stuck", 0), timer("other", 2.5))
    loop.triggering.failures["stuck"] = STUCK
    loop.refusals = [EngineUnavailable(is_outage=False), Conflict("The server is shutting down.", retryable=True)]
    await run_for(loop.timers.run, 4)
    assert loop.triggering.attempt_times("stuck") == [0, 1, 2, 3]
    assert loop.triggering.attempt_times("other") == [2.5]


@in_virtual_time
async def test_an_outage_while_a_timer_is_parked_leaves_the_loop() -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = STUCK
    loop.refusals = [EngineUnavailable()]
    with pytest.raises(EngineUnavailable):
        await loop.timers.run()


@in_virtual_time
async def test_retries_neither_precede_nor_crowd_out_timers_that_are_due_for_the_first_time() -> None:
    stuck = [timer(f"stuck-{number:04}", -1) for number in range(2 * BATCH)]
    loop = Loop(*stuck)
    loop.triggering.failures |= {event.id: STUCK for event in stuck}
    loop.triggering.seconds |= {event.id: 0.001 for event in stuck}
    async with running(loop.timers.run):
        await asyncio.sleep(0.9)
        assert len(loop.triggering.attempts) == len(stuck)
        loop.triggering.seconds |= {event.id: 100.0 for event in stuck}
        loop.commit(*(timer(f"ready-{number}", 1.5) for number in range(BATCH)))
        await asyncio.sleep(1.1)
    later = loop.triggering.attempts[len(stuck) :]
    assert sum(name.startswith("stuck") for _, name in later) == RETRIES_AT_ONCE
    assert [second for second, name in later if name.startswith("ready")] == [1.5] * BATCH


@in_virtual_time
async def test_all_retries_get_their_turn() -> None:
    stuck = [timer(f"stuck-{number:04}", -1) for number in range(5 * RETRIES_AT_ONCE)]
    loop = Loop(*stuck)
    loop.triggering.failures |= {event.id: STUCK for event in stuck}
    async with running(loop.timers.run):
        await asyncio.sleep(0.5)
        loop.triggering.failures.clear()
        loop.triggering.seconds |= {event.id: 0.1 for event in stuck}
        await asyncio.sleep(1.5)
    assert loop.store.events == {}
    assert loop.triggering.most_running == len(stuck)
    assert [second for second, _ in loop.triggering.attempts[len(stuck) :: RETRIES_AT_ONCE]] == pytest.approx(
        [1.0, 1.1, 1.2, 1.3, 1.4]
    )


@in_virtual_time
async def test_timers_that_take_long_make_room_for_others() -> None:
    slow = [timer(f"slow-{number:04}", -2) for number in range(BATCH)]
    loop = Loop(*slow, timer("ready", -1))
    loop.triggering.seconds |= {event.id: 100.0 for event in slow}
    await run_for(loop.timers.run, 2 * LONG.total_seconds())
    assert loop.triggering.attempt_times("ready") == [LONG.total_seconds()]


@in_virtual_time
async def test_the_number_of_timers_under_way_is_limited() -> None:
    slow = [timer(f"slow-{number:04}", -2) for number in range(MOST_UNDER_WAY + BATCH)]
    loop = Loop(*slow)
    loop.triggering.seconds |= {event.id: 100.0 for event in slow}
    await run_for(loop.timers.run, 50)
    assert loop.triggering.most_running == MOST_UNDER_WAY
    assert len({name for _, name in loop.triggering.attempts}) == len(loop.triggering.attempts)


@in_virtual_time
async def test_no_more_than_a_batch_is_fired_at_once() -> None:
    loop = Loop(*(timer(f"overdue-{number:04}", -1) for number in range(2 * BATCH + 1)))
    await run_for(loop.timers.run, 0.4)
    assert len(loop.triggering.attempts) == 2 * BATCH + 1
    assert loop.triggering.most_running == BATCH


async def test_a_parked_timer_locks_its_correlation() -> None:
    loop = Loop()
    failed = FailedTimer(timer("stuck", 0), Retry.after(0, START, STUCK))
    locks = await loop.timers._park_handler.find_locks(cast(Transaction, None), [failed])
    assert locks == [(correlation_lock("case"),)]


@pytest.mark.parametrize(
    ("error", "level"),
    [(STUCK, logging.WARNING), (Conflict("others were first"), logging.WARNING), (ZeroDivisionError(), logging.ERROR)],
)
@in_virtual_time
async def test_only_unexpected_failures_are_logged_as_errors(
    error: Exception, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    loop = Loop(timer("stuck", 0))
    loop.triggering.failures["stuck"] = error
    with caplog.at_level(logging.WARNING):
        await loop.timers.fire_due()
    assert max(record.levelno for record in caplog.records) == level
    assert "The timer stuck at ring is tried again in 0:00:01" in caplog.text


@in_virtual_time
async def test_fire_due_returns_the_number_of_attempts() -> None:
    loop = Loop(timer("one", 0), timer("stuck", 0), timer("later", 1))
    loop.triggering.failures["stuck"] = STUCK
    assert [await loop.timers.fire_due() for _ in range(3)] == [2, 0, 0]
