"""Why an event cannot be triggered: the first of the not-found checks that fails, in the order of the contract."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.errors import (
    CorrelationNotFound,
    EventNotFound,
    EventNotFoundReason,
    NotFound,
    ProcessModelNotFound,
)
from bpmn_events.domain.events import EventTrigger, Place
from bpmn_events.domain.principal import Principal


class MissingEvent:
    def __init__(self, reads: ReadStore) -> None:
        self._reads = reads

    async def explain(
        self, principal: Principal, process_model_key: str, correlation_id: str, event_id: str
    ) -> NotFound:
        """The error that says what is missing. Reads what is committed, so a lost race is already visible."""
        if not await self._reads.latest_models([process_model_key]):
            return ProcessModelNotFound(process_model_key)
        if not await self._reads.correlations_by_id([correlation_id]):
            return CorrelationNotFound(correlation_id)
        place = Place(process_model_key, correlation_id, event_id)
        trigger = await self._trigger(place)
        if trigger is not None:
            shown = trigger if principal.sees(trigger.lane) else None
            return EventNotFound(event_id, EventNotFoundReason.ALREADY_TRIGGERED, shown)
        if await self._was_cancelled(place):
            return EventNotFound(event_id, EventNotFoundReason.CANCELLED)
        return EventNotFound(event_id)

    async def _trigger(self, place: Place) -> EventTrigger | None:
        """By event id, else the newest at that element. An event of another case stays unknown here."""
        by_id = (await self._reads.triggers_by_event([place.element_id])).get(place.element_id)
        if by_id is None:
            return (await self._reads.last_triggers_at([place])).get(place)
        here = (by_id.process_model_key, by_id.correlation_id)
        return by_id if here == (place.process_model_key, place.correlation_id) else None

    async def _was_cancelled(self, place: Place) -> bool:
        by_id = (await self._reads.cancelled_events([place.element_id])).get(place.element_id)
        if by_id is None:
            return place in await self._reads.cancelled_events_at([place])
        return (by_id.process_model_key, by_id.correlation_id) == (place.process_model_key, place.correlation_id)
