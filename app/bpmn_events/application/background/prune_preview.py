"""The preview of pruning, which counts what the pruner would delete."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from bpmn_events.application.background.pruner import PruneInstants
from bpmn_events.application.ports.pruning import EndedExecution, PrunedRows, PruningQueries

COUNTED_AT_ONCE = 1000
MAX_COUNT = 1_000_000


class PrunePreview:
    """Counts what the pruner would delete, with short reads that block no writer."""

    def __init__(self, queries: PruningQueries) -> None:
        self._queries = queries

    async def count_executions(self, before: datetime) -> int | None:
        """Return the number of the executions that ended before that instant; None if it is above ``MAX_COUNT``.

        Raises:
            EngineUnavailable: The database cannot be used.
        """
        count = await self._queries.count_ended_executions(before, MAX_COUNT + 1)
        return count if count <= MAX_COUNT else None

    async def count(self, before: PruneInstants) -> AsyncIterator[PrunedRows]:
        """Yield the numbers of the rows that the pruner would delete, in steps.

        Raises:
            EngineUnavailable: The database cannot be used.
        """
        instances: Counter[str] = Counter()
        if before.ended is not None:
            async for executions in self._pages(before.ended):
                rows = await self._queries.execution_rows(executions)
                instances.update(rows.instances)
                yield PrunedRows(
                    len(executions), sum(rows.instances.values()), rows.triggers, cancelled_events=rows.cancelled_events
                )
        if before.replaced is not None:
            stored = await self._queries.replaced_models(before.replaced)
            yield PrunedRows(versions=sum(count == instances[model_id] for model_id, count in stored.items()))

    async def _pages(self, before: datetime) -> AsyncIterator[Sequence[EndedExecution]]:
        last: EndedExecution | None = None
        while page := await self._queries.ended_executions(before, COUNTED_AT_ONCE, last):
            yield page
            last = page[-1]
