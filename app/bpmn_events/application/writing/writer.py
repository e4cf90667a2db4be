"""The writer of a server process, with group commit.

Commands that arrive during a commit share the next transaction. There is no artificial delay: a lone command is a batch
of one. Under load, the commands of a batch share the cost of a durable commit, and the number of SQL statements does
not grow with the batch.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from bpmn_events.application.counters import Counters
from bpmn_events.application.ports.transaction import ClaimLost, Transaction, WriteStore
from bpmn_events.application.ports.write_set import CommitListener, WriteSet
from bpmn_events.domain.errors import Conflict, DomainError

C = TypeVar("C")
R = TypeVar("R")

# Handles a batch of commands of one kind in an open transaction: adds their changes to the write set, and returns one
# outcome per command, in order. A typed error is an outcome like any other, so that it does not affect other commands.
BatchHandler = Callable[[Transaction, WriteSet, Sequence[C]], Awaitable[Sequence[R | DomainError]]]

MAX_BATCH = 256
_ATTEMPTS = 5

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _PendingCommand:
    handler: BatchHandler[Any, Any]
    command: Any
    exclusive: bool
    result: asyncio.Future[Any]


class Writer:
    """Runs commands in shared write transactions, in the order in which they arrive."""

    def __init__(self, store: WriteStore, max_batch: int = MAX_BATCH, counters: Counters | None = None) -> None:
        self._store = store
        self._counters = counters or Counters()
        self._max_batch = max_batch
        self._listeners: list[CommitListener] = []
        self._queue: list[_PendingCommand] = []
        self._drain_task: asyncio.Task[None] | None = None
        self._closed = False

    def add_commit_listener(self, listener: CommitListener) -> None:
        """Call ``listener`` with each write set of every transaction, after its commit."""
        self._listeners.append(listener)

    async def submit(self, handler: BatchHandler[C, R], command: C, *, exclusive: bool = False) -> R:
        """Return the outcome of the command once its changes are durable.

        An ``exclusive`` command is a batch of its own: it reads the writes of the commands before it. If the caller is
        cancelled, its command may still be applied, wholly or not at all.

        Raises:
            Conflict: The server is shutting down, or other writers were first several times; both are retryable.
            DomainError: The handler refused the command; nothing of it was written.
        """
        if self._closed:
            raise Conflict("The server is shutting down.", retryable=True)
        result: asyncio.Future[R | DomainError] = asyncio.get_running_loop().create_future()
        self._queue.append(_PendingCommand(handler, command, exclusive, result))
        if self._drain_task is None:
            self._drain_task = asyncio.create_task(self._run(), name="writer")
        outcome = await result
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Finish the submitted commands, and refuse new ones."""
        self._closed = True
        if self._drain_task is not None:
            await self._drain_task

    async def _run(self) -> None:
        try:
            while self._queue:
                pending, self._queue = self._queue[: self._max_batch], self._queue[self._max_batch :]
                await self._execute(pending)
        finally:
            self._drain_task = None

    async def _execute(self, pending: list[_PendingCommand]) -> None:
        """Run the commands in one transaction. If it fails, run each command in a transaction of its own."""
        try:
            await self._commit(pending)
        except Exception as error:
            if len(pending) > 1:
                for entry in pending:
                    await self._execute([entry])
            else:
                await self._retry(pending[0], error)

    async def _retry(self, pending: _PendingCommand, error: Exception) -> None:
        """Run the command again while claims are lost. Any other error is the command's own."""
        attempt = 1
        while isinstance(error, ClaimLost) and attempt < _ATTEMPTS:
            attempt += 1
            try:
                return await self._commit([pending])
            except Exception as next_error:
                error = next_error
        if isinstance(error, ClaimLost):
            error = Conflict("Other writers were first, several times: try again.", retryable=True)
        if not pending.result.done():
            pending.result.set_exception(error)
        return None

    async def _commit(self, pending: list[_PendingCommand]) -> None:
        outcomes: list[Any] = []
        committed: list[WriteSet] = []
        async with self._store.transaction() as transaction:
            for batch in _batches(pending):
                write_set = WriteSet()
                outcomes += await batch[0].handler(transaction, write_set, [entry.command for entry in batch])
                await transaction.write(write_set)
                committed.append(write_set)
        self._counters.batches[len(pending)] += 1
        for entry, outcome in zip(pending, outcomes, strict=True):
            with suppress(asyncio.InvalidStateError):  # the caller was cancelled
                entry.result.set_result(outcome)
        for write_set in committed:
            await self._notify(write_set)

    async def _notify(self, write_set: WriteSet) -> None:
        for listener in self._listeners:
            try:
                awaitable = listener(write_set)
                if awaitable is not None:
                    await awaitable
            except Exception:
                logger.exception("A commit listener failed")


def _batches(pending: Sequence[_PendingCommand]) -> Iterator[list[_PendingCommand]]:
    """Yield the runs of consecutive commands with the same handler. An exclusive command is a run of its own."""
    for _, batch in groupby(pending, key=lambda entry: entry if entry.exclusive else entry.handler):
        yield list(batch)
