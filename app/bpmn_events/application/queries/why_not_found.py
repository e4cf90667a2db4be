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
from bpmn_events.domain.events import ElementAddress, EventTrigger


class WhyNotFound:
    """Reads what is committed, so a lost race is already visible."""

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def event(self, submission: Submission[TriggerEvent]) -> NotFound:
        """Return the error that says why the event cannot be triggered."""
        address = submission.command.address
        missing = await self._missing_case(address)
        if missing is not None:
            return missing
        event_id = address.element_id
        trigger = await self._trigger(address)
        if trigger is not None:
            shown = trigger if submission.principal.sees(trigger.lane) else None
            return EventNotFound(event_id, EventNotFoundReason.ALREADY_TRIGGERED, shown)
        if await self._was_cancelled(address):
            return EventNotFound(event_id, EventNotFoundReason.CANCELLED)
        return EventNotFound(event_id)

    async def task(self, submission: Submission[EndTask]) -> NotFound:
        """Return the error that says why the task cannot be ended."""
        address = submission.command.address
        return await self._missing_case(address) or TaskNotFound(address.element_id)

    async def _missing_case(self, address: ElementAddress) -> NotFound | None:
        if not await self._read_store.latest_models([address.process_model_key]):
            return ProcessModelNotFound(address.process_model_key)
        if not await self._read_store.correlations_by_id([address.correlation_id]):
            return CorrelationNotFound(address.correlation_id)
        return None

    async def _trigger(self, address: ElementAddress) -> EventTrigger | None:
        """Return the record by event id, else the newest at that element. An event of another case stays unknown."""
        by_id = (await self._read_store.triggers_by_event([address.element_id])).get(address.element_id)
        if by_id is None:
            return (await self._read_store.last_triggers_at([address])).get(address)
        here = (by_id.process_model_key, by_id.correlation_id)
        return by_id if here == (address.process_model_key, address.correlation_id) else None

    async def _was_cancelled(self, address: ElementAddress) -> bool:
        by_id = (await self._read_store.cancelled_events([address.element_id])).get(address.element_id)
        if by_id is None:
            return address in await self._read_store.cancelled_events_at([address])
        return (by_id.process_model_key, by_id.correlation_id) == (address.process_model_key, address.correlation_id)
