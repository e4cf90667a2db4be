"""The pruner, which deletes ended executions and unused model versions in small steps."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bpmn_events.application.ports.deferral import Deferral, Turn
from bpmn_events.application.ports.pruning import PrunedRows
from bpmn_events.application.ports.transaction import Transaction, correlation_lock
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import DomainError

# Two servers that delete the same rows would wait for each other.
RETENTION_LOCK = "retention"
EXECUTIONS_AT_ONCE = 100
ROWS_AT_ONCE = 500
# Each deletion of a version reads the whole search index of the elements.
MODELS_AT_ONCE = 10
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

    async def prune(self, before: PruneInstants) -> AsyncGenerator[PrunedRows, None]:
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

    async def _repeat(self, handler: BatchHandler[None, PrunedRows]) -> AsyncGenerator[PrunedRows, None]:
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
            if found and not executions:
                # Another server has deleted those whose locks this transaction waited for: lock the next ones.
                return [Deferral(turn=Turn.NEXT)]
            return [await transaction.delete_executions(executions, ROWS_AT_ONCE) if executions else PrunedRows()]

        return BatchHandler(find_locks, delete)


def _model_handler(before: datetime) -> BatchHandler[None, PrunedRows]:
    async def delete(
        transaction: Transaction, _write_set: WriteSet, _commands: Sequence[None]
    ) -> list[PrunedRows | DomainError | Deferral]:
        model_ids = await transaction.unused_models(before, MODELS_AT_ONCE)
        return [PrunedRows(versions=await transaction.delete_models(model_ids)) if model_ids else PrunedRows()]

    return BatchHandler(find_retention_lock, delete)


async def find_retention_lock(_transaction: Transaction, commands: Sequence[None]) -> Sequence[Collection[str]]:
    """Return the lock that all deletions of expired records share."""
    return [(RETENTION_LOCK,)] * len(commands)
