"""Reading open tasks."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage import lookups
from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.list_query import EMPTY, ListQuery
from bpmn_events.adapters.storage.schema.tables import open_tasks
from bpmn_events.adapters.storage.sql.keyset import by_id
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.sql.sets import one_of
from bpmn_events.adapters.storage.tasks import rows as task_rows
from bpmn_events.adapters.storage.waiting_events.filters import (
    MAX_RANGES,
    equalities,
    in_visible_lanes,
    ranges_of,
    visible_lanes,
)
from bpmn_events.domain.filters import TaskFilter
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.tasks import OpenTask

_BY_ID = select(*task_rows.OPEN_TASK).where(one_of(open_tasks.c.id, "keys"))


class OpenTaskQueries(ListQuery):
    """The open tasks a viewer may see: its lanes are part of every statement."""

    async def open_tasks(self, filter: TaskFilter, page: PageRequest, viewer: Principal) -> Page[OpenTask]:
        asked = _asked(filter)
        return EMPTY if asked is None else await self._page(page, _listing(asked, viewer))

    async def count_open_tasks(self, filter: TaskFilter, viewer: Principal) -> int:
        asked = _asked(filter)
        if asked is None:
            return 0
        statement = select(func.count()).select_from(open_tasks).where(*asked, *_visible(viewer))
        return int((await self._fetch(statement))[0][0])

    async def open_tasks_of_instances(
        self, instance_ids: Collection[str], page: PageRequest, viewer: Principal
    ) -> dict[str, Page[OpenTask]]:
        def listing_of(parent: ColumnElement[Any]) -> Listing[OpenTask]:
            return _listing([open_tasks.c.process_instance_id == parent], viewer)

        return await self._pages_of(instance_ids, page, listing_of)

    async def count_open_tasks_of_instances(self, instance_ids: Collection[str], viewer: Principal) -> dict[str, int]:
        column = open_tasks.c.process_instance_id
        statement = select(column, func.count()).where(one_of(column, "keys"), *_visible(viewer)).group_by(column)
        counts = await lookups.find(self._fetch, statement, instance_ids)
        return dict.fromkeys(instance_ids, 0) | {row[0]: row[1] for row in counts}

    async def open_tasks_by_id(self, ids: Collection[str], viewer: Principal) -> dict[str, OpenTask]:
        found = await lookups.find(self._fetch, _BY_ID.where(*_visible(viewer)), ids)
        return {row[0]: task_rows.open_task(row) for row in found}


def _asked(filter: TaskFilter) -> list[Condition] | None:
    """The filter's conditions, the most selective one first; None where nothing can match."""
    table = open_tasks.c
    return equalities(
        [
            (table.process_instance_id, filter.process_instance_id),
            (table.correlation_id, filter.correlation_id),
            (table.topic, filter.topic),
            (table.process_model_key, filter.process_model_key),
        ]
    )


def _visible(viewer: Principal) -> list[Condition]:
    return in_visible_lanes(open_tasks.c.lane, viewer)


def _listing(asked: list[Condition], viewer: Principal) -> Listing[OpenTask]:
    """Longest open first. What the filter does not narrow is read lane by lane, so that a rare one is found at once."""
    lanes = visible_lanes(viewer)
    ranges = [IndexRange([*asked, *_visible(viewer)])]
    if not asked and lanes is not None and len(lanes) <= MAX_RANGES:
        ranges = ranges_of(open_tasks.c.lane, lanes, [], split=True)
    return Listing(open_tasks, task_rows.OPEN_TASK, ranges, by_id(open_tasks), task_rows.open_task)
