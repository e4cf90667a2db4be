"""Many triggers at the same time, with their results in the order of the lines."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bpmn_events.application.bulk.window import Window
from bpmn_events.application.commands.trigger_event import TriggerEvent, TriggerOutcome
from bpmn_events.domain.errors import DomainError

Trigger: TypeAlias = Callable[[TriggerEvent], Awaitable[TriggerOutcome]]


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """What a line asks for: a command, or the error of a line that asks for nothing.

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
    """A request that is under way, until its result and those before it are there."""

    request: BulkRequest
    outcome: TriggerOutcome | Exception | None = None
    task: "asyncio.Task[None] | None" = None


class BulkTriggers:
    """Triggers the events of many lines, many at the same time, but those of one correlation in their order.

    Args:
        trigger: Executes a command.
        window: Limits the lines that are executed, or wait for the result of a line before them.
        slots: Limits the lines that are executed, together with those of all others that have the same slots.
    """

    def __init__(self, trigger: Trigger, window: Window, slots: asyncio.Semaphore) -> None:
        self._trigger = trigger
        self._window = window
        self._slots = slots
        self._entries: deque[_Entry] = deque()
        self._last: dict[tuple[str, str], _Entry] = {}
        self._news = asyncio.Event()

    async def results(self, requests: AsyncIterator[BulkRequest]) -> AsyncGenerator[Sequence[BulkResult], None]:
        """Yield the results in the order of the requests, each as soon as it and those before it are there.

        If ``requests`` raises an exception, it is raised after the results of what came before. If the caller stops, no
        further request is begun, and those that run are finished.
        """
        reading = asyncio.create_task(self._read(requests))
        try:
            while self._entries or not reading.done():
                self._news.clear()
                if results := self._take():
                    yield results
                else:
                    await self._news.wait()
            await reading
        finally:
            reading.cancel()
            tasks = [entry.task for entry in self._entries if entry.task is not None]
            await asyncio.gather(reading, *tasks, return_exceptions=True)

    async def _read(self, requests: AsyncIterator[BulkRequest]) -> None:
        try:
            async for request in requests:
                await self._window.enter(request.size)
                self._begin(request)
        finally:
            asyncio.get_running_loop().call_soon(self._news.set)  # when the task has ended

    def _begin(self, request: BulkRequest) -> None:
        entry, command = _Entry(request), request.command
        self._entries.append(entry)
        if isinstance(command, DomainError):
            entry.outcome = command
            self._news.set()
        else:
            correlation = command.process_model_key, command.correlation_id
            before = self._last.get(correlation)
            self._last[correlation] = entry
            entry.task = asyncio.create_task(self._execute(entry, command, before))

    async def _execute(self, entry: _Entry, command: TriggerEvent, before: _Entry | None) -> None:
        try:
            if before is not None and before.task is not None:
                await asyncio.wait((before.task,))
            async with self._slots:
                entry.outcome = await self._trigger(command)
        except Exception as error:
            entry.outcome = error
        self._news.set()

    def _take(self) -> Sequence[BulkResult]:
        """Remove and return the results that are next."""
        results = []
        while self._entries and (outcome := self._entries[0].outcome) is not None:
            entry = self._entries.popleft()
            self._window.leave(entry.request.size)
            command = entry.request.command
            if isinstance(command, TriggerEvent):
                correlation = command.process_model_key, command.correlation_id
                if self._last[correlation] is entry:
                    del self._last[correlation]
            results.append(BulkResult(entry.request.number, outcome))
        return results
