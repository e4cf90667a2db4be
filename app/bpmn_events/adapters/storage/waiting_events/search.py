"""Lists of the waiting events that have a text in their element or in their correlation id.

The text is looked up in the trigram indexes of elements and correlations. The list is then merged from the events of
the elements that have the text and the events of the correlations that have it. If many elements or correlations have
it, a limited number of events of the list is scanned first, because a frequent text soon fills the page.
"""

from collections.abc import Sequence

from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.list_query import EMPTY_PAGE
from bpmn_events.adapters.storage.schema.tables import waiting_events
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import Range, SkipScan
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
    AccessPath,
    AllowedValues,
    choose_access_path,
    date_conditions,
    index_ranges,
    search_text,
)
from bpmn_events.adapters.storage.waiting_events.listings import (
    WaitingEventLists,
    build_order,
    make_listing,
    needs_skip_scan,
)
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventQuery
from bpmn_events.domain.pages import Page

# The most correlations whose events are collected without a scan of the list first.
_MAX_COLLECTED_CORRELATIONS = 200
# The most events of the list that are scanned for a full page if more correlations have the text.
_MAX_SCANNED_EVENTS = 2_000


class WaitingEventSearch(WaitingEventLists):
    """Reads the pages of lists with a search text."""

    async def _correlations_with(self, text: str) -> list[str] | None:
        """Return the ids of the correlations that have the text, or None if there are too many to collect."""
        statement = correlations_with_text(text, self._dialect).limit(_MAX_COLLECTED_CORRELATIONS + 1)
        ids = [row[0] for row in await self._fetch(statement)]
        return ids if len(ids) <= _MAX_COLLECTED_CORRELATIONS else None

    def _build_nested_listing(
        self, query: WaitingEventQuery, allowed: AllowedValues, correlation_ids: list[str] | None
    ) -> Listing[WaitingEvent]:
        """Return the list of a parent, whose column is one of the allowed values.

        ``correlation_ids`` are the correlations that have the text, or None if these are unknown or too many.
        """
        text, access_path = search_text(query.filter), choose_access_path(allowed)
        order, conditions = build_order(query.order, access_path), date_conditions(query.filter, access_path)
        has_text = event_has_text(text)
        if access_path.is_selective or (correlation_ids is None and not access_path.by_element):
            ranges = index_ranges(allowed, access_path, [*conditions, *has_text], split=order.is_indexed)
            return make_listing(ranges, order)
        if correlation_ids is None:
            keys = element_keys(allowed, "", self._dialect)
            scans = [SkipScan(waiting_events, keys, 1, [*conditions, *has_text])]
            return make_listing(scans + self._computed_scans(allowed, "", [*conditions, *has_text]), order)
        keys = element_keys(allowed, text, self._dialect)
        matches: list[Range] = [SkipScan(waiting_events, keys, 1, conditions)]
        matches += self._computed_scans(allowed, text, conditions)
        if correlation_ids:
            matches.append(events_of_correlations(text, allowed, correlation_ids, conditions))
        return make_listing(matches, order)

    def _computed_scans(self, allowed: AllowedValues, text: str, conditions: Sequence[Condition]) -> list[SkipScan]:
        """Return the scan of the elements whose event name is computed, if the list is filtered by the name."""
        if "event_name" not in allowed:
            return []
        keys = computed_element_keys(allowed, text, self._dialect)
        return [SkipScan(waiting_events, keys, 1, [has_event_name(allowed), *conditions])]

    async def _search(
        self, query: WaitingEventQuery, allowed: AllowedValues, access_path: AccessPath
    ) -> Page[WaitingEvent]:
        """Return the page of a search: from a scan of the list if the text is frequent, otherwise of all its events."""
        text, by_age = search_text(query.filter), AccessPath()
        order, conditions = build_order(query.order, by_age), date_conditions(query.filter, by_age)
        correlation_ids = await self._correlations_with(text)
        has_element_columns = not ELEMENT_COLUMNS.isdisjoint(allowed)
        if not order.is_indexed and has_element_columns and await self._elements_have_few_events(allowed):
            return await self._read_list(query, allowed, AccessPath(by_element=True))
        ranges = [*await self._element_ranges(allowed, text, conditions, order)]
        page = None
        if needs_skip_scan(ranges):
            page = await self._try_scan(query, allowed, _MAX_SCANNED_EVENTS)
        elif correlation_ids is None or not order.is_indexed:
            candidates = await self._build_candidates(query, {} if access_path.by_due_at else allowed, access_path)
            listing = await self._build_listing(query, allowed, access_path)
            page = await self._scan_candidates(query, candidates, listing, _MAX_SCANNED_EVENTS)
        if page is not None:
            return page
        if correlation_ids != []:
            ids = correlations_with_text(text, self._dialect) if correlation_ids is None else correlation_ids
            ranges.append(events_of_correlations(text, allowed, ids, conditions))
        return await self._fetch_page(query.page, make_listing(ranges, order)) if ranges else EMPTY_PAGE
