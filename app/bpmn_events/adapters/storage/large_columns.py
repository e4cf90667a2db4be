"""Columns whose values may be large: read only when the response contains them, and within its budget."""

from collections.abc import Collection, Mapping

from sqlalchemy import Table, select

from bpmn_events.adapters.storage.connections.statements import Fetch
from bpmn_events.adapters.storage.lookups import fetch_by_keys
from bpmn_events.adapters.storage.schema.tables import event_triggers, process_instances, process_models
from bpmn_events.adapters.storage.sql.octets import Octets
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.application.ports.response_budget import ResponseBudget


class LargeColumn:
    """A text column of a table with ids."""

    def __init__(self, table: Table, name: str) -> None:
        column = table.c[name]
        is_wanted = in_set(table.c.id, "keys")
        self._sizes = select(Octets(column)).where(is_wanted, column.is_not(None))
        self._texts = select(table.c.id, column).where(is_wanted, column.is_not(None))

    async def charge(self, fetch: Fetch, ids: Collection[str], budget: ResponseBudget) -> None:
        """Charge the texts of the rows with these ids, without reading them.

        Raises:
            ResponseTooLarge: The texts exceed the budget.
        """
        budget.charge_read(sum(row[0] for row in await fetch_by_keys(fetch, self._sizes, ids)))

    async def fetch(self, fetch: Fetch, ids: Collection[str], budget: ResponseBudget) -> Mapping[str, str]:
        """Return the texts of the rows with these ids, without those that are NULL.

        Raises:
            ResponseTooLarge: The texts exceed the budget; they were not read.
        """
        await self.charge(fetch, ids, budget)
        return {row[0]: row[1] for row in await fetch_by_keys(fetch, self._texts, ids)}


BPMN_XML = LargeColumn(process_models, "bpmn_xml")
VARIABLES = LargeColumn(process_instances, "variables")
PAYLOADS = LargeColumn(event_triggers, "payload")
