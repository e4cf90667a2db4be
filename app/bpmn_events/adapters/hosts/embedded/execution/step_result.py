"""Results of steps in the terms of the domain: instances, waiting events, open tasks and thrown events."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bpmn_events.adapters.hosts.embedded.engine_port import LoadedModels
from bpmn_events.adapters.hosts.embedded.steps import InstanceChange, Step, TaskWait, Thrown, Wait
from bpmn_events.application.ports.transaction import Execution
from bpmn_events.domain import ids
from bpmn_events.domain.events import TriggerSource, WaitingEvent
from bpmn_events.domain.outbox import AT_ONCE, ThrownEvent
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.domain.processes import ProcessInstance, ProcessInstanceState
from bpmn_events.domain.tasks import OpenTask

Instances = Mapping[str, ProcessInstance]


@dataclass(frozen=True, slots=True)
class StepResult:
    """A step with every instance that ran before or after it. Nothing is written yet.

    ``execution`` is None once the execution has ended. ``is_heavy`` is True if the step was taken in a thread: it may
    have thousands of changes.
    """

    step: Step
    root_id: str
    correlation_id: str
    now: datetime
    execution: Execution | None
    instances: Instances
    is_heavy: bool = False


@dataclass(frozen=True, slots=True)
class PendingStep:
    """An execution that is about to take a step.

    ``by`` is the subject of the caller. ``instances`` is empty if the step starts the execution.
    """

    root_id: str
    correlation_id: str
    instances: Instances
    now: datetime
    by: str

    def to_result(self, step: Step, models: LoadedModels, state_format: int, *, is_heavy: bool = False) -> StepResult:
        """Return the result of the step."""
        instances = dict(self.instances)
        for change in step.instances:
            previous = self.instances.get(change.id)
            instances[change.id] = (
                self._create_instance(change, models) if previous is None else self._change_instance(previous, change)
            )
        execution = None
        if step.state is not None:
            running = {
                key: instance for key, instance in instances.items() if instance.state is ProcessInstanceState.RUNNING
            }
            execution = Execution(self.root_id, self.correlation_id, state_format, step.state, running)
        return StepResult(step, self.root_id, self.correlation_id, self.now, execution, instances, is_heavy)

    def _change_instance(self, previous: ProcessInstance, change: InstanceChange) -> ProcessInstance:
        return replace(
            previous,
            state=change.state,
            variables=change.variables,
            ended_at=self._ended_at(change),
            end_reason=change.end_reason,
        )

    def _create_instance(self, change: InstanceChange, models: LoadedModels) -> ProcessInstance:
        return ProcessInstance(
            id=change.id,
            root_id=self.root_id,
            parent_id=change.parent_id,
            process_model_id=change.process_model_id,
            process_model_key=models.by_id[change.process_model_id].key,
            correlation_id=self.correlation_id,
            state=change.state,
            started_at=self.now,
            started_by=self.by,
            ended_at=self._ended_at(change),
            variables=change.variables,
            end_reason=change.end_reason,
        )

    def _ended_at(self, change: InstanceChange) -> datetime | None:
        return None if change.state is ProcessInstanceState.RUNNING else self.now


def waiting_event(wait: Wait, instances: Instances, models: LoadedModels) -> WaitingEvent:
    """Return the waiting event with the properties of its element and its instance."""
    instance = instances[wait.instance_id]
    element = models.by_id[instance.process_model_id].catch_elements[wait.element_id]
    return WaitingEvent(
        id=wait.id,
        element_id=wait.element_id,
        element_type=element.element_type,
        event_type=element.event_type,
        name=element.name,
        event_name=element.event_name if wait.event_name is None else wait.event_name,
        lane=element.lane,
        interrupting=element.interrupting,
        due_at=wait.due_at,
        waiting_since=wait.since,
        process_model_id=instance.process_model_id,
        process_model_key=instance.process_model_key,
        process_instance_id=instance.id,
        root_instance_id=instance.root_id,
        correlation_id=instance.correlation_id,
        correlation_keys=dict(wait.correlation_keys) or None,
    )


def open_task(task: TaskWait, instances: Instances, models: LoadedModels) -> OpenTask:
    """Return the open task with the properties of its element and its instance."""
    instance = instances[task.instance_id]
    element = models.by_id[instance.process_model_id].task_elements[task.element_id]
    return OpenTask(
        id=task.id,
        element_id=task.element_id,
        task_type=element.task_type,
        name=element.name,
        lane=element.lane,
        topic=element.topic,
        open_since=task.since,
        process_model_id=instance.process_model_id,
        process_model_key=instance.process_model_key,
        process_instance_id=instance.id,
        root_instance_id=instance.root_id,
        correlation_id=instance.correlation_id,
    )


def thrown_event(thrown: Thrown, result: StepResult) -> ThrownEvent:
    """Return the thrown message or signal for the outbox, due at once."""
    return ThrownEvent(
        id=ids.new_id(ids.THROWN_EVENT),
        event_type=thrown.event_type,
        name=thrown.name,
        payload=thrown.payload,
        source=TriggerSource.PROCESS,
        thrown_at=result.now,
        thrown_by=SYSTEM.subject,
        due_at=AT_ONCE,
        root_instance_id=result.root_id,
        correlation_id=result.correlation_id,
    )
