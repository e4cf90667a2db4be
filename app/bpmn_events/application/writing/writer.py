"""One writer per process, and group commit: the commands that arrive while the last commit runs share the next one.

There is no artificial delay: a lone command is a batch of one. Under load the cost of a durable commit is spread over
the batch, and the number of SQL statements does not grow with it.
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

# Handles a batch of like commands inside an open transaction. It adds what is to be written to the write set and
# returns one outcome per command, in order; a refusal is an outcome like any other, so that it does not touch its
# neighbours.
BatchHandler = Callable[[Transaction, WriteSet, Sequence[C]], Awaitable[Sequence[R | DomainError]]]

MAX_BATCH = 256
_ATTEMPTS = 5

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Pending:
    handler: BatchHandler[Any, Any]
    command: Any
    exclusive: bool
    answer: asyncio.Future[Any]


class Writer:
    """Runs commands in shared write transactions, in the order of their arrival."""

    def __init__(self, store: WriteStore, max_batch: int = MAX_BATCH, counters: Counters | None = None) -> None:
        self._store = store
        self._counters = counters or Counters()
        self._max_batch = max_batch
        self._listeners: list[CommitListener] = []
        self._queue: list[_Pending] = []
        self._drain: asyncio.Task[None] | None = None
        self._closed = False

    def add_commit_listener(self, listener: CommitListener) -> None:
        """Call ``listener`` with the write sets of each committed transaction, after it is durable."""
        self._listeners.append(listener)

    async def submit(self, handler: BatchHandler[C, R], command: C, *, exclusive: bool = False) -> R:
        """Return the outcome of the command, once it is durable.

        An ``exclusive`` command is handled by itself: it sees, as written, what those before it decided. A caller that
        goes away does not undo its command: it may be applied, wholly or not at all.

        Raises:
            DomainError: the handler refused the command; nothing of it was written.
        """
        if self._closed:
            raise Conflict("The server is shutting down.", retryable=True)
        answer: asyncio.Future[R | DomainError] = asyncio.get_running_loop().create_future()
        self._queue.append(_Pending(handler, command, exclusive, answer))
        if self._drain is None:
            self._drain = asyncio.create_task(self._run(), name="writer")
        outcome = await answer
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Finish what was submitted; refuse what comes after."""
        self._closed = True
        if self._drain is not None:
            await self._drain

    async def _run(self) -> None:
        try:
            while self._queue:
                pending, self._queue = self._queue[: self._max_batch], self._queue[self._max_batch :]
                await self._execute(pending)
        finally:
            self._drain = None

    async def _execute(self, pending: list[_Pending]) -> None:
        """Run the commands in one transaction; where that fails as a whole, each in its own."""
        try:
            await self._commit(pending)
        except Exception as error:
            if len(pending) > 1:
                for each in pending:
                    await self._execute([each])
            else:
                await self._retry(pending[0], error)

    async def _retry(self, pending: _Pending, error: Exception) -> None:
        """Try again after a lost race, and only then; anything else is the command's own failure."""
        attempt = 1
        while isinstance(error, ClaimLost) and attempt < _ATTEMPTS:
            attempt += 1
            try:
                return await self._commit([pending])
            except Exception as next_error:
                error = next_error
        if isinstance(error, ClaimLost):
            error = Conflict("Other writers were first, several times: try again.", retryable=True)
        if not pending.answer.done():
            pending.answer.set_exception(error)
        return None

    async def _commit(self, pending: list[_Pending]) -> None:
        outcomes: list[Any] = []
        committed: list[WriteSet] = []
        async with self._store.transaction() as transaction:
            for batch in _batches(pending):
                write_set = WriteSet()
                outcomes += await batch[0].handler(transaction, write_set, [each.command for each in batch])
                await transaction.write(write_set)
                committed.append(write_set)
        self._counters.batches[len(pending)] += 1
        for each, outcome in zip(pending, outcomes, strict=True):
            with suppress(asyncio.InvalidStateError):  # the caller went away
                each.answer.set_result(outcome)
        for write_set in committed:
            await self._notify(write_set)

    async def _notify(self, write_set: WriteSet) -> None:
        for listener in self._listeners:
            try:
                result = listener(write_set)
                if result is not None:
                    await result
            except Exception:
                logger.exception("A commit listener failed")


def _batches(pending: Sequence[_Pending]) -> Iterator[list[_Pending]]:
    """Return the runs of neighbours that share a handler; an exclusive command is one by itself."""
    for _, batch in groupby(pending, key=lambda each: each if each.exclusive else each.handler):
        yield list(batch)
