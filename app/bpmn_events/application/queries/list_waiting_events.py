"""List waiting events."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.queries.filter_check import require_existing_targets
from bpmn_events.domain.access import require
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import Page
from bpmn_events.domain.principal import Permission, Principal


class ListWaitingEvents:
    """Lists the waiting events in the caller's lanes."""

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(
        self, principal: Principal | None, query: WaitingEventQuery, *, check_filter: bool = True
    ) -> Page[WaitingEvent]:
        """Return one page of the waiting events that match the query, in its order.

        Without ``check_filter``, a model or correlation that does not exist just matches no event.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
            ProcessModelNotFound: The filter has the key of a model that is not deployed.
            CorrelationNotFound: The filter has the id of a correlation that does not exist.
        """
        principal = require(principal, Permission.EVENTS_READ)
        if check_filter:
            await require_existing_targets(query.filter, self._read_store)
        return await self._read_store.waiting_events(query, principal)

    async def count(self, principal: Principal | None, filter: WaitingEventFilter) -> int:
        """Return the number of waiting events that match the filter, over all pages.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
        """
        return await self._read_store.count_waiting_events(filter, require(principal, Permission.EVENTS_READ))
