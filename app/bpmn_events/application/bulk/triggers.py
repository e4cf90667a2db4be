"""Many triggers at the same time, with their results in the order of the lines."""

import asyncio
import math
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bpmn_events.application.bulk.retries import Retries, is_temporary
from bpmn_events.application.bulk.window import Window
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.domain.errors import DomainError, EngineUnavailable

Trigger: TypeAlias = Callable[[TriggerEvent], Awaitable[TriggerOutcome]]
_Correlation: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """The request in a line: its command, or the error of a line without a valid one.

    ``size`` is the length of the line in bytes.
    """

    number: int
    command: TriggerEvent | DomainError
    size: int


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The result of a line: an outcome, a typed error, or an unexpected one."""

    number: int
    outcome: TriggerOutcome | Exception


@dataclass(slots=True, eq=False)
class _Entry:
    """A line that is under way, until its result and those before it are there.

    ``failure`` is the error of its last attempt, after which it is executed again until the time ``until``.
    """

    request: BulkRequest
    outcome: TriggerOutcome | Exception | None = None
    next: "_Entry | None" = None  # of its correlation
    task: "asyncio.Task[None] | None" = None
    failure: Exception | None = None
    until: float = math.inf


class BulkTriggers:
    """Triggers the events of many lines, many at the same time, but those of one correlation in their order.

    Args:
        trigger: Executes a command.
        window: Limits the lines that are executed, or wait for that or for the result of a line before them.
        slots: Limits the lines that are executed, together with those of all others that have the same slots. Each
            waits for one slot at a time, so they take turns.
        retries: Decides which lines are executed again.
    """

    def __init__(self, trigger: Trigger, window: Window, slots: asyncio.Semaphore, retries: Retries) -> None:
        self._trigger = trigger
        self._window = window
        self._slots = slots
        self._retries = retries
        self._entries: deque[_Entry] = deque()
        self._ready: deque[_Entry] = deque()  # those that can be executed now
        self._last: dict[_Correlation, _Entry] = {}  # of each correlation, without a result yet
        self._given_up: set[_Correlation] = set()
        self._running = 0
        self._has_results = asyncio.Event()
        self._has_work = asyncio.Event()

    async def results(self, requests: AsyncIterator[BulkRequest]) -> AsyncGenerator[Sequence[BulkResult], None]:
        """Yield the results in the order of the requests, each as soon as it and those before it are there.

        If ``requests`` raises an exception, it is raised after the results of what came before. If the caller stops, no
        further request is executed, and those that are being executed are finished.
        """
        reading = asyncio.create_task(self._read(requests))
        starting = asyncio.create_task(self._start_ready())
        starting.add_done_callback(lambda _: self._has_results.set())
        try:
            while self._entries or not reading.done():
                self._has_results.clear()
                if results := self._take():
                    yield results
                elif starting.done():
                    await starting  # it has failed
                else:
                    await self._has_results.wait()
            await reading
        finally:
            reading.cancel()
            starting.cancel()
            tasks = [entry.task for entry in self._entries if entry.task is not None]
            await asyncio.gather(reading, starting, *tasks, return_exceptions=True)

    async def _read(self, requests: AsyncIterator[BulkRequest]) -> None:
        try:
            async for request in requests:
                await self._window.enter(request.size)
                self._add(_Entry(request))
        finally:
            asyncio.get_running_loop().call_soon(self._has_results.set)  # when the task has ended

    def _add(self, entry: _Entry) -> None:
        self._entries.append(entry)
        command = entry.request.command
        if isinstance(command, DomainError):
            entry.outcome = command
            self._has_results.set()
            return
        correlation = _correlation(command)
        if correlation in self._given_up:
            entry.outcome = _not_executed()
            self._has_results.set()
            return
        before = self._last.get(correlation)
        self._last[correlation] = entry
        if before is None:
            self._enqueue(entry)
        else:
            before.next = entry

    def _enqueue(self, entry: _Entry) -> None:
        self._ready.append(entry)
        self._has_work.set()

    async def _start_ready(self) -> None:
        while True:
            while not (self._ready and self._retries.has_room(self._running)):
                self._has_work.clear()
                await self._has_work.wait()
            await self._retries.pause()
            await self._slots.acquire()
            self._start(self._ready.popleft())

    def _start(self, entry: _Entry) -> None:
        """Execute a line, for which there is a slot."""
        command = entry.request.command
        assert isinstance(command, TriggerEvent)
        if entry.failure is not None and self._retries.are_over:
            self._slots.release()
            self._give_up(entry, command, entry.failure)
        else:
            self._running += 1
            entry.task = asyncio.create_task(self._execute(entry, command))

    async def _execute(self, entry: _Entry, command: TriggerEvent) -> None:
        try:
            outcome = await self._trigger(command)
        except Exception as error:
            self._fail(entry, command, error)
        except asyncio.CancelledError:  # of what it has waited for
            self._give_up(entry, command, EngineUnavailable(outcome_unknown=True))
        else:
            self._retries.note_answer()
            self._finish(entry, command, outcome)
        finally:
            self._running -= 1
            self._slots.release()
            self._has_work.set()

    def _fail(self, entry: _Entry, command: TriggerEvent, error: Exception) -> None:
        until = self._retries.note_failure(command, error, entry.until)
        if until is not None:
            entry.failure, entry.until = error, until
            self._enqueue(entry)
        elif is_temporary(error):
            self._give_up(entry, command, error)
        else:
            self._finish(entry, command, error)

    def _give_up(self, entry: _Entry, command: TriggerEvent, error: Exception) -> None:
        """Give the line an error with which it may succeed later, and all lines of its correlation after it as well.

        They would be executed before it, if it is sent again.
        """
        correlation = _correlation(command)
        self._given_up.add(correlation)
        self._last.pop(correlation, None)
        entry.outcome = error
        while (following := entry.next) is not None:
            following.outcome = _not_executed()
            entry = following
        self._has_results.set()

    def _finish(self, entry: _Entry, command: TriggerEvent, outcome: TriggerOutcome | Exception) -> None:
        entry.outcome = outcome
        if entry.next is not None:
            self._enqueue(entry.next)
        else:
            del self._last[_correlation(command)]
        self._has_results.set()

    def _take(self) -> Sequence[BulkResult]:
        """Remove and return the results that are next."""
        results = []
        while self._entries and (outcome := self._entries[0].outcome) is not None:
            entry = self._entries.popleft()
            self._window.leave(entry.request.size)
            results.append(BulkResult(entry.request.number, outcome))
        return results


def _correlation(command: TriggerEvent) -> _Correlation:
    return command.process_model_key, command.correlation_id


def _not_executed() -> EngineUnavailable:
    reason = "An earlier line of this correlation could not be executed: send that line and this one again."
    return EngineUnavailable(reason, is_outage=False)
