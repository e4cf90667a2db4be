"""Use cases whose commands appear in the current span: the ids of the process instances that they concern."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar

from bpmn_events.application.commands.command import Command
from bpmn_events.application.commands.deploy_model import Deployment
from bpmn_events.application.commands.end_task import FinishOutcome
from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.commands.trigger_by_name import TriggerByNameOutcome
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.application.ports.tracing import Tracer
from bpmn_events.application.services import Services
from bpmn_events.application.tracing.errors import record_error
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain.events import EventTrigger
from bpmn_events.domain.principal import Principal
from bpmn_events.domain.processes import ProcessInstance, ProcessModel

C = TypeVar("C", bound=Command[Any])
R = TypeVar("R")

# The names of the ids, as arguments of commands and as attributes of domain objects.
_IDS = ("process_model_key", "correlation_id", "process_instance_id")


class TracedUseCase(UseCase[C, R]):
    """The use case of the same parts as another one. It adds ids and errors to the current span."""

    def __init__(self, use_case: UseCase[C, R], tracer: Tracer) -> None:
        vars(self).update(vars(use_case))
        self._tracer = tracer

    async def __call__(self, principal: Principal | None, command: C) -> R:
        if (span := self._tracer.current()) is None:
            return await super().__call__(principal, command)
        for name, value in _command_ids(command):
            span.add(f"bpmn_events.{name}", value)
        try:
            outcome = await super().__call__(principal, command)
        except Exception as error:
            record_error(span, error)
            raise
        for name, value in _outcome_ids(outcome):
            span.add(f"bpmn_events.{name}", value)
        return outcome


def trace_services(services: Services, tracer: Tracer) -> Services:
    """Return the services with traced use cases of commands."""
    parts = {field.name: getattr(services, field.name) for field in fields(services)}
    traced: dict[str, Any] = {
        name: TracedUseCase(part, tracer) for name, part in parts.items() if isinstance(part, UseCase)
    }
    return replace(services, **traced)


def _command_ids(command: Command[Any]) -> Iterator[tuple[str, str]]:
    for name in _IDS:
        if isinstance(value := getattr(command, name, None), str):
            yield name, value


def _outcome_ids(outcome: Any) -> Iterator[tuple[str, str]]:
    match outcome:
        case TriggerOutcome(process_instance=instance) | FinishOutcome(process_instance=instance):
            yield from _instance_ids(instance)
        case StartOutcome(process_instance=instance) | (ProcessInstance() as instance):
            yield from _instance_ids(instance)
        case TriggerByNameOutcome(triggers=triggers, started_process_instances=instances):
            for trigger in triggers:
                yield from _trigger_ids(trigger)
            for instance in instances:
                yield from _instance_ids(instance)
        case Deployment(models=models):
            yield from _model_keys(models)


def _instance_ids(instance: ProcessInstance) -> Iterator[tuple[str, str]]:
    yield from zip(_IDS, (instance.process_model_key, instance.correlation_id, instance.id), strict=True)


def _trigger_ids(trigger: EventTrigger) -> Iterator[tuple[str, str]]:
    ids = trigger.process_model_key, trigger.correlation_id, trigger.process_instance_id
    yield from zip(_IDS, ids, strict=True)


def _model_keys(models: tuple[ProcessModel, ...]) -> Iterator[tuple[str, str]]:
    for model in models:
        yield "process_model_key", model.key
