"""Lists of waiting events, and how each of them is read.

A list that is filtered by columns of the element can be read in three ways:

- Scan the index of the list's order and skip the events that do not match. This is cheap if many events match.
- Merge the lists of the matching elements, which are index ranges, or a skip scan if there are many elements.
- Sort all events of the matching elements. This is cheap if there are few.

Neither database can tell which is the cheapest, so ``_read_list`` tries: it scans a limited number of index entries for
a full page, and counts the events of the elements up to a limit. A search (``search.py``) and a filter by the date that
is not the sort key (``queries.py``) are handled in the same way.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.connections.statements import AnySelect, Condition
from bpmn_events.adapters.storage.list_query import ListQuery
from bpmn_events.adapters.storage.schema.tables import NEVER, waiting_events
from bpmn_events.adapters.storage.sql.keyset import Order, plan_page
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import IndexRange, Projection, Range, SkipScan, has_key, select_slice
from bpmn_events.adapters.storage.waiting_events.elements import (
    computed_element_keys,
    element_keys,
    event_has_text,
    has_event_name,
)
from bpmn_events.adapters.storage.waiting_events.filters import (
    ELEMENT_COLUMNS,
    MAX_RANGES,
    AccessPath,
    AllowedValues,
    date_conditions,
    index_ranges,
    ranges_are_exact,
    search_text,
)
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventOrder, WaitingEventQuery
from bpmn_events.domain.pages import Page, Position

# The most elements that are counted for the lower bound of a skip scan.
_MAX_COUNTED_ELEMENTS = 64
# The most pages of the unfiltered list that are scanned before the lists of elements are merged or sorted.
_MAX_SCANNED_PAGES = 10
# The most events of the matching elements that are sorted.
_MAX_SORTED_EVENTS = 1_000
# The most index entries that are counted in the event loop, which takes less time than a handoff to a thread.
_MAX_INLINE_COUNT = 5_000


class WaitingEventLists(ListQuery):
    """Reads the pages of lists along the cheapest access path."""

    async def _read_list(
        self, query: WaitingEventQuery, allowed: AllowedValues, access_path: AccessPath
    ) -> Page[WaitingEvent]:
        """Return the page of the list.

        If many elements match, many events match, so a page is usually full within the first events of the unfiltered
        list. These are scanned before lists of elements are merged or sorted.
        """
        listing = await self._build_listing(query, allowed, access_path)
        is_filtered_scan = access_path == order_access_path(query.order) and not ELEMENT_COLUMNS.isdisjoint(allowed)
        is_sorted = access_path.by_element and not listing.order.is_indexed
        if needs_skip_scan(listing.ranges) or is_filtered_scan or is_sorted:
            page = await self._try_scan(query, allowed, _MAX_SCANNED_PAGES * (query.page.limit or 0))
            if page is not None:
                return page
        if is_filtered_scan and await self._elements_have_few_events(allowed):
            listing = await self._build_listing(query, allowed, AccessPath(by_element=True))
        return await self._fetch_page(query.page, listing)

    async def _try_scan(
        self, query: WaitingEventQuery, allowed: AllowedValues, max_events: int
    ) -> Page[WaitingEvent] | None:
        """Return the page if the first ``max_events`` of the unfiltered list fill it, otherwise None."""
        access_path = order_access_path(query.order)
        candidates = await self._build_candidates(query, {}, access_path)
        listing = await self._build_listing(query, allowed, access_path)
        return await self._scan_candidates(query, candidates, listing, max_events)

    async def _build_candidates(
        self, query: WaitingEventQuery, allowed: AllowedValues, access_path: AccessPath
    ) -> Listing[WaitingEvent]:
        """Return the list without the conditions that may skip any number of its index entries.

        These are the search and the date that is not the sort key.
        """
        date = "waiting_since_before" if order_access_path(query.order).by_due_at else "due_before"
        filter = replace(query.filter, search=None, **{date: None})
        return await self._build_listing(replace(query, filter=filter), allowed, access_path)

    async def _elements_have_few_events(self, allowed: AllowedValues) -> bool:
        """Return True if the matching elements have few enough events to sort them."""
        keys = element_keys(allowed, "", self._dialect)
        if not await self._fetch_inline(keys.limit(1)):  # PostgreSQL would expect some keys and scan all events
            return True
        return await self._has_fewer_than(_MAX_SORTED_EVENTS, has_key(waiting_events, keys))

    async def _has_fewer_than(self, limit: int, condition: Condition) -> bool:
        """Return True if fewer events than the limit meet the condition, which must have an index."""
        matches = select(waiting_events.c.id).where(condition).limit(limit).subquery()
        fetch = self._fetch_inline if limit <= _MAX_INLINE_COUNT else self._fetch
        return bool((await fetch(select(func.count() < limit).select_from(matches)))[0][0])

    async def _build_listing(
        self, query: WaitingEventQuery, allowed: AllowedValues, access_path: AccessPath
    ) -> Listing[WaitingEvent]:
        """Return the list with that access path; a search text is checked for each event."""
        order = build_order(query.order, access_path)
        conditions = [*date_conditions(query.filter, access_path), *event_has_text(search_text(query.filter))]
        ranges: Sequence[Range]
        if access_path.by_element:
            ranges = await self._element_ranges(allowed, "", conditions, order)
            is_exact = all(isinstance(scan, IndexRange) for scan in ranges) and "event_name" not in allowed
        else:
            ranges = index_ranges(allowed, access_path, conditions, split=order.is_indexed)
            is_exact = ranges_are_exact(allowed, access_path)
        is_exact = is_exact and order.is_indexed and _only_bounds_order(query.filter, access_path)
        return make_listing(ranges, order, is_exact=is_exact)

    async def _scan_candidates(
        self, query: WaitingEventQuery, candidates: Listing[Any], listing: Listing[WaitingEvent], max_events: int
    ) -> Page[WaitingEvent] | None:
        """Return the page if ``max_events`` candidates fill it or there are no more candidates, otherwise None."""
        limit, order = query.page.limit, listing.order
        if limit is None or not candidates.ranges or needs_skip_scan(candidates.ranges):
            return None
        plan = plan_page(query.page, order)
        projection = Projection(waiting_events, [waiting_events.c[name] for name in order.names], self._dialect)
        # This reads some thousand entries of an index at most, which takes less time than a handoff to a thread.
        last = await self._fetch_inline(
            select_slice(candidates.ranges, projection, replace(plan.rows, limit=1, offset=max_events))
        )
        # The bound is a value and not a subquery, so that PostgreSQL can estimate how few events it keeps.
        bound = [order.after(Position(*row), backward=not plan.rows.backward, inclusive=True) for row in last]
        bounded = replace(plan, rows=replace(plan.rows, bounds=(*bound, *plan.rows.bounds)))
        fetched = await self._fetch_rows(bounded, listing)
        is_complete = len(fetched.rows) > limit or not last
        return await self._build_page(fetched, plan, listing) if is_complete else None

    async def _element_ranges(
        self, allowed: AllowedValues, text: str, conditions: Sequence[Condition], order: Order
    ) -> Sequence[Range]:
        """Return the ranges of the events whose element has the allowed values and the text."""
        ranges = await self._ranges_of_elements(element_keys(allowed, text, self._dialect), conditions, order)
        if "event_name" not in allowed:
            return ranges
        computed = computed_element_keys(allowed, text, self._dialect)
        return [*ranges, *await self._ranges_of_elements(computed, [has_event_name(allowed), *conditions], order)]

    async def _ranges_of_elements(
        self, keys: AnySelect, conditions: Sequence[Condition], order: Order
    ) -> Sequence[Range]:
        """Return the ranges of the events of the elements that the SELECT returns."""
        if not order.is_indexed:
            return [IndexRange([has_key(waiting_events, keys), *conditions])]
        elements = await self._fetch_inline(keys.limit(_MAX_COUNTED_ELEMENTS))
        if len(elements) > MAX_RANGES:
            return [SkipScan(waiting_events, keys, len(elements), conditions)]
        table = waiting_events.c
        return [
            IndexRange([table.process_model_id == model_id, table.element_id == element_id, *conditions])
            for model_id, element_id in elements
        ]


def make_listing(ranges: Sequence[Range], order: Order, *, is_exact: bool = False) -> Listing[WaitingEvent]:
    """Return the list of the waiting events in these ranges."""
    return Listing(waiting_events, rows.WAITING_EVENT, ranges, order, rows.waiting_event, is_exact)


def needs_skip_scan(ranges: Sequence[Range]) -> bool:
    """Return True if one of the ranges is a skip scan."""
    return any(isinstance(scan, SkipScan) for scan in ranges)


def order_access_path(order: WaitingEventOrder) -> AccessPath:
    """Return the access path along the index of the order itself."""
    return AccessPath(by_due_at=order is WaitingEventOrder.DUE_AT_ASC)


def build_order(order: WaitingEventOrder, access_path: AccessPath) -> Order:
    """Return the sort order; it is indexed if the access path reads its events in this order."""
    by_due_at = order_access_path(order).by_due_at
    names = ("due_at", "id") if by_due_at else ("waiting_since", "id")
    descending = order is WaitingEventOrder.WAITING_SINCE_DESC
    return Order(waiting_events, names, _sort_values, descending, is_indexed=access_path.by_due_at is by_due_at)


def _sort_values(position: Position) -> tuple[int, str]:
    return NEVER if position.value is None else position.value, position.id


def _only_bounds_order(filter: WaitingEventFilter, access_path: AccessPath) -> bool:
    """Return True if the filter has no search text, and no date besides that of the access path."""
    other_date = filter.waiting_since_before if access_path.by_due_at else filter.due_before
    return not search_text(filter) and other_date is None
