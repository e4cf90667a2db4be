"""The number of the candidates of a command that names an element where several events or tasks wait."""

from dataclasses import replace

from bpmn_events.application.commands.command import Submission
from bpmn_events.application.commands.end_task import EndTask
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import MAX_NEXT_ITEMS
from bpmn_events.domain.errors import EventAmbiguous, TaskAmbiguous
from bpmn_events.domain.filters import TaskFilter, WaitingEventFilter
from bpmn_events.domain.tasks import TaskType


class CountCandidates:
    """Adds the count to an error that lists only the first candidates.

    It reads committed data after the write transaction, so that no writer waits while many rows are counted.
    """

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def of_event(self, submission: Submission[TriggerEvent], error: EventAmbiguous) -> EventAmbiguous:
        """Return the error with the number of the events at the element in the caller's lanes."""
        if len(error.candidates) < MAX_NEXT_ITEMS:
            return error
        address = submission.command.address
        events = WaitingEventFilter(
            process_model_keys=(address.process_model_key,),
            correlation_ids=(address.correlation_id,),
            element_ids=(address.element_id,),
        )
        count = await self._read_store.count_waiting_events(events, submission.principal)
        return replace(error, count=max(count, len(error.candidates)))

    async def of_task(self, submission: Submission[EndTask], error: TaskAmbiguous) -> TaskAmbiguous:
        """Return the error with the number of the tasks at the element in the caller's lanes."""
        if len(error.candidates) < MAX_NEXT_ITEMS:
            return error
        address = submission.command.address
        tasks = TaskFilter(
            process_model_key=address.process_model_key,
            correlation_id=address.correlation_id,
            element_id=address.element_id,
            task_types=tuple(filter(submission.command.can_end, TaskType)),
        )
        count = await self._read_store.count_open_tasks(tasks, submission.principal)
        return replace(error, count=max(count, len(error.candidates)))
