"""The history: who triggered which event, when, and with what."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.events import EventTrigger
from bpmn_events.domain.filters import TriggerFilter
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Permission, Principal


class ListEventTriggers:
    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(
        self, principal: Principal | None, filter: TriggerFilter, page: PageRequest
    ) -> Page[EventTrigger]:
        """A page of the triggers in the caller's lanes, newest first.

        Raises:
            Unauthorized, Forbidden.
        """
        return await self._read_store.triggers(filter, page, require(principal, Permission.EVENTS_READ))

    async def count(self, principal: Principal | None, filter: TriggerFilter) -> int:
        """How many match, over all pages."""
        return await self._read_store.count_triggers(filter, require(principal, Permission.EVENTS_READ))
