"""Lists of the waiting events that have a text, in their element or in their correlation."""

from dataclasses import replace

from app.adapters.storage.elements import correlations_with, only_in_correlation
from app.adapters.storage.event_filters import Alternatives, Driver, other_conditions, searched
from app.adapters.storage.event_listings import EventListings, list_of, order_of
from app.adapters.storage.ranges import Matching
from app.adapters.storage.reader import EMPTY
from app.application.pages import Page, WaitingEventQuery
from app.domain.events import WaitingEvent

# The events of so many correlations are collected and sorted; of more, a page is first looked for along the list, among
# so many events.
_MANY_CORRELATIONS = 1_000
_NEAR = 2_000


class EventSearch(EventListings):
    """Finds a text through the indexes of what elements and correlations are called."""

    async def _found(self, query: WaitingEventQuery, given: Alternatives, driver: Driver) -> Page[WaitingEvent]:
        """The page of a search. A text that much has is found near the beginning of the list; otherwise all that has it
        is collected.
        """
        text, by_age = searched(query.filter), Driver()
        order, others = order_of(query.order, by_age), other_conditions(query.filter, by_age)
        matching = correlations_with(text, self._dialect)
        found = [row[0] for row in await self._fetch(matching.limit(_MANY_CORRELATIONS + 1))]
        many = len(found) > _MANY_CORRELATIONS
        if many or not order.carried:
            everything = await self._listing(replace(query, filter=replace(query.filter, search=None)), given, driver)
            page = await self._near(query, everything, await self._listing(query, given, driver), _NEAR)
            if page is not None:
                return page
        collected = [*await self._of_elements(given, text, others, order)]
        if found:
            collected.append(Matching([*only_in_correlation(text, given, matching if many else found), *others]))
        return await self._page(query.page, list_of(collected, order)) if collected else EMPTY
