"""Filters of waiting events: the values they allow for each column, their SQL conditions, and the access path.

``allowed_values`` turns a filter and the lanes of a principal into the allowed values of each column. With these
``choose_access_path`` chooses the index that a list is read with, and ``index_ranges`` builds the ranges of that index.
All other conditions are checked on the rows of the ranges; ``no_index`` keeps SQLite from using another index for them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, or_

from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.schema.tables import WAITING_EVENT_INDEXES, catch_elements, waiting_events
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.sql.sets import equals_outer, in_set, no_index, storable_texts
from bpmn_events.domain.filters import WaitingEventFilter, is_searchable, normalize_text
from bpmn_events.domain.instants import microseconds
from bpmn_events.domain.principal import Principal

# A value of a column: a text, a column of an outer query, or None for NULL.
Value: TypeAlias = str | ColumnElement[Any] | None
# The allowed values of each filtered column.
AllowedValues: TypeAlias = dict[str, tuple[Value, ...]]

# The most index ranges that a list is merged from. With more of them, it is read in another way.
MAX_RANGES = 16

_FILTER_FIELDS = {
    "process_instance_id": "process_instance_ids",
    "correlation_id": "correlation_ids",
    "element_id": "element_ids",
    "process_model_id": "process_model_ids",
    "process_model_key": "process_model_keys",
    "event_name": "event_names",
    "event_type": "event_types",
}
# Few events share one value of these columns, so their index is always the cheapest access path.
_SELECTIVE_COLUMNS = ("process_instance_id", "correlation_id")
# Usually few enough events share one value of these columns to sort them.
SORTABLE_COLUMNS = {"element_id", "process_model_id"}
# The columns that have the same value for all waiting events of an element.
ELEMENT_COLUMNS = {column.name for column in catch_elements.c} & {column.name for column in waiting_events.c}


def allowed_values(filter: WaitingEventFilter, viewer: Principal) -> AllowedValues:
    """Return the values that the filter and the lanes of the principal allow for each column.

    A column without a restriction is left out. A column without any allowed value means that no row matches.
    """
    allowed: AllowedValues = {}
    for column, field in _FILTER_FIELDS.items():
        texts: Collection[str] | None = getattr(filter, field)
        if texts is not None:
            allowed[column] = tuple(storable_texts(texts))
    lanes = _allowed_lanes(filter.lanes, viewer)
    return allowed if lanes is None else allowed | {"lane": lanes}


def _allowed_lanes(filter_lanes: Collection[str] | None, viewer: Principal) -> tuple[str | None, ...] | None:
    if filter_lanes is not None:
        return tuple(storable_texts(lane for lane in filter_lanes if viewer.sees(lane)))
    return visible_lanes(viewer)


def visible_lanes(viewer: Principal) -> tuple[str | None, ...] | None:
    """Return the lanes that the principal sees and None for rows without a lane; return None if it sees all lanes."""
    return None if viewer.sees_all_lanes else (None, *storable_texts(sorted(viewer.lanes)))


def in_visible_lanes(lane: ColumnElement[Any], viewer: Principal) -> list[Condition]:
    """Return the condition that the principal sees the lane, or an empty list if it sees all lanes."""
    lanes = visible_lanes(viewer)
    return [] if lanes is None else [in_values(no_index(lane), lanes)]


def equalities(values: Sequence[tuple[ColumnElement[Any], str | None]]) -> list[Condition] | None:
    """Return the condition that each column has its value, or None if no row can match.

    The most selective column comes first and is the only one with which SQLite uses an index. A value of None sets no
    condition.
    """
    present = [(column, value) for column, value in values if value is not None]
    if len(storable_texts(value for _, value in present)) < len({value for _, value in present}):
        return None
    return [(column if number == 0 else no_index(column)) == value for number, (column, value) in enumerate(present)]


def in_values(column: ColumnElement[Any], values: Collection[Value]) -> Condition:
    """Return the condition that the column has one of the values."""
    is_null = [column.is_(None)] if any(value is None for value in values) else []
    return or_(*is_null, *_value_conditions(column, values, split=False))


@dataclass(frozen=True, slots=True)
class AccessPath:
    """The index that a list is read with. Without a column or a flag it is that of ``waiting_since``.

    Attributes:
        column: The filtered column whose index is used.
        by_due_at: True if the index of the due times is used.
        by_element: True if the list is merged from the lists of single elements.
    """

    column: str | None = None
    by_due_at: bool = False
    by_element: bool = False

    @property
    def is_selective(self) -> bool:
        """True if few events share one value of the column."""
        return self.column in _SELECTIVE_COLUMNS


def choose_access_path(allowed: AllowedValues, *, by_due_at: bool = False) -> AccessPath:
    """Return the access path for a list with these filtered columns.

    A list by due time is read with the index of the due times, unless usually few enough rows match to sort them.
    """
    for column in _SELECTIVE_COLUMNS:
        if column in allowed:
            return AccessPath(column)
    element_columns = ELEMENT_COLUMNS.intersection(allowed)
    if by_due_at and not SORTABLE_COLUMNS.intersection(element_columns):
        return AccessPath(by_due_at=True)
    if len(element_columns) == 1:
        (column,) = element_columns
        if (column,) in WAITING_EVENT_INDEXES and len(allowed[column]) <= MAX_RANGES:
            return AccessPath(column)
    return AccessPath(by_element=bool(element_columns))


def matches_nothing(allowed: AllowedValues, filter: WaitingEventFilter) -> bool:
    """Return True if no row can match: a column has no allowed value, or no stored text can contain the search text."""
    return not all(allowed.values()) or (filter.search is not None and not is_searchable(filter.search))


def search_text(filter: WaitingEventFilter) -> str:
    """Return the normalized search text of the filter, empty if it has none."""
    return "" if filter.search is None else normalize_text(filter.search)


def date_conditions(filter: WaitingEventFilter, access_path: AccessPath) -> list[Condition]:
    """Return the conditions on the dates of the filter; only the date of the access path may use an index."""
    table, conditions = waiting_events.c, []
    if filter.waiting_since_before is not None:
        since = no_index(table.waiting_since) if access_path.by_due_at else table.waiting_since
        conditions.append(since < microseconds(filter.waiting_since_before))
    if filter.due_before is not None:
        due_at = table.due_at if access_path.by_due_at else no_index(table.due_at)
        conditions.append(due_at < microseconds(filter.due_before))
    return conditions


def index_ranges(
    allowed: AllowedValues, access_path: AccessPath, conditions: Sequence[Condition], *, split: bool
) -> list[IndexRange]:
    """Return the ranges of the access path's index that hold the rows with the allowed values and these conditions.

    ``split`` returns one range, in list order, for each value of the column. Without it, or if there would be more than
    ``MAX_RANGES``, one range holds all values and is not in order.
    """
    residual = [
        in_values(no_index(waiting_events.c[name]), allowed[name]) for name in allowed if name != access_path.column
    ]
    if access_path.column is None:
        return [IndexRange([*residual, *conditions])]
    values = allowed[access_path.column]
    return ranges_by_value(
        waiting_events.c[access_path.column], values, [*residual, *conditions], split and len(values) <= MAX_RANGES
    )


def ranges_by_value(
    column: ColumnElement[Any], values: Collection[Value], conditions: Sequence[Condition], split: bool
) -> list[IndexRange]:
    """Return the ranges of the rows that have one of the values and meet the conditions.

    If ``split``, there is one range for each value.
    """
    is_null = [column.is_(None)] if any(value is None for value in values) else []
    # PostgreSQL expects the same number of rows for each parent. For a parent without rows it would scan the index of
    # the list's order, which holds the rows of all parents. If the rows are sorted by the parent's column as well, and
    # the planner cannot infer that it is constant, only the parent's own index has this order.
    parents = [equals_outer(column, value) for value in values if isinstance(value, ColumnElement)]
    texts = [value for value in values if not isinstance(value, ColumnElement)]
    return [
        *(IndexRange([condition, *conditions], constant_column=column) for condition in (*is_null, *parents)),
        *(IndexRange([condition, *conditions]) for condition in _value_conditions(column, texts, split=split)),
    ]


def ranges_are_exact(allowed: AllowedValues, access_path: AccessPath) -> bool:
    """Return True if split ``index_ranges`` without further conditions hold the matching rows only."""
    return all(name == access_path.column and len(values) <= MAX_RANGES for name, values in allowed.items())


def _value_conditions(column: ColumnElement[Any], values: Collection[Value], *, split: bool) -> list[Condition]:
    """Return the conditions that the column has one of the values other than NULL, one for each value if ``split``."""
    present = [value for value in values if value is not None]
    if split or len(present) == 1:
        return [column == value for value in present]
    return [in_set(column, [value for value in present if isinstance(value, str)])] if present else []
