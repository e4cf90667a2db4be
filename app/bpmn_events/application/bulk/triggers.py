"""Many triggers at the same time, with their results in the order of the lines."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
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


class BulkTriggers:
    """Triggers the events of many lines, many at the same time, but those of one correlation in their order.

    Args:
        trigger: Executes a command.
        window: Limits the lines that are executed, or wait for the result of a line before them.
    """

    def __init__(self, trigger: Trigger, window: Window) -> None:
        self._trigger = trigger
        self._window = window
        self._running: deque[tuple[BulkRequest, asyncio.Task[BulkResult]]] = deque()
        self._last: dict[tuple[str, str], asyncio.Task[BulkResult]] = {}
        self._news = asyncio.Event()
        self._is_complete = False

    async def results(self, requests: AsyncIterator[BulkRequest]) -> AsyncGenerator[BulkResult, None]:
        """Yield the result of each request, as soon as it and those before it are there.

        If ``requests`` raises an exception, it is raised after the results of what came before. If the caller stops, no
        further request is begun, and those that run are finished.
        """
        reading = asyncio.create_task(self._read(requests))
        try:
            while True:
                while self._running:
                    request, task = self._running[0]
                    result = await asyncio.shield(task)
                    self._forget(request, task)
                    yield result
                if self._is_complete:
                    break
                self._news.clear()
                await self._news.wait()
            await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, *(task for _, task in self._running), return_exceptions=True)

    async def _read(self, requests: AsyncIterator[BulkRequest]) -> None:
        try:
            async for request in requests:
                await self._window.enter(request.size)
                self._begin(request)
                self._news.set()
        finally:
            self._is_complete = True
            self._news.set()

    def _begin(self, request: BulkRequest) -> None:
        command = request.command
        if isinstance(command, DomainError):
            task = asyncio.create_task(_refused(request.number, command))
        else:
            correlation = command.process_model_key, command.correlation_id
            before = self._last.get(correlation)
            task = self._last[correlation] = asyncio.create_task(self._execute(request.number, command, before))
        self._running.append((request, task))

    async def _execute(
        self, number: int, command: TriggerEvent, before: "asyncio.Task[BulkResult] | None"
    ) -> BulkResult:
        try:
            if before is not None:
                await asyncio.wait((before,))
            return BulkResult(number, await self._trigger(command))
        except Exception as error:
            return BulkResult(number, error)

    def _forget(self, request: BulkRequest, task: "asyncio.Task[BulkResult]") -> None:
        self._running.popleft()
        self._window.leave(request.size)
        command = request.command
        if isinstance(command, TriggerEvent):
            correlation = command.process_model_key, command.correlation_id
            if self._last[correlation] is task:
                del self._last[correlation]


async def _refused(number: int, error: DomainError) -> BulkResult:
    return BulkResult(number, error)
