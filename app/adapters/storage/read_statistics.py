"""Counting what waits, in groups."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Label, case, func, literal, select, union_all

from app.adapters.storage.event_filters import (
    alternatives,
    choose_driver,
    matches_nothing,
    other_conditions,
    ranges,
)
from app.adapters.storage.reader import Reader
from app.adapters.storage.statements import AnyRow, AnySelect
from app.adapters.storage.tables import waiting_events
from app.application.pages import WaitingEventFilter, instant, microseconds
from app.domain.events import EventType
from app.domain.principal import Principal
from app.domain.statistics import AGE_LIMITS, Age, Grouping, WaitingEventGroup

_COLUMNS = {
    Grouping.PROCESS_MODEL: waiting_events.c.process_model_key,
    Grouping.EVENT_TYPE: waiting_events.c.event_type,
    Grouping.ELEMENT: waiting_events.c.element_id,
    Grouping.LANE: waiting_events.c.lane,
}
_AGES = list(Age)
_COUNT, _OLDEST = func.count().label("count"), func.min(waiting_events.c.waiting_since).label("oldest")


class StatisticsReads(Reader):
    """The waiting events a viewer may see, counted: its lanes are part of every statement."""

    async def waiting_event_groups(
        self, filter: WaitingEventFilter, by: Sequence[Grouping], viewer: Principal, now: datetime, limit: int
    ) -> Sequence[WaitingEventGroup]:
        given = alternatives(filter, viewer)
        if matches_nothing(given, filter):
            return []
        driver = choose_driver(given, due_before=filter.due_before is not None, due_order=False)
        others = other_conditions(filter, driver)
        keys = [_key(grouping, now) for grouping in by]
        parts = [
            select(*keys, _COUNT, _OLDEST).where(*conditions, *others).group_by(*keys)
            for conditions in ranges(given, driver, split=False)
        ]
        found = await self._fetch(_largest(parts, [key.name for key in keys], limit))
        return [_group(row, by) for row in found if row[-2]]


def _key(grouping: Grouping, now: datetime) -> Label[Any]:
    if grouping is not Grouping.AGE:
        return _COLUMNS[grouping].label(grouping.lower())
    since = waiting_events.c.waiting_since
    steps = [
        (since > microseconds(now - limit), literal(_AGES.index(age), Integer)) for age, limit in AGE_LIMITS.items()
    ]
    return case(*steps, else_=literal(len(AGE_LIMITS), Integer)).label("age")


def _largest(parts: Sequence[AnySelect], names: Sequence[str], limit: int) -> AnySelect:
    """Each range of an index counted by itself, then put together."""
    each = union_all(*parts).subquery("each")
    keys = [each.c[name] for name in names]
    count = func.sum(each.c["count"])
    together = select(*keys, count, func.min(each.c.oldest)).group_by(*keys)
    return together.order_by(count.desc(), *keys).limit(limit)


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
