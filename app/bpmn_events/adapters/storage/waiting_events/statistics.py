"""Grouped counts of waiting events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Label, case, func, literal, select

from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.list_query import ListQuery
from bpmn_events.adapters.storage.schema.tables import catch_elements, waiting_events
from bpmn_events.adapters.storage.waiting_events.counting import element_counts, join_elements
from bpmn_events.adapters.storage.waiting_events.filters import allowed_values, matches_nothing
from bpmn_events.domain.events import EventType
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.statistics import AGE_LIMITS, Age, Grouping, WaitingEventGroup

_GROUP_COLUMNS = {
    Grouping.PROCESS_MODEL: catch_elements.c.process_model_key,
    Grouping.EVENT_TYPE: catch_elements.c.event_type,
    Grouping.ELEMENT: catch_elements.c.element_id,
    Grouping.LANE: catch_elements.c.lane,
}
_AGES = list(Age)


class StatisticsQueries(ListQuery):
    """Queries for grouped counts. Every statement contains the lanes of the principal as a condition."""

    async def waiting_event_groups(
        self, filter: WaitingEventFilter, by: Sequence[Grouping], viewer: Principal, now: datetime, limit: int
    ) -> Sequence[WaitingEventGroup]:
        allowed = allowed_values(filter, viewer)
        if matches_nothing(allowed, filter):
            return []
        counts = element_counts(filter, allowed, self._dialect, *([_age(now)] if Grouping.AGE in by else []))
        keys = [counts.c.age if grouping is Grouping.AGE else _GROUP_COLUMNS[grouping] for grouping in by]
        count = func.sum(counts.c.count)
        statement = (
            select(*keys, count, func.min(counts.c.oldest))
            .join_from(counts, *join_elements(counts))
            .group_by(*keys)
            .order_by(count.desc(), *keys)
            .limit(limit)
        )
        return [_group(row, by) for row in await self._fetch(statement) if row[-2]]


def _age(now: datetime) -> Label[Any]:
    """Return the column ``age``: the index in ``_AGES`` of the age of each event."""
    since = waiting_events.c.waiting_since
    steps = [
        (since > microseconds(now - limit), literal(_AGES.index(age), Integer)) for age, limit in AGE_LIMITS.items()
    ]
    return case(*steps, else_=literal(len(AGE_LIMITS), Integer)).label("age")


def _group(row: AnyRow, by: Sequence[Grouping]) -> WaitingEventGroup:
    keys = dict(zip(by, row, strict=False))
    event_type, age = keys.get(Grouping.EVENT_TYPE), keys.get(Grouping.AGE)
    return WaitingEventGroup(
        count=int(row[-2]),
        oldest_waiting_since=instant(row[-1]),
        process_model_key=keys.get(Grouping.PROCESS_MODEL),
        event_type=None if event_type is None else EventType(event_type),
        element_id=keys.get(Grouping.ELEMENT),
        lane=keys.get(Grouping.LANE),
        age=None if age is None else _AGES[age],
    )
