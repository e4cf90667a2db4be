"""The pruner, which deletes ended executions and unused model versions in small steps."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.pruning import EndedExecution, ExecutionRows, PrunedRows
from bpmn_events.application.ports.transaction import Transaction, correlation_lock
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler, no_locks
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import DomainError

R = TypeVar("R")

# Two servers that delete the same rows would wait for each other.
RETENTION_LOCK = "retention"
EXECUTIONS_AT_ONCE = 100
ROWS_AT_ONCE = 500
# Each deletion of a version reads the whole search index of the elements.
MODELS_AT_ONCE = 10
COUNTED_AT_ONCE = 1000
MAX_COUNT = 1_000_000
# A server in another process tries a locked SQLite file again after 50 ms at the latest.
_LEAST_PAUSE_SECONDS = 0.06


@dataclass(frozen=True, slots=True)
class PruneInstants:
    """The instants before which executions must have ended, and versions have been replaced; None to keep them all."""

    ended: datetime | None = None
    replaced: datetime | None = None


class Pruner:
    """Deletes ended executions and unused model versions, each step in a transaction of its own.

    The pause between two steps is at least as long as the step, so that other commands wait only for one step.
    """

    def __init__(self, writer: Writer, *, executions_at_once: int = EXECUTIONS_AT_ONCE) -> None:
        self._writer = writer
        self._executions_at_once = executions_at_once

    async def prune(self, before: PruneInstants) -> AsyncIterator[PrunedRows]:
        """Delete the executions, then the model versions. Yield the numbers of deleted rows after each step.

        Raises:
            EngineUnavailable: The database cannot be used, or another server holds the lock of a correlation.
        """
        if before.ended is not None:
            async for step in self._repeat(self._execution_handler(before.ended)):
                yield step
        if before.replaced is not None:
            async for step in self._repeat(_model_handler(before.replaced)):
                yield step

    async def count_executions(self, before: datetime) -> int | None:
        """Return the number of the executions that ended before that instant; None if it is above ``MAX_COUNT``."""
        count = await self._run(lambda transaction: transaction.count_ended_executions(before, MAX_COUNT + 1))
        return count if count <= MAX_COUNT else None

    async def count(self, before: PruneInstants) -> AsyncIterator[PrunedRows]:
        """Yield the numbers of the rows that ``prune`` would delete, in steps. Change nothing.

        Raises:
            EngineUnavailable: The database cannot be used.
        """
        deleted: Counter[str] = Counter()
        if before.ended is not None:
            async for executions in self._pages(before.ended):
                rows = await self._run(partial(_read_rows, executions))
                deleted.update(rows.instances)
                yield PrunedRows(
                    len(executions), sum(rows.instances.values()), rows.triggers, cancelled_events=rows.cancelled_events
                )
        if (replaced := before.replaced) is not None:
            stored = await self._run(lambda transaction: transaction.replaced_models(replaced))
            yield PrunedRows(versions=sum(count == deleted[model_id] for model_id, count in stored.items()))

    async def _pages(self, before: datetime) -> AsyncIterator[Sequence[EndedExecution]]:
        last: EndedExecution | None = None
        while page := await self._run(partial(_read_page, before, last)):
            yield page
            last = page[-1]
            await asyncio.sleep(_LEAST_PAUSE_SECONDS)

    async def _run(self, read: Callable[[Transaction], Awaitable[R]]) -> R:
        async def handle(
            transaction: Transaction, _write_set: WriteSet, _commands: Sequence[None]
        ) -> list[R | DomainError | Deferral]:
            return [await read(transaction)]

        return await self._writer.submit(BatchHandler(no_locks, handle), None, exclusive=True)

    async def _repeat(self, handler: BatchHandler[None, PrunedRows]) -> AsyncIterator[PrunedRows]:
        """Run the handler until it deletes nothing, with pauses. Yield its outcomes."""
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            if not (step := await self._writer.submit(handler, None, exclusive=True)):
                return
            yield step
            await asyncio.sleep(max(loop.time() - started, _LEAST_PAUSE_SECONDS))

    def _execution_handler(self, before: datetime) -> BatchHandler[None, PrunedRows]:
        async def find_locks(transaction: Transaction, commands: Sequence[None]) -> Sequence[Collection[str]]:
            executions = await transaction.ended_executions(before, self._executions_at_once)
            names = {correlation_lock(execution.correlation_id) for execution in executions}
            return [(RETENTION_LOCK, *names)] * len(commands)

        async def delete(
            transaction: Transaction, _write_set: WriteSet, _commands: Sequence[None]
        ) -> list[PrunedRows | DomainError | Deferral]:
            found = await transaction.ended_executions(before, self._executions_at_once)
            executions = [each for each in found if transaction.holds(correlation_lock(each.correlation_id))]
            return [await transaction.delete_executions(executions, ROWS_AT_ONCE) if executions else PrunedRows()]

        return BatchHandler(find_locks, delete)


def _model_handler(before: datetime) -> BatchHandler[None, PrunedRows]:
    async def delete(
        transaction: Transaction, _write_set: WriteSet, _commands: Sequence[None]
    ) -> list[PrunedRows | DomainError | Deferral]:
        model_ids = await transaction.unused_models(before, MODELS_AT_ONCE)
        return [PrunedRows(versions=await transaction.delete_models(model_ids)) if model_ids else PrunedRows()]

    return BatchHandler(find_retention_lock, delete)


async def _read_page(before: datetime, after: EndedExecution | None, transaction: Transaction) -> list[EndedExecution]:
    return await transaction.ended_executions(before, COUNTED_AT_ONCE, after)


async def _read_rows(executions: Sequence[EndedExecution], transaction: Transaction) -> ExecutionRows:
    return await transaction.execution_rows(executions)


async def find_retention_lock(_transaction: Transaction, commands: Sequence[None]) -> Sequence[Collection[str]]:
    """Return the lock that all deletions of expired records share."""
    return [(RETENTION_LOCK,)] * len(commands)
