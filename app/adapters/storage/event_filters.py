"""What narrows a list of waiting events: conditions, and the index that carries the list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, or_

from app.adapters.storage.rows import folded
from app.adapters.storage.sets import aside, one_of, usable
from app.adapters.storage.statements import Condition
from app.adapters.storage.tables import WAITING_EVENT_INDEXES, waiting_events
from app.application.pages import WaitingEventFilter, microseconds
from app.domain.principal import Principal

# A value a column may have: a text, the column of an enclosing query, or None for SQL's NULL.
Value: TypeAlias = str | ColumnElement[Any] | None
# Each narrowed column with the values it may have.
Alternatives: TypeAlias = dict[str, tuple[Value, ...]]

# More ranges than about these are not read one by one: then what matches is sorted.
MAX_RANGES = 16
# Longer than any name or id, and short enough for SQLite's limit on a pattern, 50,000 bytes.
MAX_SEARCH = 5_000

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
_SELECTIVE = {"process_instance_id", "correlation_id", "element_id", "process_model_id"}


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
    return [] if lanes is None else [among(aside(lane), lanes)]


def equalities(given: Sequence[tuple[ColumnElement[Any], str | None]]) -> list[Condition] | None:
    """What is asked of each column (None: nothing), the most selective first; None where nothing can match."""
    present = [(column, value) for column, value in given if value is not None]
    if len(usable(value for _, value in present)) < len({value for _, value in present}):
        return None
    return [(column if place == 0 else aside(column)) == value for place, (column, value) in enumerate(present)]


def among(column: ColumnElement[Any], values: Collection[Value]) -> Condition:
    """Whether the column has one of the values."""
    return or_(*_parts(column, values, one_by_one=False))


@dataclass(frozen=True, slots=True)
class Driver:
    """The index that carries a list: its columns, or none where the list's own order carries it."""

    columns: tuple[str, ...] = ()
    by_due_at: bool = False


def choose_driver(columns: Collection[str], *, due_before: bool, due_order: bool) -> Driver:
    """The index for a list narrowed by these columns. The most selective one comes first.

    A list ordered by due time is carried by that order, unless few enough rows remain to sort them.
    """
    fitting = [index for index in WAITING_EVENT_INDEXES if set(index) <= set(columns)]
    if fitting and fitting[0][0] in _SELECTIVE:
        return Driver(fitting[0])
    if due_before or due_order:
        return Driver(by_due_at=True)
    return Driver(fitting[0]) if fitting else Driver()


def matches_nothing(given: Alternatives, filter: WaitingEventFilter) -> bool:
    """Whether the answer is known without asking: a column may have no value at all, or no text can contain this."""
    return not all(given.values()) or (filter.search is not None and not _searchable(filter.search))


def _searchable(text: str) -> bool:
    if len(text) > MAX_SEARCH or "\0" in text:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in text)


def other_conditions(filter: WaitingEventFilter, driver: Driver) -> list[Condition]:
    """What the filter asks for besides ``alternatives``."""
    table, found = waiting_events.c, []
    if filter.waiting_since_before is not None:
        since = aside(table.waiting_since) if driver.by_due_at else table.waiting_since
        found.append(since < microseconds(filter.waiting_since_before))
    if filter.due_before is not None:
        due_at = table.due_at if driver.by_due_at else aside(table.due_at)
        found.append(due_at < microseconds(filter.due_before))
    if filter.search is not None and (words := folded(filter.search)):
        found.append(table.search_text.contains(words, autoescape=True))
    return found


def ranges(given: Alternatives, driver: Driver, split: bool) -> list[list[Condition]]:
    """Conditions of which at least one list must hold, and never two: each list is one range of the driver's index.

    Without ``split``, or where there would be too many, a range may take several values of a column, and is no longer
    in order.
    """
    count, parts = 1, []
    for name in driver.columns:
        one_by_one = split and count * len(given[name]) <= MAX_RANGES
        part = _parts(waiting_events.c[name], given[name], one_by_one)
        count *= len(part)
        parts.append(part)
    rest = [among(aside(waiting_events.c[name]), given[name]) for name in given if name not in driver.columns]
    return [[*part, *rest] for part in product(*parts)]


def is_exact(given: Alternatives, driver: Driver) -> bool:
    """Whether ``ranges`` splits into ranges of the index that hold no row besides those given."""
    return set(given) <= set(driver.columns) and prod(len(given[name]) for name in driver.columns) <= MAX_RANGES


def _parts(column: ColumnElement[Any], values: Collection[Value], one_by_one: bool) -> list[Condition]:
    present = [value for value in values if value is not None]
    parts: list[Condition] = [column.is_(None)] if len(present) < len(values) else []
    if one_by_one or len(present) == 1:
        return [*parts, *(column == value for value in present)]
    return [*parts, one_of(column, [value for value in present if isinstance(value, str)])] if present else parts
