"""The audit log: a line for each thing that somebody has done, or was not permitted to do.

A line says who did what, and in which request. It contains no payload, no variable and no credential.
"""

from collections.abc import Iterator
from typing import Any

from bpmn_events.application.commands.deploy_model import Deployment
from bpmn_events.application.commands.end_task import EndTask, FinishOutcome
from bpmn_events.application.commands.fire_start_timer import FireStartTimer
from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.application.ports.event_log import EventLog
from bpmn_events.application.ports.write_set import PerformedCommand, WriteSet
from bpmn_events.domain.events import EventTrigger, TriggerSource
from bpmn_events.domain.origin import Origin
from bpmn_events.domain.processes import ProcessInstance, ProcessModel

LOGGER = "bpmn_events.audit"


class AuditLog:
    """Writes the lines of the audit log.

    ``on_commit`` is a listener for ``Writer.add_commit_listener``: what is rolled back, was only tried by a dry run, or
    is the repeated answer of an earlier request, has no line.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def on_commit(self, write_set: WriteSet) -> None:
        """Write a line for each trigger of any source, and for each other command of a caller."""
        origins: dict[str, Origin] = {}
        for performed in write_set.performed:
            if performed.origin is not None:
                origins |= dict.fromkeys(_trigger_ids(performed.outcome), performed.origin)
            self._write_command(performed)
        for trigger in write_set.new_triggers:
            self._write("event_triggered", origins.get(trigger.id), _trigger_fields(trigger))

    def write_refusal(self, subject: str | None, permission: str, operation: str | None, origin: Origin) -> None:
        """Write that the caller lacks a permission for what it has requested."""
        fields = {"principal": subject, "permission": permission, "operation": operation}
        self._write("permission_refused", origin, {name: text for name, text in fields.items() if text is not None})

    def _write_command(self, performed: PerformedCommand) -> None:
        fields: dict[str, Any] = {"principal": performed.subject}
        match performed.outcome:
            case FinishOutcome(task=task, process_instance=instance):
                assert isinstance(performed.command, EndTask)
                fields |= {
                    "command": type(performed.command).__name__,
                    "task_id": task.id,
                    "element_id": task.element_id,
                }
                self._write("task_ended", performed.origin, fields | _instance_fields(instance))
            case StartOutcome(process_instance=instance):
                if isinstance(performed.command, FireStartTimer):
                    fields["source"] = TriggerSource.TIMER
                self._write("process_instance_started", performed.origin, fields | _instance_fields(instance))
            case ProcessInstance() as instance:
                self._write("process_instance_terminated", performed.origin, fields | _instance_fields(instance))
            case TriggerByNameOutcome(started_process_instances=instances):
                for instance in instances:
                    self._write("process_instance_started", performed.origin, fields | _instance_fields(instance))
            case Deployment(models=models):
                self._write("process_models_deployed", performed.origin, fields | _model_fields(models))

    def _write(self, event: str, origin: Origin | None, fields: dict[str, Any]) -> None:
        if origin is not None:
            fields["request_id"] = origin.request_id
            if origin.address is not None:
                fields["client"] = origin.address
            if origin.trace_id is not None:
                fields["trace_id"] = origin.trace_id
        self._log.write(LOGGER, event, fields)


def _trigger_ids(outcome: Any) -> Iterator[str]:
    if isinstance(outcome, TriggerOutcome) and outcome.trigger is not None:
        yield outcome.trigger.id
    elif isinstance(outcome, TriggerByNameOutcome):
        yield from (trigger.id for trigger in outcome.triggers)


def _trigger_fields(trigger: EventTrigger) -> dict[str, Any]:
    return {
        "principal": trigger.triggered_by,
        "source": trigger.source,
        "event_type": trigger.event_type,
        "element_id": trigger.element_id,
        "event_id": trigger.event_id,
        "trigger_id": trigger.id,
        "process_model_key": trigger.process_model_key,
        "process_instance_id": trigger.process_instance_id,
        "correlation_id": trigger.correlation_id,
    }


def _instance_fields(instance: ProcessInstance) -> dict[str, Any]:
    return {
        "process_model_key": instance.process_model_key,
        "process_instance_id": instance.id,
        "correlation_id": instance.correlation_id,
    }


def _model_fields(models: tuple[ProcessModel, ...]) -> dict[str, Any]:
    return {"process_models": [f"{model.key}:{model.version}" for model in models]}
