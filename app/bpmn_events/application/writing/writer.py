"""The writer of a server process, with group commit.

Commands that arrive during a commit share the next transaction. There is no artificial delay: a lone command is a batch
of one. Under load, the commands of a batch share the cost of a durable commit, and the number of SQL statements does
not grow with the batch.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextvars import Context
from itertools import chain
from typing import Any, TypeVar

from bpmn_events.application.counters import Counters
from bpmn_events.application.ports.clock import Clock, utc_now
from bpmn_events.application.ports.deferral import Deferral, Turn
from bpmn_events.application.ports.transaction import ClaimLost, LocksTaken, Transaction, TransactionLost, WriteStore
from bpmn_events.application.ports.write_set import CommitListener, WriteSet
from bpmn_events.application.writing.batch_handler import TURN_SECONDS, BatchHandler
from bpmn_events.application.writing.failures import (
    copy_failure,
    locked_by_others,
    other_writers_were_first,
    outcome_unknown,
)
from bpmn_events.application.writing.locks import find_locks, remove_excess
from bpmn_events.application.writing.pending_command import PendingCommand, batches
from bpmn_events.domain.errors import Conflict, DomainError, EngineUnavailable

C = TypeVar("C")
R = TypeVar("R")

MAX_BATCH = 256
MAX_QUEUE = 4096
# Each may take a second, so more would wait for minutes.
MAX_LONG_QUEUE = 128
# For so long, a lock that others have held for too long is tried without waiting, so that not every batch waits for it.
_BUSY_SECONDS = 1.0
# A chain of processes that call each other waits once for the model of each, and for each check that takes long.
_MAX_WAITS = 100

logger = logging.getLogger(__name__)


class Writer:
    """Runs commands in shared write transactions, in the order in which they arrive.

    A command that turns out to take long runs later, in a transaction of its own.

    Args:
        store: Opens the transactions.
        max_batch: The maximum number of commands in one transaction.
        max_queue: The maximum number of commands that wait for a transaction.
        counters: Counts the transactions.
        clock: The time of the change feed.

    Attributes:
        runs_long_command: True while a command that may take long is handled, in a transaction of its own.
    """

    def __init__(
        self,
        store: WriteStore,
        max_batch: int = MAX_BATCH,
        max_queue: int = MAX_QUEUE,
        counters: Counters | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._clock = clock
        self._counters = counters or Counters()
        self._max_batch = max_batch
        self._max_queue = max_queue
        self._listeners: list[CommitListener] = []
        self._queue: list[PendingCommand] = []
        # The commands that take long. One of them runs after each transaction of others, so that neither kind waits for
        # all commands of the other.
        self._long_queue: deque[PendingCommand] = deque()
        self.runs_long_command = False
        self._drain_task: asyncio.Task[None] | None = None
        self._deferred: set[asyncio.Task[None]] = set()
        # Locks that others have held for too long, with the time until which they are not waited for again.
        self._busy_locks: dict[str, float] = {}
        self._closed = False

    def add_commit_listener(self, listener: CommitListener) -> None:
        """Call ``listener`` with each write set of every transaction, after its commit."""
        self._listeners.append(listener)

    def queue_length(self) -> int:
        """Return the number of commands that wait for a transaction."""
        return len(self._queue) + len(self._long_queue) + len(self._deferred)

    async def submit(self, handler: BatchHandler[C, R], command: C, *, exclusive: bool = False) -> R:
        """Return the outcome of the command once its changes are durable.

        An ``exclusive`` command is a batch of its own: it reads the writes of the commands before it. If the caller is
        cancelled, its command may still be applied, wholly or not at all.

        Raises:
            Conflict: The server is shutting down, or other writers were first several times; both are retryable.
            EngineUnavailable: The database cannot be used, or too many commands wait. ``outcome_unknown`` is True if
                the command may have been applied.
            DomainError: The handler refused the command; nothing of it was written.
        """
        if self._closed:
            raise Conflict("The server is shutting down.", retryable=True)
        if self.queue_length() >= self._max_queue:
            raise EngineUnavailable("Too many requests wait to be written: try again later.", is_outage=False)
        result: asyncio.Future[R | DomainError] = asyncio.get_running_loop().create_future()
        self._enqueue(PendingCommand(handler, command, exclusive, result))
        outcome = await result
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Finish the submitted commands, and refuse new ones."""
        self._closed = True
        while self._deferred or self._drain_task is not None:
            tasks = [*self._deferred, *([self._drain_task] if self._drain_task is not None else [])]
            await asyncio.wait(tasks)

    def _enqueue(self, entry: PendingCommand) -> None:
        self._queue.append(entry)
        if self._drain_task is None:
            # The commands of all callers share this task, so it has nothing of the context of the one that starts it.
            self._drain_task = asyncio.create_task(self._run(), name="writer", context=Context())

    async def _run(self) -> None:
        try:
            while self._queue or self._long_queue:
                pending, self._queue = self._queue[: self._max_batch], self._queue[self._max_batch :]
                if pending:
                    await self._execute(pending)
                if (long_command := self._next_long_command()) is not None:
                    await self._execute([long_command])
        finally:
            self._drain_task = None

    def _next_long_command(self) -> PendingCommand | None:
        """Return the first long command whose caller still waits, and drop those before it."""
        while self._long_queue:
            entry = self._long_queue.popleft()
            if not entry.result.done():
                return entry
        return None

    async def _execute(self, pending: list[PendingCommand]) -> None:
        """Run the commands in one transaction. If it fails, run each command in a transaction of its own."""
        try:
            await self._commit(pending)
        except EngineUnavailable as error:
            self._give_up(pending, error)
        except Exception as error:
            if len(pending) == 1:
                pending[0].fail(error)
            else:
                await self._execute_one_by_one(pending)

    async def _execute_one_by_one(self, pending: list[PendingCommand]) -> None:
        for number, entry in enumerate(pending):
            try:
                await self._commit([entry], may_take_long=False)
            except EngineUnavailable as error:
                self._give_up([entry], error)
                if error.is_outage:
                    return self._refuse(pending[number + 1 :])
            except Exception as error:
                entry.fail(error)
        return None

    def _give_up(self, pending: list[PendingCommand], error: EngineUnavailable) -> None:
        """Refuse the commands. In an outage, refuse all that wait behind them as well, instead of one after another."""
        for entry in pending:
            entry.fail(copy_failure(error))
        if error.is_outage:
            waiting, self._queue = [*self._queue, *self._long_queue], []
            self._long_queue.clear()
            self._refuse(waiting)

    def _refuse(self, entries: Iterable[PendingCommand]) -> None:
        for entry in entries:
            entry.fail(EngineUnavailable())

    async def _commit(self, pending: list[PendingCommand], *, may_take_long: bool = True) -> None:
        """Run the commands in one transaction. With ``may_take_long``, a single command does so at once.

        Run it again if it is lost once, if others hold its locks, or if it is a lone command that loses a claim.

        Raises:
            EngineUnavailable: The database cannot be used, or the transaction was lost twice.
            ClaimLost: One of several commands has lost a claim.
            Conflict: A lone command has lost its claim several times.
        """
        wait_for_locks, is_final, was_lost = True, True, False
        while True:
            try:
                return await self._commit_once(
                    pending, wait_for_locks=wait_for_locks, is_alone=may_take_long and len(pending) == 1
                )
            except LocksTaken:
                wait_for_locks = False
            except ClaimLost:
                if len(pending) > 1:
                    raise
                if not pending[0].may_try_again():
                    conflict = other_writers_were_first()
                    raise conflict from None
            except TransactionLost as lost:
                is_final = is_final and lost.is_final
                if was_lost:
                    failure = EngineUnavailable() if is_final else outcome_unknown()
                    raise failure from lost
                was_lost = True
            except EngineUnavailable as error:
                if is_final or error.outcome_unknown:
                    raise
                unknown = outcome_unknown()
                raise unknown from error

    async def _commit_once(self, pending: list[PendingCommand], *, wait_for_locks: bool, is_alone: bool) -> None:
        settled: list[tuple[PendingCommand, Any]] = []
        committed: list[WriteSet] = []
        async with self._store.transaction() as transaction:
            ready, left = pending, []
            if transaction.needs_locks:
                needed, deferred = await find_locks(transaction, pending)
                left = remove_excess(needed)
                refused = await self._take_locks(transaction, needed, wait=wait_for_locks)
                settled += [*deferred, *refused]
                excluded = {*left, *(entry for entry, _ in settled)}
                ready = [entry for entry in pending if entry not in excluded]
            until = time.monotonic() + TURN_SECONDS
            for batch in batches(ready):
                if settled and time.monotonic() > until:
                    settled += [(entry, Deferral(turn=Turn.NEXT)) for entry in batch]
                    continue
                write_set = WriteSet()
                try:
                    outcomes = await self._handle(transaction, write_set, batch, is_alone=is_alone)
                except Deferral as deferral:
                    outcomes = [deferral] * len(batch)
                else:
                    await transaction.write(write_set)
                    committed.append(write_set)
                settled += zip(batch, outcomes, strict=True)
            if committed:
                await transaction.report_changes(committed, self._clock())
        self._counters.batches.add(sum(not isinstance(outcome, Deferral) for _, outcome in settled))
        self._queue[:0] = self._hand_out(settled) + left
        for write_set in committed:
            await self._notify(write_set)

    async def _handle(
        self, transaction: Transaction, write_set: WriteSet, batch: Sequence[PendingCommand], *, is_alone: bool
    ) -> Sequence[Any]:
        handler = batch[0].handler
        handle = handler.handle_alone if is_alone and handler.handle_alone is not None else handler.handle
        self.runs_long_command = is_alone
        try:
            return await handle(transaction, write_set, [entry.command for entry in batch])
        finally:
            self.runs_long_command = False

    def _hand_out(self, settled: Iterable[tuple[PendingCommand, Any]]) -> list[PendingCommand]:
        """Give each command its outcome. Return the deferred commands that run again in the next transaction."""
        again: list[PendingCommand] = []
        for entry, outcome in settled:
            if not isinstance(outcome, Deferral):
                entry.resolve(outcome)
            elif outcome.wait is not None:
                self._wait_for(entry, outcome.wait)
            elif outcome.turn is Turn.ALONE:
                self._enqueue_long(entry)
            elif outcome.turn is Turn.NEXT or entry.may_try_again():
                again.append(entry)
            else:
                entry.fail(other_writers_were_first())
        return again

    def _enqueue_long(self, entry: PendingCommand) -> None:
        if len(self._long_queue) < MAX_LONG_QUEUE:
            self._long_queue.append(entry)
        else:
            entry.fail(EngineUnavailable("Too many requests that take long wait: try again later.", is_outage=False))

    async def _take_locks(
        self, transaction: Transaction, needed: Mapping[PendingCommand, Collection[str]], *, wait: bool
    ) -> list[tuple[PendingCommand, EngineUnavailable]]:
        """Take the locks. Return the commands whose locks other transactions hold, with an error for each.

        Raises:
            LocksTaken: ``wait`` is True, and other transactions have held some of the locks for too long.
        """
        names = set(chain.from_iterable(needed.values()))
        if wait and not self._has_busy_lock(names):
            await transaction.lock(names)
            return []
        taken = await transaction.try_lock(names)
        until = time.monotonic() + _BUSY_SECONDS
        self._busy_locks.update(dict.fromkeys(taken, until))
        return [(entry, locked_by_others()) for entry, its_names in needed.items() if not taken.isdisjoint(its_names)]

    def _has_busy_lock(self, names: Collection[str]) -> bool:
        if not self._busy_locks:
            return False
        now = time.monotonic()
        self._busy_locks = {name: until for name, until in self._busy_locks.items() if until > now}
        return not self._busy_locks.keys().isdisjoint(names)

    def _wait_for(self, entry: PendingCommand, wait: Callable[[], Awaitable[object]]) -> None:
        entry.waits += 1
        if entry.waits > _MAX_WAITS:
            entry.fail(other_writers_were_first())
            return
        task = asyncio.create_task(self._enqueue_after(entry, wait))
        self._deferred.add(task)
        task.add_done_callback(self._deferred.discard)

    async def _enqueue_after(self, entry: PendingCommand, wait: Callable[[], Awaitable[object]]) -> None:
        try:
            await wait()
        except Exception as error:
            entry.fail(error)
        else:
            self._enqueue(entry)

    async def _notify(self, write_set: WriteSet) -> None:
        for listener in self._listeners:
            try:
                awaitable = listener(write_set)
                if awaitable is not None:
                    await awaitable
            except Exception:
                logger.exception("A commit listener failed")
