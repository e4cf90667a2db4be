"""Counts of waiting events.

Unless a filter has a more selective index, events are counted for each element. The index on elements contains all
columns that such a count needs.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import FromClause, Label, and_, func, select, union_all

from bpmn_events.adapters.storage.connections.statements import AnySelect
from bpmn_events.adapters.storage.schema.tables import catch_elements, waiting_events
from bpmn_events.adapters.storage.sql.ranges import IndexRange, has_key
from bpmn_events.adapters.storage.waiting_events.elements import (
    computed_element_keys,
    correlations_with_text,
    element_keys,
    event_has_text,
    events_of_correlations,
    has_event_name,
)
from bpmn_events.adapters.storage.waiting_events.filters import (
    ELEMENT_COLUMNS,
    AllowedValues,
    choose_access_path,
    date_conditions,
    index_ranges,
    search_text,
)
from bpmn_events.domain.filters import WaitingEventFilter

_ELEMENT_KEY = tuple(waiting_events.c[key.name] for key in catch_elements.primary_key)


def _disjoint_ranges(filter: WaitingEventFilter, allowed: AllowedValues, dialect: str) -> Sequence[IndexRange]:
    """Return ranges that hold each matching event once."""
    access_path = choose_access_path(allowed, by_due_at=filter.due_before is not None)
    conditions, text = date_conditions(filter, access_path), search_text(filter)
    if access_path.is_selective or access_path.by_due_at:
        return index_ranges(allowed, access_path, [*conditions, *event_has_text(text)], split=False)
    if not allowed and not text:
        return [IndexRange(conditions)]
    ranges = [IndexRange([has_key(waiting_events, element_keys(allowed, text, dialect)), *conditions])]
    if "event_name" in allowed:
        computed = has_key(waiting_events, computed_element_keys(allowed, text, dialect))
        ranges.append(IndexRange([computed, has_event_name(allowed), *conditions]))
    if text:
        ranges.append(events_of_correlations(text, allowed, correlations_with_text(text, dialect), conditions))
    return ranges


def select_count(filter: WaitingEventFilter, allowed: AllowedValues, dialect: str) -> AnySelect:
    """Return a SELECT of one row of numbers, whose sum is the count of the matching events."""
    counts = (
        select(func.count()).select_from(waiting_events).where(*index_range.conditions)
        for index_range in _disjoint_ranges(filter, allowed, dialect)
    )
    return select(*(count.scalar_subquery() for count in counts))


def select_counts_by_parent(parent: str, filter: WaitingEventFilter, allowed: AllowedValues, dialect: str) -> AnySelect:
    """Return a SELECT of each value of the parent's column that has matching events, and their count."""
    if parent in ELEMENT_COLUMNS:
        counts = element_counts(filter, allowed, dialect)
        column: Any = catch_elements.c[parent]
        return select(column, func.sum(counts.c.count)).join_from(counts, *join_elements(counts)).group_by(column)
    column = waiting_events.c[parent]
    # The parent's column is selective, so there is one range.
    (index_range,) = _disjoint_ranges(filter, allowed, dialect)
    return select(column, func.count()).where(*index_range.conditions).group_by(column)


def element_counts(filter: WaitingEventFilter, allowed: AllowedValues, dialect: str, *keys: Label[Any]) -> FromClause:
    """Return a subquery with the ``count`` and the ``oldest`` instant of each element and combination of the keys."""
    aggregates = (func.count().label("count"), func.min(waiting_events.c.waiting_since).label("oldest"))
    counts = [
        select(*_ELEMENT_KEY, *keys, *aggregates).where(*index_range.conditions).group_by(*_ELEMENT_KEY, *keys)
        for index_range in _disjoint_ranges(filter, allowed, dialect)
    ]
    return (union_all(*counts) if len(counts) > 1 else counts[0]).subquery("counts")


def join_elements(counts: FromClause) -> tuple[FromClause, Any]:
    """Return the table of elements and the condition that joins it with ``element_counts``."""
    return catch_elements, and_(*(key == counts.c[key.name] for key in catch_elements.primary_key))
