"""The reason why the target of a command was not found.

It is the first not-found check that fails, in the order of docs/architecture.md.
"""

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
from bpmn_events.domain.events import CancelledEvent, ElementAddress, EventTrigger


class WhyNotFound:
    """Explains why an event or task was not found.

    It reads committed data, so the trigger of a faster caller is already visible.
    """

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def explain_event(self, submission: Submission[TriggerEvent]) -> NotFound:
        """Return the error with the reason why the event cannot be triggered."""
        address = submission.command.address
        missing = await self._missing_model_or_correlation(address)
        if missing is not None:
            return missing
        event_id = address.element_id
        trigger = await self._find_trigger(address)
        if trigger is not None:
            visible = trigger if submission.principal.sees(trigger.lane) else None
            return EventNotFound(event_id, EventNotFoundReason.ALREADY_TRIGGERED, visible)
        if await self._was_cancelled(address):
            return EventNotFound(event_id, EventNotFoundReason.CANCELLED)
        return EventNotFound(event_id)

    async def explain_task(self, submission: Submission[EndTask]) -> NotFound:
        """Return the error with the reason why the task cannot be ended."""
        address = submission.command.address
        return await self._missing_model_or_correlation(address) or TaskNotFound(address.element_id)

    async def _missing_model_or_correlation(self, address: ElementAddress) -> NotFound | None:
        if not await self._read_store.latest_models([address.process_model_key]):
            return ProcessModelNotFound(address.process_model_key)
        if not await self._read_store.correlations_by_id([address.correlation_id]):
            return CorrelationNotFound(address.correlation_id)
        return None

    async def _find_trigger(self, address: ElementAddress) -> EventTrigger | None:
        """Return the trigger of the event with that id, or else the newest trigger at that element.

        Return None if there is none, or if the event belongs to another process model or correlation.
        """
        trigger = (await self._read_store.triggers_by_event([address.element_id])).get(address.element_id)
        if trigger is None:
            return (await self._read_store.last_triggers_at([address])).get(address)
        return trigger if _is_at(trigger, address) else None

    async def _was_cancelled(self, address: ElementAddress) -> bool:
        event = (await self._read_store.cancelled_events([address.element_id])).get(address.element_id)
        if event is None:
            return address in await self._read_store.cancelled_events_at([address])
        return _is_at(event, address)


def _is_at(record: EventTrigger | CancelledEvent, address: ElementAddress) -> bool:
    return (record.process_model_key, record.correlation_id) == (address.process_model_key, address.correlation_id)
