"""The list of everything that waits, as the caller may see it."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.queries.known_filter import require_known
from bpmn_events.domain.access import require
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import Page
from bpmn_events.domain.principal import Permission, Principal


class ListWaitingEvents:
    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(
        self, principal: Principal | None, query: WaitingEventQuery, *, check_filter: bool = True
    ) -> Page[WaitingEvent]:
        """A page of waiting events. ``check_filter`` false treats unknown models and correlations as empty.

        Raises:
            Unauthorized, Forbidden.
            ProcessModelNotFound, CorrelationNotFound: the filter names one that does not exist.
        """
        principal = require(principal, Permission.EVENTS_READ)
        if check_filter:
            await require_known(query.filter, self._read_store)
        return await self._read_store.waiting_events(query, principal)

    async def count(self, principal: Principal | None, filter: WaitingEventFilter) -> int:
        """How many match, over all pages."""
        return await self._read_store.count_waiting_events(filter, require(principal, Permission.EVENTS_READ))
