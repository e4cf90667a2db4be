"""One waiting event by its id."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import EventNotFound, EventNotFoundReason, Forbidden
from bpmn_events.domain.events import WaitingEvent
from bpmn_events.domain.principal import Permission, Principal


class FindWaitingEvent:
    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(self, principal: Principal | None, event_id: str) -> WaitingEvent:
        """The event, if it waits and the caller may see it.

        Raises:
            Unauthorized, Forbidden: the latter also where it waits in a lane the caller does not have.
            EventNotFound: with the reason; and the record of its triggering, where the caller may see that.
        """
        principal = require(principal, Permission.EVENTS_READ)
        event = (await self._read_store.waiting_events_by_id([event_id], principal)).get(event_id)
        if event is not None:
            return event
        lanes = await self._read_store.lanes_of_waiting_events([event_id])
        if event_id in lanes:
            raise Forbidden(f"lane:{lanes[event_id]}")
        trigger = (await self._read_store.triggers_by_event([event_id])).get(event_id)
        if trigger is not None:
            shown = trigger if principal.sees(trigger.lane) else None
            raise EventNotFound(event_id, EventNotFoundReason.ALREADY_TRIGGERED, shown)
        if await self._read_store.cancelled_events([event_id]):
            raise EventNotFound(event_id, EventNotFoundReason.CANCELLED)
        raise EventNotFound(event_id)
