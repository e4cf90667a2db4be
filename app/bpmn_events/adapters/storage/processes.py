"""Reading models, instances and correlations."""

from collections import OrderedDict
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import lookups, rows
from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.list_query import ListQuery
from bpmn_events.adapters.storage.lookups import LATEST_MODEL
from bpmn_events.adapters.storage.schema.tables import correlations, process_instances, process_models
from bpmn_events.adapters.storage.sql.keyset import Order, by_id
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.sql.sets import one_of
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessModel

_KEPT_MODELS = 256

_CORRELATIONS = select(*rows.CORRELATION).where(one_of(correlations.c.id, "keys"))
_COUNT_MODELS = select(func.count(process_models.c.key.distinct()))
_COUNT_INSTANCES = (
    select(process_instances.c.correlation_id, func.count())
    .where(one_of(process_instances.c.correlation_id, "keys"))
    .group_by(process_instances.c.correlation_id)
)


class ProcessQueries(ListQuery):
    """Models, instances and correlations, open to whoever may read processes."""

    def __init__(self, connections: ReadConnections) -> None:
        super().__init__(connections)
        self._models: OrderedDict[str, ProcessModel] = OrderedDict()

    async def models_by_id(self, ids: Collection[str]) -> dict[str, ProcessModel]:
        """A version never changes, and most lists are about the same few: the last ones used are kept."""
        missing = [key for key in ids if key not in self._models]
        found = await lookups.models_by_id(self._fetch_inline, missing) if missing else {}
        known = {key: found.get(key) or self._models[key] for key in ids if key in found or key in self._models}
        for key, model in known.items():
            self._models[key] = model
            self._models.move_to_end(key)
        while len(self._models) > _KEPT_MODELS:
            self._models.popitem(last=False)
        return known

    async def latest_models(self, keys: Collection[str]) -> dict[str, ProcessModel]:
        return await lookups.latest_models(self._fetch_inline, keys)

    async def bpmn_xml(self, model_ids: Collection[str]) -> dict[str, str]:
        return await lookups.bpmn_xml(self._fetch, model_ids)

    async def models(self, page: PageRequest) -> Page[ProcessModel]:
        order = Order(process_models, ("key",), lambda position: (position.id,))
        listing = Listing(process_models, rows.PROCESS_MODEL, [IndexRange([LATEST_MODEL])], order, rows.process_model)
        return await self._page(page, listing)

    async def count_models(self) -> int:
        return int((await self._fetch(_COUNT_MODELS))[0][0])

    async def instances_by_id(self, ids: Collection[str]) -> dict[str, ProcessInstance]:
        return await lookups.instances_by_id(self._fetch_inline, ids)

    async def instances_of_correlations(
        self, correlation_ids: Collection[str], page: PageRequest
    ) -> dict[str, Page[ProcessInstance]]:
        def listing_of(parent: ColumnElement[Any]) -> Listing[ProcessInstance]:
            conditions = [process_instances.c.correlation_id == parent]
            order = by_id(process_instances)
            columns, parse = rows.PROCESS_INSTANCE, rows.process_instance
            return Listing(process_instances, columns, [IndexRange(conditions)], order, parse, exact=True)

        return await self._pages_of(correlation_ids, page, listing_of)

    async def count_instances_of_correlations(self, correlation_ids: Collection[str]) -> dict[str, int]:
        found = await lookups.find(self._fetch, _COUNT_INSTANCES, correlation_ids)
        return dict.fromkeys(correlation_ids, 0) | {row[0]: row[1] for row in found}

    async def correlations_by_id(self, ids: Collection[str]) -> dict[str, Correlation]:
        return {row[0]: rows.correlation(row) for row in await lookups.find(self._fetch_inline, _CORRELATIONS, ids)}
