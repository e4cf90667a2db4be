"""Columns whose values may be large: read only when the response contains them, and within its budget."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, case, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.connections.statements import AnyRow, Fetch
from bpmn_events.adapters.storage.lookups import fetch_by_keys
from bpmn_events.adapters.storage.schema.tables import event_triggers, process_instances, process_models
from bpmn_events.adapters.storage.sql.octets import Octets
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.application.ports.response_budget import ResponseBudget

# The largest value that is read with its size. Most values are smaller, and one statement reads them.
_MAX_SMALL_BYTES = 16_384

# SQLite reads a value to know its size, which takes a third of a millisecond for 1 MiB. The sizes of more values are
# not read in the event loop, because they would hold up other requests.
_MAX_INLINE_VALUES = 10


class LargeColumn:
    """A text column of a table with ids.

    Its values are read in two steps: first the sizes, and the small values with them, then the large values.

    Args:
        table: The table.
        name: The name of the column.
        columns: The columns of the rows that ``fetch_small`` returns, by default the id and the column itself.
    """

    def __init__(self, table: Table, name: str, columns: Sequence[ColumnElement[Any]] = ()) -> None:
        column = table.c[name]
        columns = columns or (table.c.id, column)
        small = case((Octets(column) <= bindparam("max_small_bytes"), column)).label(name)
        is_wanted = in_set(table.c.id, "keys")
        self._index = [each.key for each in columns].index(name)
        self._small = select(*(small if each.key == name else each for each in columns), Octets(column)).where(
            is_wanted, column.is_not(None)
        )
        self._texts = select(table.c.id, column).where(is_wanted)

    async def fetch_small(
        self, fetch_inline: Fetch, fetch: Fetch, ids: Collection[str], budget: ResponseBudget
    ) -> tuple[list[AnyRow], list[str]]:
        """Return the rows with a small value, and the ids of those with a large one. Charge both to the budget.

        ``fetch_inline`` reads the rows of few ids.

        Raises:
            ResponseTooLarge: The values exceed the budget.
        """
        if not ids:
            return [], []
        # Together, the small values are not much more than the budget either.
        max_small_bytes = min(_MAX_SMALL_BYTES, budget.max_bytes // len(ids))
        fetch_small = fetch_inline if len(ids) <= _MAX_INLINE_VALUES else fetch
        found = await fetch_by_keys(fetch_small, self._small, ids, max_small_bytes=max_small_bytes)
        budget.charge_read(sum(row[-1] for row in found))
        return (
            [row for row in found if row[self._index] is not None],
            [row[0] for row in found if row[self._index] is None],
        )

    async def fetch(
        self, fetch_inline: Fetch, fetch: Fetch, ids: Collection[str], budget: ResponseBudget
    ) -> Mapping[str, str]:
        """Return the values of the rows with these ids, without those that are NULL.

        ``fetch_inline`` reads the sizes and small values of few ids.

        Raises:
            ResponseTooLarge: The values exceed the budget; the large ones were not read.
        """
        small, large_ids = await self.fetch_small(fetch_inline, fetch, ids, budget)
        large = await fetch_by_keys(fetch, self._texts, large_ids)
        return {row[0]: row[1] for row in [*small, *large]}


BPMN_XML = LargeColumn(process_models, "bpmn_xml")
PAYLOADS = LargeColumn(event_triggers, "payload")
VARIABLES = LargeColumn(process_instances, "variables", rows.PROCESS_INSTANCE)
