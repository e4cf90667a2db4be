"""The elements at which processes can wait, and finding a text in them or in correlations.

There are few of them, and much is the same for all waiting events of one element: what narrows a list by that is looked
up here first.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, not_, or_, select

from bpmn_events.adapters.storage.connections.statements import AnySelect, Condition
from bpmn_events.adapters.storage.schema.tables import catch_elements, correlations, waiting_events
from bpmn_events.adapters.storage.sql.ranges import IndexRange
from bpmn_events.adapters.storage.sql.sets import no_index
from bpmn_events.adapters.storage.sql.text_search import contains, indexed, matches_text
from bpmn_events.adapters.storage.waiting_events.filters import OF_ELEMENT, Alternatives, among

_KEYS = tuple(catch_elements.primary_key)


def has_text(text: str) -> list[Condition]:
    """The condition that one event has the text, looked at event by event; none for an empty text."""
    if not text:
        return []
    own = correlations.c.id == waiting_events.c.correlation_id
    in_correlation = select(correlations.c.id).where(own, contains(correlations.c.search_text, text))
    return [or_(_element_has_text(text), in_correlation.exists())]


def _element_has_text(text: str) -> Condition:
    """The condition that the element of one event has the text."""
    own = [key == waiting_events.c[key.name] for key in _KEYS]
    return select(catch_elements.c.element_id).where(*own, contains(catch_elements.c.search_text, text)).exists()


def only_in_correlation(
    text: str, given: Alternatives, found: AnySelect | Collection[str], others: Sequence[Condition]
) -> IndexRange:
    """What is given, for events of the correlations found whose element has not the text, too."""
    column = waiting_events.c.correlation_id
    own = column.in_(found) if isinstance(found, Select) else among(column, found)
    rest = [among(no_index(waiting_events.c[name]), values) for name, values in given.items()]
    return IndexRange([own, *rest, not_(_element_has_text(text)), *others])


def correlations_with(text: str, dialect: str) -> AnySelect:
    """The ids of the correlations that have the text."""
    source = indexed(correlations, dialect)
    return select(source.c.id).where(contains(source.c.search_text, text))


def keys_of_elements(given: Alternatives, text: str, dialect: str) -> AnySelect:
    """The keys of the elements that have what is given, as far as it is of them, and the text."""
    statement = select(*_KEYS).where(*_given(given))
    if not text:
        return statement
    return statement.where(matches_text(catch_elements, text, dialect))


def _given(given: Alternatives) -> list[Condition]:
    """What is given of elements, asked of their table."""
    return [among(catch_elements.c[name], given[name]) for name in given if name in OF_ELEMENT]
