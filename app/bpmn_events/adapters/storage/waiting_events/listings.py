"""Lists of waiting events: along an index, or put together from those of single elements."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.connections.statements import Condition
from bpmn_events.adapters.storage.list_query import ListQuery
from bpmn_events.adapters.storage.schema.tables import NEVER, waiting_events
from bpmn_events.adapters.storage.sql.keyset import Order, plan_page
from bpmn_events.adapters.storage.sql.listing import Listing
from bpmn_events.adapters.storage.sql.ranges import IndexRange, Range, SkipScan, Source, has_key, select_slice
from bpmn_events.adapters.storage.waiting_events.elements import has_text, keys_of_elements
from bpmn_events.adapters.storage.waiting_events.filters import (
    MAX_RANGES,
    OF_ELEMENT,
    AccessPath,
    Alternatives,
    is_exact,
    other_conditions,
    ranges,
    searched,
)
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventOrder, WaitingEventQuery
from bpmn_events.domain.pages import Page, Position

# So many elements are counted, to know how far their events are spread.
_MANY_ELEMENTS = 64
# So many pages are read along the list of everything before that.
_PAGES = 10
# So many are soon sorted.
_FEW = 1_000
# Counting so many takes less time than handing it to a thread.
_BRIEFLY_COUNTED = 5_000


class WaitingEventLists(ListQuery):
    """Decides how a list is read."""

    async def _listed(
        self, query: WaitingEventQuery, given: Alternatives, access_path: AccessPath
    ) -> Page[WaitingEvent]:
        """The page of the list. What many elements have, many events have: it is mostly found near the beginning, and
        would otherwise be put together or sorted.
        """
        listing = await self._listing(query, given, access_path)
        sifted = access_path == order_access_path(query.order) and not OF_ELEMENT.isdisjoint(given)
        if needs_skip_scan(listing.ranges) or sifted or (access_path.by_element and not listing.order.indexed):
            page = await self._ahead(query, given, _PAGES * (query.page.limit or 0))
            if page is not None:
                return page
        if sifted and await self._are_few(given):
            listing = await self._listing(query, given, AccessPath(by_element=True))
        return await self._page(query.page, listing)

    async def _ahead(self, query: WaitingEventQuery, given: Alternatives, ahead: int) -> Page[WaitingEvent] | None:
        """The page, if it is full within so many events of the list of everything."""
        along = order_access_path(query.order)
        everything, wanted = await self._unnarrowed(query, {}, along), await self._listing(query, given, along)
        return await self._near(query, everything, wanted, ahead)

    async def _unnarrowed(
        self, query: WaitingEventQuery, given: Alternatives, access_path: AccessPath
    ) -> Listing[WaitingEvent]:
        """The list without a search and the date by which it is not ordered: they may skip any number of events."""
        other = "waiting_since_before" if order_access_path(query.order).by_due_at else "due_before"
        filter = replace(query.filter, search=None, **{other: None})
        return await self._listing(replace(query, filter=filter), given, access_path)

    async def _are_few(self, given: Alternatives) -> bool:
        """Whether the events of the elements in question are soon sorted."""
        keys = keys_of_elements(given, "", self._dialect)
        if not await self._fetch_inline(keys.limit(1)):  # PostgreSQL would expect some, and read all events
            return True
        return await self._are_fewer(has_key(waiting_events, keys), _FEW)

    async def _are_fewer(self, condition: Condition, limit: int) -> bool:
        """Whether fewer events than the limit meet the condition, which is one of an index."""
        found = select(waiting_events.c.id).where(condition).limit(limit).subquery()
        fetch = self._fetch_inline if limit <= _BRIEFLY_COUNTED else self._fetch
        return bool((await fetch(select(func.count() < limit).select_from(found)))[0][0])

    async def _listing(
        self, query: WaitingEventQuery, given: Alternatives, access_path: AccessPath
    ) -> Listing[WaitingEvent]:
        """The list, read along the driver's index; a search looks at each event."""
        order = order_of(query.order, access_path)
        others = [*other_conditions(query.filter, access_path), *has_text(searched(query.filter))]
        if access_path.by_element:
            found = await self._of_elements(given, "", others, order)
            exact = all(isinstance(each, IndexRange) for each in found)
        else:
            found = ranges(given, access_path, others, split=order.indexed)
            exact = is_exact(given, access_path)
        return list_of(found, order, exact=exact and order.indexed and _adds_nothing(query.filter, access_path))

    async def _near(
        self, query: WaitingEventQuery, everything: Listing[Any], wanted: Listing[WaitingEvent], ahead: int
    ) -> Page[WaitingEvent] | None:
        """The page of what is wanted, if it is full within so many events of everything, or there are no more."""
        limit, order = query.page.limit, wanted.order
        if limit is None or not everything.ranges or needs_skip_scan(everything.ranges):
            return None
        plan = plan_page(query.page, order)
        source = Source(waiting_events, [waiting_events.c[name] for name in order.names], self._dialect)
        # It reads some thousand entries of an index at most, which takes less time than handing it to a thread.
        last = await self._fetch_inline(
            select_slice(everything.ranges, source, replace(plan.rows, limit=1, offset=ahead))
        )
        # A value rather than a subquery: it tells PostgreSQL how few events lie before it.
        reach = [order.beyond(Position(*row), backward=not plan.rows.backward, inclusive=True) for row in last]
        near = replace(plan, rows=replace(plan.rows, bounds=(*reach, *plan.rows.bounds)))
        found = await self._rows(near, wanted)
        return await self._page_with(found, plan, wanted) if len(found) > limit or not last else None

    async def _of_elements(
        self, given: Alternatives, text: str, others: Sequence[Condition], order: Order
    ) -> Sequence[Range]:
        """The events of the elements that have what is given, and the text."""
        keys = keys_of_elements(given, text, self._dialect)
        if not order.indexed:
            return [IndexRange([has_key(waiting_events, keys), *others])]
        found = await self._fetch_inline(keys.limit(_MANY_ELEMENTS))
        if len(found) > MAX_RANGES:
            return [SkipScan(waiting_events, keys, len(found), others)]
        table = waiting_events.c
        return [IndexRange([table.process_model_id == row[0], table.element_id == row[1], *others]) for row in found]


def list_of(found: Sequence[Range], order: Order, *, exact: bool = False) -> Listing[WaitingEvent]:
    return Listing(waiting_events, rows.WAITING_EVENT, found, order, rows.waiting_event, exact)


def needs_skip_scan(ranges: Sequence[Range]) -> bool:
    return any(isinstance(each, SkipScan) for each in ranges)


def order_access_path(order: WaitingEventOrder) -> AccessPath:
    """The index of the order itself."""
    return AccessPath(by_due_at=order is WaitingEventOrder.DUE_AT_ASC)


def order_of(order: WaitingEventOrder, access_path: AccessPath) -> Order:
    """The order, and whether the driver's index carries it."""
    by_due_at = order_access_path(order).by_due_at
    names = ("due_at", "id") if by_due_at else ("waiting_since", "id")
    descending = order is WaitingEventOrder.WAITING_SINCE_DESC
    return Order(waiting_events, names, _values, descending, indexed=access_path.by_due_at is by_due_at)


def _values(position: Position) -> tuple[int, str]:
    return NEVER if position.value is None else position.value, position.id


def _adds_nothing(filter: WaitingEventFilter, access_path: AccessPath) -> bool:
    """Whether the rest of the filter only bounds the order that carries the list."""
    bounded = filter.waiting_since_before if access_path.by_due_at else filter.due_before
    return not searched(filter) and bounded is None
