"""Records in a write set what steps of executions came to."""

from bpmn_events.adapters.hosts.embedded.engine_port import LoadedModels
from bpmn_events.adapters.hosts.embedded.execution.payload_mismatch import warn_of_mismatch
from bpmn_events.adapters.hosts.embedded.execution.step_result import StepResult, open_task, thrown_event, waiting_event
from bpmn_events.application.ports.write_set import ExecutionUpdate, WriteSet
from bpmn_events.application.writing.records import cancelled_event, caught_event
from bpmn_events.domain.events import EventTrigger, WaitingEvent
from bpmn_events.domain.processes import Correlation
from bpmn_events.domain.tasks import OpenTask


class Recorder:
    """A step may undo what an earlier one of the same batch did: what both came and went in it is not written."""

    def __init__(self, write_set: WriteSet, models: LoadedModels, state_format: int) -> None:
        self._write_set = write_set
        self._models = models
        self._format = state_format

    def record(self, advanced: StepResult, triggered: WaitingEvent | None, finished: OpenTask | None) -> None:
        """Record the step. ``triggered`` is the event that was asked for, ``finished`` the task."""
        self._record_instances(advanced)
        if triggered is not None:
            self._record_triggered(triggered)
        self._record_events(advanced)
        self._record_tasks(advanced, finished)
        self._write_set.new_thrown += [thrown_event(each, advanced) for each in advanced.step.thrown]
        for passed in advanced.step.rejected_receivers:
            model_key = advanced.instances[passed.instance_id].process_model_key
            warn_of_mismatch(passed.event_type, passed.name, model_key, passed.element_id, passed.violation)

    def record_trigger(self, trigger: EventTrigger) -> None:
        """Record who triggered the event that was asked for."""
        self._write_set.new_triggers.append(trigger)

    def _record_instances(self, advanced: StepResult) -> None:
        written, root_id = self._write_set, advanced.root_id
        for change in advanced.step.instances:
            instance = advanced.instances[change.id]
            if change.started or change.id in written.new_instances:
                written.new_instances[change.id] = instance
            else:
                written.changed_instances[change.id] = instance
            if change.id == root_id and change.started:
                correlation = Correlation(advanced.correlation_id, advanced.now)
                written.new_correlations.setdefault(advanced.correlation_id, correlation)
        written.executions[root_id] = ExecutionUpdate(root_id, self._format, advanced.step.state)

    def _record_triggered(self, event: WaitingEvent) -> None:
        if self._write_set.new_events.pop(event.id, None) is None:
            self._write_set.triggered_events.append(event.id)
            self._drop_keys(event)

    def _record_events(self, advanced: StepResult) -> None:
        written, step, instances = self._write_set, advanced.step, advanced.instances
        for caught in step.caught:
            event = waiting_event(caught.wait, instances, self._models)
            self._record_triggered(event)
            written.new_triggers.append(caught_event(event, caught.payload, advanced.now))
        for wait in step.cancelled:
            event = waiting_event(wait, instances, self._models)
            if written.new_events.pop(event.id, None) is None:
                self._drop_keys(event)
            written.cancelled_events.append(cancelled_event(event, advanced.now))
        for wait in step.added:
            written.new_events[wait.id] = waiting_event(wait, instances, self._models)
        for wait in step.rekeyed:
            known = written.new_events if wait.id in written.new_events else written.rekeyed_events
            known[wait.id] = waiting_event(wait, instances, self._models)

    def _drop_keys(self, event: WaitingEvent) -> None:
        if event.correlation_keys or self._write_set.rekeyed_events.pop(event.id, None):
            self._write_set.keyed_events_gone.append(event.id)

    def _record_tasks(self, advanced: StepResult, finished: OpenTask | None) -> None:
        written = self._write_set
        for task in advanced.step.closed_tasks:
            if written.new_tasks.pop(task.id, None) is None:
                is_finished = finished is not None and task.id == finished.id
                (written.finished_tasks if is_finished else written.cancelled_tasks).append(task.id)
        for task in advanced.step.added_tasks:
            written.new_tasks[task.id] = open_task(task, advanced.instances, self._models)
