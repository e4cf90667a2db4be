"""List event triggers, the history of triggered events."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.events import EventTrigger
from bpmn_events.domain.filters import TriggerFilter
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Permission, Principal


class ListEventTriggers:
    """Lists the event triggers in the caller's lanes."""

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(
        self, principal: Principal | None, filter: TriggerFilter, page: PageRequest
    ) -> Page[EventTrigger]:
        """Return one page of the triggers that match the filter, newest first.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
        """
        return await self._read_store.triggers(filter, page, require(principal, Permission.EVENTS_READ))

    async def count(self, principal: Principal | None, filter: TriggerFilter) -> int:
        """Return the number of triggers that match the filter, over all pages.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
        """
        return await self._read_store.count_triggers(filter, require(principal, Permission.EVENTS_READ))
