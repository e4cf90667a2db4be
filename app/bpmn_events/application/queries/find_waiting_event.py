"""Find one waiting event by its id."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import EventNotFound, EventNotFoundReason
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.principal import Permission, Principal


class FindWaitingEvent:
    """Finds a waiting event by its id."""

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(self, principal: Principal | None, event_id: str) -> WaitingEvent:
        """Return the waiting event.

        An event outside the caller's lanes is unknown, whether it waits, was triggered or was cancelled.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
            EventNotFound: The event does not wait. The error has the reason, and the trigger.
        """
        principal = require(principal, Permission.EVENTS_READ)
        event = (await self._read_store.waiting_events_by_id([event_id], principal)).get(event_id)
        if event is not None:
            return event
        trigger = (await self._read_store.triggers_by_event([event_id])).get(event_id)
        if trigger is not None and principal.sees(trigger.lane):
            raise EventNotFound(event_id, EventNotFoundReason.ALREADY_TRIGGERED, trigger)
        cancelled = (await self._read_store.cancelled_events([event_id])).get(event_id)
        if cancelled is not None and principal.sees(cancelled.lane):
            raise EventNotFound(event_id, EventNotFoundReason.CANCELLED)
        raise EventNotFound(event_id)
