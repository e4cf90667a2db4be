"""Counting waiting events: by element, in an index that has all that is counted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import FromClause, Label, and_, func, select, union_all

from bpmn_events.adapters.storage.connections.statements import AnySelect
from bpmn_events.adapters.storage.schema.tables import catch_elements, waiting_events
from bpmn_events.adapters.storage.sql.ranges import IndexRange, has_key
from bpmn_events.adapters.storage.waiting_events.elements import (
    correlations_with,
    has_text,
    keys_of_elements,
    only_in_correlation,
)
from bpmn_events.adapters.storage.waiting_events.filters import (
    OF_ELEMENT,
    Alternatives,
    choose_access_path,
    other_conditions,
    ranges,
    searched,
)
from bpmn_events.domain.filters import WaitingEventFilter

_OWN = tuple(waiting_events.c[key.name] for key in catch_elements.primary_key)


def _parts(filter: WaitingEventFilter, given: Alternatives, dialect: str) -> Sequence[IndexRange]:
    """What is to be counted, none of it twice."""
    access_path = choose_access_path(given, by_due_at=filter.due_before is not None)
    others, text = other_conditions(filter, access_path), searched(filter)
    if access_path.is_selective or access_path.by_due_at:
        return ranges(given, access_path, [*others, *has_text(text)], split=False)
    if not given and not text:
        return [IndexRange(others)]
    found = [IndexRange([has_key(waiting_events, keys_of_elements(given, text, dialect)), *others])]
    if text:
        found.append(only_in_correlation(text, given, correlations_with(text, dialect), others))
    return found


def count(filter: WaitingEventFilter, given: Alternatives, dialect: str) -> AnySelect:
    """One row, of numbers that come to the count together."""
    parts = (
        select(func.count()).select_from(waiting_events).where(*each.conditions)
        for each in _parts(filter, given, dialect)
    )
    return select(*(each.scalar_subquery() for each in parts))


def count_of(parent: str, filter: WaitingEventFilter, given: Alternatives, dialect: str) -> AnySelect:
    """A row for each value of the parent's column that has a count."""
    if parent in OF_ELEMENT:
        each = by_element(filter, given, dialect)
        column: Any = catch_elements.c[parent]
        return select(column, func.sum(each.c.count)).join_from(each, *in_element(each)).group_by(column)
    column = waiting_events.c[parent]
    (one,) = _parts(filter, given, dialect)
    return select(column, func.count()).where(*one.conditions).group_by(column)


def by_element(filter: WaitingEventFilter, given: Alternatives, dialect: str, *keys: Label[Any]) -> FromClause:
    """The ``count`` and the ``oldest`` of each element, and of each combination of the keys."""
    counted = (func.count().label("count"), func.min(waiting_events.c.waiting_since).label("oldest"))
    parts = [
        select(*_OWN, *keys, *counted).where(*each.conditions).group_by(*_OWN, *keys)
        for each in _parts(filter, given, dialect)
    ]
    return (union_all(*parts) if len(parts) > 1 else parts[0]).subquery("each")


def in_element(each: FromClause) -> tuple[FromClause, Any]:
    """The element's own row, and what it is joined on."""
    return catch_elements, and_(*(key == each.c[key.name] for key in catch_elements.primary_key))
