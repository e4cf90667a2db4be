"""The reason why the target of a command was not found.

It is the first check that fails, in the order of docs/architecture.md. No reason depends on what is outside the
caller's lanes, so that a caller cannot find out what waits or has waited there.
"""

from typing import TypeVar

from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.end_task import EndTask
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.ports.process_host import ProcessHost
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain import ids
from bpmn_events.domain.access import HasLane
from bpmn_events.domain.errors import (
    CorrelationNotFound,
    DomainError,
    EventNotFound,
    EventNotFoundReason,
    Forbidden,
    ProcessModelNotFound,
    TaskNotFound,
)
from bpmn_events.domain.events import CancelledEvent, ElementAddress, EventTrigger
from bpmn_events.domain.filters import WaitingEventQuery, events_at, tasks_at
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessModel

_ONE = PageRequest(limit=1)

R = TypeVar("R", EventTrigger, CancelledEvent)


class WhyNotFound:
    """Explains why an event or task was not found.

    It reads committed data, so the trigger of a faster caller is already visible. In a loop, the element may wait again
    by then. There is nothing to explain in that case: the caller gets the next occurrence instead.
    """

    def __init__(self, read_store: ReadStore, host: ProcessHost) -> None:
        self._read_store = read_store
        self._host = host

    async def explain_event(self, submission: Submission[TriggerEvent]) -> DomainError | None:
        """Return the error with the reason why the event cannot be triggered; None if it waits by now."""
        address, principal = submission.command.address, submission.principal
        model = await self._find_model(address)
        error = await self._missing_model_or_correlation(model, address)
        if model is None or error is not None:
            return error
        error = await self._event_error(model, address, principal)
        return None if await self._event_waits(address, principal) else error

    async def explain_task(self, submission: Submission[EndTask]) -> DomainError | None:
        """Return the error with the reason why the task cannot be ended; None if it is open by now."""
        address = submission.command.address
        model = await self._find_model(address)
        error = await self._missing_model_or_correlation(model, address)
        if model is None or error is not None:
            return error
        error = await self._task_error(model, submission)
        return None if await self._task_is_open(submission) else error

    async def _find_model(self, address: ElementAddress) -> ProcessModel | None:
        return (await self._read_store.latest_models([address.process_model_key])).get(address.process_model_key)

    async def _missing_model_or_correlation(
        self, model: ProcessModel | None, address: ElementAddress
    ) -> DomainError | None:
        if model is None:
            return ProcessModelNotFound(address.process_model_key)
        if not await self._read_store.correlations_by_id([address.correlation_id]):
            return CorrelationNotFound(address.correlation_id)
        return None

    async def _event_error(self, model: ProcessModel, address: ElementAddress, principal: Principal) -> DomainError:
        event_id = address.element_id
        trigger = await self._find_trigger(address, principal)
        if trigger is not None:
            return EventNotFound(event_id, EventNotFoundReason.ALREADY_TRIGGERED, trigger)
        if await self._was_cancelled(address, principal):
            return EventNotFound(event_id, EventNotFoundReason.CANCELLED)
        return _lane_error(model.catch_elements.get(event_id), principal) or EventNotFound(event_id)

    async def _task_error(self, model: ProcessModel, submission: Submission[EndTask]) -> DomainError:
        command, principal = submission.command, submission.principal
        not_found = TaskNotFound(command.task_id)
        if principal.sees_all_lanes:
            return not_found
        element = (await self._host.task_elements(model.id)).get(command.task_id)
        if element is None or not command.can_end(element.task_type):
            return not_found
        return _lane_error(element, principal) or not_found

    async def _find_trigger(self, address: ElementAddress, principal: Principal) -> EventTrigger | None:
        """Return the trigger of the event with that id, or else the newest trigger at that element.

        Return None if the caller sees none, or if the event belongs to another process model or correlation.
        """
        trigger = (await self._read_store.triggers_by_event([address.element_id])).get(address.element_id)
        if trigger is None:
            return (await self._read_store.last_triggers_at([address], principal)).get(address)
        return _visible_at(trigger, address, principal)

    async def _was_cancelled(self, address: ElementAddress, principal: Principal) -> bool:
        event = (await self._read_store.cancelled_events([address.element_id])).get(address.element_id)
        if event is None:
            return address in await self._read_store.cancelled_events_at([address], principal)
        return _visible_at(event, address, principal) is not None

    async def _event_waits(self, address: ElementAddress, principal: Principal) -> bool:
        if ids.is_id(address.element_id, ids.WAITING_EVENT):
            return False  # an event never waits again; other occurrences of its element have other ids
        query = WaitingEventQuery(_ONE, events_at(address))
        return bool((await self._read_store.waiting_events(query, principal)).items)

    async def _task_is_open(self, submission: Submission[EndTask]) -> bool:
        command, address = submission.command, submission.command.address
        if ids.is_id(address.element_id, ids.TASK):
            return False
        filter = tasks_at(address, command.targets.task_types)
        return bool((await self._read_store.open_tasks(filter, _ONE, submission.principal)).items)


def _visible_at(record: R, address: ElementAddress, principal: Principal) -> R | None:
    is_at = (record.process_model_key, record.correlation_id) == (address.process_model_key, address.correlation_id)
    return record if is_at and principal.sees(record.lane) else None


def _lane_error(element: HasLane | None, principal: Principal) -> Forbidden | None:
    """Return the error that names the lane of an element, or None if the caller may see it.

    The lane is part of the process model, so only a caller that may read process models gets to know it. Whether
    something waits at the element makes no difference.
    """
    if element is None or principal.sees(element.lane) or not principal.may(Permission.PROCESSES_READ):
        return None
    return Forbidden(f"lane:{element.lane}")
