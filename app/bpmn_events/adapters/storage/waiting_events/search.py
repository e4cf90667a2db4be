"""Lists of the waiting events that have a text, in their element or in their correlation."""

from bpmn_events.adapters.storage.list_query import EMPTY
from bpmn_events.adapters.storage.schema.tables import waiting_events
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import Range, SkipScan
from bpmn_events.adapters.storage.waiting_events.elements import (
    correlations_with,
    has_text,
    keys_of_elements,
    only_in_correlation,
)
from bpmn_events.adapters.storage.waiting_events.filters import (
    OF_ELEMENT,
    AccessPath,
    Alternatives,
    choose_access_path,
    other_conditions,
    ranges,
    searched,
)
from bpmn_events.adapters.storage.waiting_events.listings import WaitingEventLists, list_of, needs_skip_scan, order_of
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventQuery
from bpmn_events.domain.pages import Page

# The events of so many correlations are collected and sorted; of more, a page is first looked for along the list, among
# so many events.
_MANY_CORRELATIONS = 200
_NEAR = 2_000


class WaitingEventSearch(WaitingEventLists):
    """Finds a text through the indexes of what elements and correlations are called."""

    async def _correlations_with(self, text: str) -> list[str] | None:
        """The ids of the correlations that have the text; None if these are many."""
        found = await self._fetch(correlations_with(text, self._dialect).limit(_MANY_CORRELATIONS + 1))
        return [row[0] for row in found] if len(found) <= _MANY_CORRELATIONS else None

    def _nested_listing(
        self, query: WaitingEventQuery, given: Alternatives, found: list[str] | None
    ) -> Listing[WaitingEvent]:
        """The list of a parent, who is among what is given. ``found`` are the correlations that have the text, if these
        are known to be few.
        """
        text, access_path = searched(query.filter), choose_access_path(given)
        order, others = order_of(query.order, access_path), other_conditions(query.filter, access_path)
        if access_path.is_selective or (found is None and not access_path.by_element):
            return list_of(ranges(given, access_path, [*others, *has_text(text)], split=order.indexed), order)
        if found is None:
            keys = keys_of_elements(given, "", self._dialect)
            return list_of([SkipScan(waiting_events, keys, 1, [*others, *has_text(text)])], order)
        keys = keys_of_elements(given, text, self._dialect)
        collected: list[Range] = [SkipScan(waiting_events, keys, 1, others)]
        if found:
            collected.append(only_in_correlation(text, given, found, others))
        return list_of(collected, order)

    async def _found(
        self, query: WaitingEventQuery, given: Alternatives, access_path: AccessPath
    ) -> Page[WaitingEvent]:
        """The page of a search. A text that much has is found near the beginning of the list; otherwise all that has it
        is collected.
        """
        text, by_age = searched(query.filter), AccessPath()
        order, others = order_of(query.order, by_age), other_conditions(query.filter, by_age)
        found = await self._correlations_with(text)
        if not order.indexed and not OF_ELEMENT.isdisjoint(given) and await self._are_few(given):
            return await self._listed(query, given, AccessPath(by_element=True))
        collected = [*await self._of_elements(given, text, others, order)]
        page = None
        if needs_skip_scan(collected):
            page = await self._ahead(query, given, _NEAR)
        elif found is None or not order.indexed:
            everything = await self._unnarrowed(query, {} if access_path.by_due_at else given, access_path)
            page = await self._near(query, everything, await self._listing(query, given, access_path), _NEAR)
        if page is not None:
            return page
        if found != []:
            wanted = correlations_with(text, self._dialect) if found is None else found
            collected.append(only_in_correlation(text, given, wanted, others))
        return await self._page(query.page, list_of(collected, order)) if collected else EMPTY
