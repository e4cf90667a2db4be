"""Recorder that collects the results of steps in a write set."""

from bpmn_events.adapters.hosts.embedded.engine_port import LoadedModels
from bpmn_events.adapters.hosts.embedded.execution.payload_mismatch import warn_of_mismatch
from bpmn_events.adapters.hosts.embedded.execution.step_result import StepResult, open_task, thrown_event, waiting_event
from bpmn_events.application.ports.write_set import ExecutionUpdate, WriteSet
from bpmn_events.application.writing.addressing import TargetChanges
from bpmn_events.application.writing.records import cancelled_event, process_trigger_record
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.processes import Correlation
from bpmn_events.domain.tasks import OpenTask


class Recorder:
    """Collects the results of a batch's steps in its write set.

    A step may remove an event or task that an earlier step of the batch added; such a row is not written.
    """

    def __init__(
        self,
        write_set: WriteSet,
        models: LoadedModels,
        state_format: int,
        event_changes: TargetChanges[WaitingEvent],
        task_changes: TargetChanges[OpenTask],
    ) -> None:
        self._write_set = write_set
        self._models = models
        self._format = state_format
        self._event_changes = event_changes
        self._task_changes = task_changes

    def record(self, result: StepResult, triggered: WaitingEvent | None, finished: OpenTask | None) -> None:
        """Record a result. ``triggered`` is the event that the command triggered, ``finished`` the task it ended."""
        self._record_instances(result)
        if triggered is not None:
            self._record_triggered(triggered)
        self._record_events(result)
        self._record_tasks(result, finished)
        self._write_set.new_thrown_events += [thrown_event(thrown, result) for thrown in result.step.thrown]
        for rejected in result.step.rejected_receivers:
            model_key = result.instances[rejected.instance_id].process_model_key
            warn_of_mismatch(rejected.event_type, rejected.name, model_key, rejected.element_id, rejected.violation)

    def record_trigger(self, trigger: EventTrigger) -> None:
        """Add the record of the trigger that the command made."""
        self._write_set.new_triggers.append(trigger)

    def _record_instances(self, result: StepResult) -> None:
        write_set, root_id = self._write_set, result.root_id
        for change in result.step.instances:
            instance = result.instances[change.id]
            if change.started or change.id in write_set.new_instances:
                write_set.new_instances[change.id] = instance
            else:
                write_set.changed_instances[change.id] = instance
            if change.id == root_id and change.started:
                correlation = Correlation(result.correlation_id, result.now)
                write_set.new_correlations.setdefault(result.correlation_id, correlation)
        write_set.executions[root_id] = ExecutionUpdate(root_id, self._format, result.step.state)

    def _record_triggered(self, event: WaitingEvent) -> None:
        self._event_changes.remove(event.id)
        if self._write_set.new_events.pop(event.id, None) is None:
            self._write_set.triggered_events.append(event.id)
            self._write_set.removed_events.append(event)
            self._drop_keys(event)

    def _record_events(self, result: StepResult) -> None:
        write_set, step, instances = self._write_set, result.step, result.instances
        for caught in step.caught:
            event = waiting_event(caught.wait, instances, self._models)
            self._record_triggered(event)
            write_set.new_triggers.append(process_trigger_record(event, caught.payload, result.now))
        for wait in step.cancelled:
            event = waiting_event(wait, instances, self._models)
            self._event_changes.remove(event.id)
            if write_set.new_events.pop(event.id, None) is None:
                write_set.removed_events.append(event)
                self._drop_keys(event)
            write_set.cancelled_events.append(cancelled_event(event, result.now))
        for wait in step.added:
            event = write_set.new_events[wait.id] = waiting_event(wait, instances, self._models)
            self._event_changes.add(event)
        for wait in step.rekeyed:
            target = write_set.new_events if wait.id in write_set.new_events else write_set.rekeyed_events
            target[wait.id] = waiting_event(wait, instances, self._models)

    def _drop_keys(self, event: WaitingEvent) -> None:
        rekeyed = self._write_set.rekeyed_events.pop(event.id, None)
        if rekeyed is not None or event.correlation_keys:
            self._write_set.removed_keyed_events.append(event.id)

    def _record_tasks(self, result: StepResult, finished: OpenTask | None) -> None:
        write_set = self._write_set
        for task in result.step.closed_tasks:
            self._task_changes.remove(task.id)
            if write_set.new_tasks.pop(task.id, None) is None:
                is_finished = finished is not None and task.id == finished.id
                (write_set.finished_tasks if is_finished else write_set.cancelled_tasks).append(task.id)
                write_set.removed_tasks.append(open_task(task, result.instances, self._models))
        for task in result.step.added_tasks:
            added = write_set.new_tasks[task.id] = open_task(task, result.instances, self._models)
            self._task_changes.add(added)
