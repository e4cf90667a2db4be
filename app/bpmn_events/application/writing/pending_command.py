"""The commands that wait for the writer."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bpmn_events.application.ports.tracing import Span
from bpmn_events.application.writing.batch_handler import BatchHandler

_ATTEMPTS = 5


@dataclass(slots=True, eq=False)
class PendingCommand:
    """A command that waits for its transaction, with the future of its outcome.

    ``caller`` is the span in which it was submitted, if the writer traces its batches.
    """

    handler: BatchHandler[Any, Any]
    command: Any
    exclusive: bool
    result: asyncio.Future[Any]
    attempts: int = 0
    waits: int = 0
    caller: Span | None = None

    def resolve(self, outcome: Any) -> None:
        """Give the caller the outcome or typed error."""
        if not self.result.done():  # else the caller was cancelled
            self.result.set_result(outcome)

    def may_try_again(self) -> bool:
        """Count an attempt. Return False if it was the last one."""
        self.attempts += 1
        return self.attempts < _ATTEMPTS

    def fail(self, error: Exception) -> None:
        """Give the caller an exception."""
        if not self.result.done():
            self.result.set_exception(error)


def batches(pending: Sequence[PendingCommand]) -> Iterator[list[PendingCommand]]:
    """Yield the runs of consecutive commands with the same handler. An exclusive command is a run of its own."""
    for _, batch in groupby(pending, key=lambda entry: entry if entry.exclusive else entry.handler):
        yield list(batch)
