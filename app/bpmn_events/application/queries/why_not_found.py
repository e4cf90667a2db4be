"""Why what a command addresses is not there: the first of the not-found checks that fails, in the contract's order."""

from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.end_task import EndTask
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.errors import (
    CorrelationNotFound,
    EventNotFound,
    EventNotFoundReason,
    NotFound,
    ProcessModelNotFound,
    TaskNotFound,
)
from bpmn_events.domain.events import EventTrigger, Place


class WhyNotFound:
    """Reads what is committed, so a lost race is already visible."""

    def __init__(self, reads: ReadStore) -> None:
        self._reads = reads

    async def event(self, submission: Submission[TriggerEvent]) -> NotFound:
        """Return the error that says why the event cannot be triggered."""
        place = submission.command.place
        missing = await self._missing_case(place)
        if missing is not None:
            return missing
        event_id = place.element_id
        trigger = await self._trigger(place)
        if trigger is not None:
            shown = trigger if submission.principal.sees(trigger.lane) else None
            return EventNotFound(event_id, EventNotFoundReason.ALREADY_TRIGGERED, shown)
        if await self._was_cancelled(place):
            return EventNotFound(event_id, EventNotFoundReason.CANCELLED)
        return EventNotFound(event_id)

    async def task(self, submission: Submission[EndTask]) -> NotFound:
        """Return the error that says why the task cannot be ended."""
        place = submission.command.place
        return await self._missing_case(place) or TaskNotFound(place.element_id)

    async def _missing_case(self, place: Place) -> NotFound | None:
        if not await self._reads.latest_models([place.process_model_key]):
            return ProcessModelNotFound(place.process_model_key)
        if not await self._reads.correlations_by_id([place.correlation_id]):
            return CorrelationNotFound(place.correlation_id)
        return None

    async def _trigger(self, place: Place) -> EventTrigger | None:
        """Return the record by event id, else the newest at that element. An event of another case stays unknown."""
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
