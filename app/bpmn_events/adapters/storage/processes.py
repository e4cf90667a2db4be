"""Queries for process models, process instances and correlations."""

from collections import OrderedDict
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import lookups, rows
from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.large_columns import BPMN_XML, VARIABLES
from bpmn_events.adapters.storage.list_query import ListQuery, select_counts_by_key
from bpmn_events.adapters.storage.lookups import IS_LATEST_VERSION
from bpmn_events.adapters.storage.schema.tables import correlations, process_instances, process_models
from bpmn_events.adapters.storage.sql.keyset import Order, order_by_id
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.sql.sets import in_set
from bpmn_events.application.ports.response_budget import current_budget
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.processes import Correlation, ProcessInstance, ProcessModel

_MAX_CACHED_MODELS = 256

_CORRELATIONS = select(*rows.CORRELATION).where(in_set(correlations.c.id, "keys"))
_COUNT_MODELS = select(func.count(process_models.c.key.distinct()))
_COUNT_INSTANCES = select_counts_by_key(process_instances.c.correlation_id)


class ProcessQueries(ListQuery):
    """Queries for process models, process instances and correlations. They are not restricted to lanes."""

    def __init__(self, connections: ReadConnections) -> None:
        super().__init__(connections)
        self._model_cache: OrderedDict[str, ProcessModel] = OrderedDict()

    async def models_by_id(self, ids: Collection[str]) -> dict[str, ProcessModel]:
        """Return the model versions by id; ids that do not exist are left out.

        The most recently used ones are cached, because a version never changes.
        """
        cache = self._model_cache
        missing = [key for key in ids if key not in cache]
        fetched = await lookups.models_by_id(self._fetch_inline, missing) if missing else {}
        models = {key: fetched.get(key) or cache[key] for key in ids if key in fetched or key in cache}
        for key, model in models.items():
            cache[key] = model
            cache.move_to_end(key)
        while len(cache) > _MAX_CACHED_MODELS:
            cache.popitem(last=False)
        return models

    async def latest_models(self, keys: Collection[str]) -> dict[str, ProcessModel]:
        return await lookups.latest_models(self._fetch_inline, keys)

    async def bpmn_xml(self, model_ids: Collection[str]) -> dict[str, str]:
        budget = current_budget()
        if budget is None:
            return await lookups.bpmn_xml(self._fetch, model_ids)
        return dict(await BPMN_XML.fetch(self._fetch, self._fetch, model_ids, budget))

    async def models(self, page: PageRequest) -> Page[ProcessModel]:
        order = Order(process_models, ("key",), lambda position: (position.id,))
        listing = Listing(
            process_models, rows.PROCESS_MODEL, [IndexRange([IS_LATEST_VERSION])], order, rows.process_model
        )
        return await self._fetch_page(page, listing)

    async def count_models(self) -> int:
        return int((await self._fetch(_COUNT_MODELS))[0][0])

    async def instances_by_id(self, ids: Collection[str]) -> dict[str, ProcessInstance]:
        budget = current_budget()
        if budget is None:
            return await lookups.instances_by_id(self._fetch_inline, ids)
        if not budget.selects("variables"):
            return await lookups.instances_without_variables(self._fetch_inline, ids)
        small, large_ids = await VARIABLES.fetch_small(self._fetch_inline, self._fetch, ids, budget)
        # A row is read again as a whole, so that its variables belong to its state.
        large = await lookups.instances_by_id(self._fetch, large_ids) if large_ids else {}
        return {row[0]: rows.process_instance(row[:-1]) for row in small} | large

    async def instances_of_correlations(
        self, correlation_ids: Collection[str], page: PageRequest
    ) -> dict[str, Page[ProcessInstance]]:
        def build_listing(correlation_id: ColumnElement[Any]) -> Listing[ProcessInstance]:
            conditions = [process_instances.c.correlation_id == correlation_id]
            order = order_by_id(process_instances)
            return Listing(process_instances, columns, [IndexRange(conditions)], order, parse, is_exact=True)

        columns, parse = rows.PROCESS_INSTANCE, rows.process_instance
        budget = current_budget()
        if budget is None:
            return await self._fetch_nested_pages(correlation_ids, page, build_listing)
        columns, parse = rows.PROCESS_INSTANCE_WITHOUT_VARIABLES, rows.process_instance_without_variables
        pages = await self._fetch_nested_pages(correlation_ids, page, build_listing)
        if not budget.selects("variables"):
            return pages
        instances = await self.instances_by_id([instance.id for found in pages.values() for instance in found.items])
        return {key: found.map(lambda instance: instances.get(instance.id, instance)) for key, found in pages.items()}

    async def count_instances_of_correlations(self, correlation_ids: Collection[str]) -> dict[str, int]:
        return await self._count_by_key(_COUNT_INSTANCES, correlation_ids)

    async def correlations_by_id(self, ids: Collection[str]) -> dict[str, Correlation]:
        correlation_rows = await lookups.fetch_by_keys(self._fetch_inline, _CORRELATIONS, ids)
        return {row[0]: rows.correlation(row) for row in correlation_rows}
