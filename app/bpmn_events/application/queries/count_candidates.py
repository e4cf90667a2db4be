"""The number of the candidates of a command that names an element where several events or tasks wait."""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.end_task import EndTask
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import MAX_NEXT_ITEMS
from bpmn_events.domain.errors import EngineUnavailable, EventAmbiguous, TaskAmbiguous
from bpmn_events.domain.filters import events_at, tasks_at

# A caller that waits longer for the count may give up, and would not learn what is wrong with its request.
_MAX_SECONDS = 1.0

E = TypeVar("E", EventAmbiguous, TaskAmbiguous)

logger = logging.getLogger(__name__)


class CountCandidates:
    """Adds the count to an error that lists only the first candidates.

    It reads committed data after the write transaction, so that no writer waits while many rows are counted. If the
    rows cannot be counted in time, the error says so.

    Args:
        read_store: The store to count in.
        max_seconds: The time for counting.
    """

    def __init__(self, read_store: ReadStore, max_seconds: float = _MAX_SECONDS) -> None:
        self._read_store = read_store
        self._max_seconds = max_seconds

    async def of_event(self, submission: Submission[TriggerEvent], error: EventAmbiguous) -> EventAmbiguous:
        """Return the error with the number of the events at the element in the caller's lanes."""
        if len(error.candidates) < MAX_NEXT_ITEMS:
            return error
        events = events_at(submission.command.address)
        return await self._add(error, self._read_store.count_waiting_events(events, submission.principal))

    async def of_task(self, submission: Submission[EndTask], error: TaskAmbiguous) -> TaskAmbiguous:
        """Return the error with the number of the tasks at the element in the caller's lanes."""
        if len(error.candidates) < MAX_NEXT_ITEMS:
            return error
        tasks = tasks_at(submission.command.address, submission.command.targets.task_types)
        return await self._add(error, self._read_store.count_open_tasks(tasks, submission.principal))

    async def _add(self, error: E, counting: Awaitable[int]) -> E:
        try:
            async with asyncio.timeout(self._max_seconds):
                count = await counting
        except (EngineUnavailable, TimeoutError):
            return replace(error, is_incomplete=True)
        except Exception:
            logger.exception("The candidates of an ambiguous element could not be counted")
            return replace(error, is_incomplete=True)
        return replace(error, count=max(count, len(error.candidates)))
