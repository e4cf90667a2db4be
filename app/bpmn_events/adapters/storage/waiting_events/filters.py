"""What narrows a list of waiting events: conditions, and the index that carries the list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, or_

from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.rows import folded
from bpmn_events.adapters.storage.schema.tables import WAITING_EVENT_INDEXES, catch_elements, waiting_events
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.sql.sets import no_index, one_of, same, usable
from bpmn_events.adapters.storage.sql.text_search import is_searchable
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.principal import Principal

# A value a column may have: a text, the column of an enclosing query, or None for SQL's NULL.
Value: TypeAlias = str | ColumnElement[Any] | None
# Each narrowed column with the values it may have.
Alternatives: TypeAlias = dict[str, tuple[Value, ...]]

# More ranges than about these are not read one by one: then what matches is sorted.
MAX_RANGES = 16

_COLUMNS = {
    "process_instance_id": "process_instance_ids",
    "correlation_id": "correlation_ids",
    "element_id": "element_ids",
    "process_model_id": "process_model_ids",
    "process_model_key": "process_model_keys",
    "event_name": "event_names",
    "event_type": "event_types",
}
# So few events share one of these that the index beats every other way to narrow a list.
_SELECTIVE = ("process_instance_id", "correlation_id")
# Mostly so few that they can be sorted.
NARROW = {"element_id", "process_model_id"}
# What all waiting events of an element have in common.
OF_ELEMENT = {column.name for column in catch_elements.c} & {column.name for column in waiting_events.c}


def alternatives(filter: WaitingEventFilter, viewer: Principal) -> Alternatives:
    """What the filter asks for, within what the viewer may see; a column without values means that nothing matches."""
    found: Alternatives = {}
    for column, member in _COLUMNS.items():
        asked: Collection[str] | None = getattr(filter, member)
        if asked is not None:
            found[column] = tuple(usable(asked))
    lanes = _lanes(filter.lanes, viewer)
    return found if lanes is None else found | {"lane": lanes}


def _lanes(asked: Collection[str] | None, viewer: Principal) -> tuple[str | None, ...] | None:
    if asked is not None:
        return tuple(usable(lane for lane in asked if viewer.sees(lane)))
    return visible_lanes(viewer)


def visible_lanes(viewer: Principal) -> tuple[str | None, ...] | None:
    """The lanes whose rows the viewer sees, None (no lane) among them; None alone means every lane."""
    return None if viewer.sees_all_lanes else (None, *usable(sorted(viewer.lanes)))


def in_visible_lanes(lane: ColumnElement[Any], viewer: Principal) -> list[Condition]:
    """The condition that keeps what the viewer may see; none where it sees every lane."""
    lanes = visible_lanes(viewer)
    return [] if lanes is None else [among(no_index(lane), lanes)]


def equalities(given: Sequence[tuple[ColumnElement[Any], str | None]]) -> list[Condition] | None:
    """What is asked of each column (None: nothing), the most selective first; None where nothing can match."""
    present = [(column, value) for column, value in given if value is not None]
    if len(usable(value for _, value in present)) < len({value for _, value in present}):
        return None
    return [(column if place == 0 else no_index(column)) == value for place, (column, value) in enumerate(present)]


def among(column: ColumnElement[Any], values: Collection[Value]) -> Condition:
    """Whether the column has one of the values."""
    none = [column.is_(None)] if any(value is None for value in values) else []
    return or_(*none, *_parts(column, values, one_by_one=False))


@dataclass(frozen=True, slots=True)
class AccessPath:
    """The index that carries a list: that of a column, of the due times, or the list's own order.

    ``by_element`` says that the list is put together from those of single elements.
    """

    column: str | None = None
    by_due_at: bool = False
    by_element: bool = False

    @property
    def is_selective(self) -> bool:
        return self.column in _SELECTIVE


def choose_access_path(given: Alternatives, *, by_due_at: bool = False) -> AccessPath:
    """The index for a list narrowed by these columns.

    A list by due time is carried by that order, unless few enough rows remain to sort them.
    """
    for column in _SELECTIVE:
        if column in given:
            return AccessPath(column)
    asked = OF_ELEMENT.intersection(given)
    if by_due_at and not NARROW.intersection(asked):
        return AccessPath(by_due_at=True)
    if len(asked) == 1:
        (column,) = asked
        if (column,) in WAITING_EVENT_INDEXES and len(given[column]) <= MAX_RANGES:
            return AccessPath(column)
    return AccessPath(by_element=bool(asked))


def matches_nothing(given: Alternatives, filter: WaitingEventFilter) -> bool:
    """Whether the answer is known without asking: a column may have no value at all, or no text can contain this."""
    return not all(given.values()) or (filter.search is not None and not is_searchable(filter.search))


def searched(filter: WaitingEventFilter) -> str:
    """The text that is searched, empty for none."""
    return "" if filter.search is None else folded(filter.search)


def other_conditions(filter: WaitingEventFilter, access_path: AccessPath) -> list[Condition]:
    """What the filter asks for besides ``alternatives`` and the search."""
    table, found = waiting_events.c, []
    if filter.waiting_since_before is not None:
        since = no_index(table.waiting_since) if access_path.by_due_at else table.waiting_since
        found.append(since < microseconds(filter.waiting_since_before))
    if filter.due_before is not None:
        due_at = table.due_at if access_path.by_due_at else no_index(table.due_at)
        found.append(due_at < microseconds(filter.due_before))
    return found


def ranges(
    given: Alternatives, access_path: AccessPath, others: Sequence[Condition], *, split: bool
) -> list[IndexRange]:
    """The ranges of the driver's index, if it has one, that hold the rows for which the others hold, too.

    Without ``split``, or where there would be too many, a range may take several values of a column, and is no longer
    in order.
    """
    rest = [among(no_index(waiting_events.c[name]), given[name]) for name in given if name != access_path.column]
    if access_path.column is None:
        return [IndexRange([*rest, *others])]
    values = given[access_path.column]
    return ranges_of(
        waiting_events.c[access_path.column], values, [*rest, *others], split and len(values) <= MAX_RANGES
    )


def ranges_of(
    column: ColumnElement[Any], values: Collection[Value], others: Sequence[Condition], split: bool
) -> list[IndexRange]:
    """The rows for which the column has one of the values, and the others hold: a range for each value if ``split``."""
    none = [column.is_(None)] if any(value is None for value in values) else []
    # PostgreSQL expects as many rows of each parent, and would look for those of one that has none among the rows of
    # all, in the list's order. Where the parent is part of that, too, there is but the parent's own index.
    parents = [same(column, value) for value in values if isinstance(value, ColumnElement)]
    given = _parts(column, [value for value in values if not isinstance(value, ColumnElement)], one_by_one=split)
    return [
        *(IndexRange([part, *others], alike=column) for part in (*none, *parents)),
        *(IndexRange([part, *others]) for part in given),
    ]


def is_exact(given: Alternatives, access_path: AccessPath) -> bool:
    """Whether ``ranges`` splits into ranges of the index that hold no row besides those given."""
    return all(name == access_path.column and len(values) <= MAX_RANGES for name, values in given.items())


def _parts(column: ColumnElement[Any], values: Collection[Value], one_by_one: bool) -> list[Condition]:
    """The conditions that the column has one of the values, NULL aside."""
    present = [value for value in values if value is not None]
    if one_by_one or len(present) == 1:
        return [column == value for value in present]
    return [one_of(column, [value for value in present if isinstance(value, str)])] if present else []
