"""Conditions on catch elements, and substring search in elements and correlations.

There are few catch elements, and all waiting events of one element share most of their values. A list that is filtered
by such values selects the keys of the elements first, and then reads the events of these elements.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, not_, or_, select

from bpmn_events.adapters.storage.connections.statements import AnySelect, Condition
from bpmn_events.adapters.storage.schema.tables import catch_elements, correlations, waiting_events
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.sql.sets import no_index
from bpmn_events.adapters.storage.sql.text_search import contains, matches_text, search_index
from bpmn_events.adapters.storage.waiting_events.filters import ELEMENT_COLUMNS, AllowedValues, in_values
from bpmn_events.domain.events import EventType

_KEY_COLUMNS = tuple(catch_elements.primary_key)
_NAMED_TYPES = (EventType.MESSAGE.value, EventType.SIGNAL.value)


def event_has_text(text: str) -> list[Condition]:
    """Return the condition that an event has the text, checked for each event; empty for an empty text."""
    if not text:
        return []
    own_correlation = correlations.c.id == waiting_events.c.correlation_id
    in_correlation = select(correlations.c.id).where(own_correlation, contains(correlations.c.search_text, text))
    return [or_(_element_has_text(text), in_correlation.exists())]


def _element_has_text(text: str) -> Condition:
    """Return the condition that the element of an event has the text, checked for each event."""
    own_element = [key == waiting_events.c[key.name] for key in _KEY_COLUMNS]
    in_element = select(catch_elements.c.element_id).where(*own_element, contains(catch_elements.c.search_text, text))
    return in_element.exists()


def events_of_correlations(
    text: str, allowed: AllowedValues, ids: AnySelect | Collection[str], conditions: Sequence[Condition]
) -> IndexRange:
    """Return the range of the matching events of these correlations whose element does not have the text.

    Together with the events of the elements that have the text, these are all events that have it, each of them once.
    """
    correlation_id = waiting_events.c.correlation_id
    of_correlations = correlation_id.in_(ids) if isinstance(ids, Select) else in_values(correlation_id, ids)
    residual = [in_values(no_index(waiting_events.c[name]), values) for name, values in allowed.items()]
    return IndexRange([of_correlations, *residual, not_(_element_has_text(text)), *conditions])


def correlations_with_text(text: str, dialect: str) -> AnySelect:
    """Return a SELECT of the ids of the correlations that have the text."""
    index = search_index(correlations, dialect)
    return select(index.c.id).where(contains(index.c.search_text, text))


def element_keys(allowed: AllowedValues, text: str, dialect: str) -> AnySelect:
    """Return a SELECT of the keys of the elements that have the allowed values and the text.

    Columns that do not belong to the element are ignored. An empty text sets no condition.
    """
    statement = select(*_KEY_COLUMNS).where(*_element_conditions(allowed))
    if not text:
        return statement
    return statement.where(matches_text(catch_elements, text, dialect))


def computed_element_keys(allowed: AllowedValues, text: str, dialect: str) -> AnySelect:
    """Return the SELECT of ``element_keys`` for the elements whose event name the model computes.

    Their table has no name for these, so the name must be checked for each event (``has_event_name``).
    """
    others = {name: values for name, values in allowed.items() if name != "event_name"}
    table = catch_elements.c
    return element_keys(others, text, dialect).where(table.event_name.is_(None), table.event_type.in_(_NAMED_TYPES))


def has_event_name(allowed: AllowedValues) -> Condition:
    """Return the condition that an event has one of the allowed event names, checked for each event."""
    return in_values(no_index(waiting_events.c.event_name), allowed["event_name"])


def _element_conditions(allowed: AllowedValues) -> list[Condition]:
    return [in_values(catch_elements.c[name], allowed[name]) for name in allowed if name in ELEMENT_COLUMNS]
