"""Queries for open tasks."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import lookups
from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.list_query import EMPTY_PAGE, ListQuery, select_counts_by_key
from bpmn_events.adapters.storage.schema.tables import open_tasks
from bpmn_events.adapters.storage.sql.keyset import order_by_id
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.sql.sets import in_set, no_index
from bpmn_events.adapters.storage.tasks import rows as task_rows
from bpmn_events.adapters.storage.waiting_events.filters import (
    MAX_RANGES,
    equalities,
    in_visible_lanes,
    ranges_by_value,
    visible_lanes,
)
from bpmn_events.domain.filters import TaskFilter
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.tasks import OpenTask

_BY_ID = select(*task_rows.OPEN_TASK).where(in_set(open_tasks.c.id, "keys"))


class OpenTaskQueries(ListQuery):
    """Queries for open tasks. Every statement contains the lanes of the principal as a condition."""

    async def open_tasks(self, filter: TaskFilter, page: PageRequest, viewer: Principal) -> Page[OpenTask]:
        conditions = _conditions(filter)
        return EMPTY_PAGE if conditions is None else await self._fetch_page(page, _build_listing(conditions, viewer))

    async def count_open_tasks(self, filter: TaskFilter, viewer: Principal) -> int:
        conditions = _conditions(filter)
        if conditions is None:
            return 0
        return await self._count(open_tasks, [*conditions, *_lane_conditions(viewer)])

    async def open_tasks_of_instances(
        self, instance_ids: Collection[str], page: PageRequest, viewer: Principal
    ) -> dict[str, Page[OpenTask]]:
        def build_listing(instance_id: ColumnElement[Any]) -> Listing[OpenTask]:
            return _build_listing([open_tasks.c.process_instance_id == instance_id], viewer)

        return await self._fetch_nested_pages(instance_ids, page, build_listing)

    async def count_open_tasks_of_instances(self, instance_ids: Collection[str], viewer: Principal) -> dict[str, int]:
        statement = select_counts_by_key(open_tasks.c.process_instance_id, *_lane_conditions(viewer))
        return await self._count_by_key(statement, instance_ids)

    async def open_tasks_by_id(self, ids: Collection[str], viewer: Principal) -> dict[str, OpenTask]:
        rows = await lookups.fetch_by_keys(self._fetch, _BY_ID.where(*_lane_conditions(viewer)), ids)
        return {row[0]: task_rows.open_task(row) for row in rows}


def _conditions(filter: TaskFilter) -> list[Condition] | None:
    """Return the conditions of the filter, the most selective first, or None if no row can match."""
    table = open_tasks.c
    conditions = equalities(
        [
            (table.process_instance_id, filter.process_instance_id),
            (table.correlation_id, filter.correlation_id),
            (table.topic, filter.topic),
            (table.process_model_key, filter.process_model_key),
            (no_index(table.element_id), filter.element_id),
        ]
    )
    if conditions is not None and filter.task_types is not None:
        conditions.append(in_set(table.task_type, filter.task_types))
    return conditions


def _lane_conditions(viewer: Principal) -> list[Condition]:
    return in_visible_lanes(open_tasks.c.lane, viewer)


def _build_listing(conditions: list[Condition], viewer: Principal) -> Listing[OpenTask]:
    """Return the list, longest open first.

    Without conditions it is one index range for each visible lane, so that rows of a rare lane need no long scan.
    """
    lanes = visible_lanes(viewer)
    ranges = [IndexRange([*conditions, *_lane_conditions(viewer)])]
    if not conditions and lanes is not None and len(lanes) <= MAX_RANGES:
        ranges = ranges_by_value(open_tasks.c.lane, lanes, [], split=True)
    return Listing(open_tasks, task_rows.OPEN_TASK, ranges, order_by_id(open_tasks), task_rows.open_task)
