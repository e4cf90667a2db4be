"""The success types of the mutations. Each describes the outcome of a use case."""

from dataclasses import dataclass
from typing import Any

import strawberry

from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.domain import processes
from bpmn_events.domain.errors import ModelIssue
from bpmn_events.web.gql.schema.types import errors
from bpmn_events.web.gql.schema.types.lazy import (
    LazyEventTrigger,
    LazyProcessInstance,
    LazyProcessModel,
    LazyWaitingEvent,
)

NEXT_WAITING_EVENTS = (
    "Events now waiting in the process instance and in all instances of the same call hierarchy, in the caller's "
    "lanes; at most 100."
)
REPLAYED = "True if this is the stored result of an earlier request with the same idempotency key."


@dataclass(frozen=True, slots=True)
class DeployOutcome:
    """The deployed models, in the order of the file, and the warnings about it."""

    process_models: tuple[processes.ProcessModel, ...]
    warnings: tuple[ModelIssue, ...]


@dataclass(frozen=True, slots=True)
class TerminateOutcome:
    """The terminated instance."""

    process_instance: processes.ProcessInstance


@strawberry.type(description="The event was triggered, or in a dry run would have been.")
class TriggerEventSuccess:
    trigger: LazyEventTrigger | None = strawberry.field(description="The record of the trigger; null in a dry run.")
    process_instance: LazyProcessInstance = strawberry.field(description="The process instance after the trigger.")
    next_waiting_events: list[LazyWaitingEvent] = strawberry.field(description=NEXT_WAITING_EVENTS)
    replayed: bool = strawberry.field(description=REPLAYED)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, TriggerOutcome)


@strawberry.type(description="The BPMN file is deployed.")
class DeployProcessModelSuccess:
    process_models: list[LazyProcessModel] = strawberry.field(
        description="One process model for each executable process, in the order of the file. A model of an unchanged "
        "file keeps its version."
    )
    warnings: list[errors.ModelIssue] = strawberry.field(
        description="What the file says and this server does not act on, and what can hardly be meant as it stands, "
        "such as a condition that is never true. The processes are deployed nevertheless. Empty if there is nothing."
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, DeployOutcome)


@strawberry.type(description="The process instance was started.")
class StartProcessInstanceSuccess:
    process_instance: LazyProcessInstance = strawberry.field(
        description="The process instance, after it has run to its first waiting events."
    )
    replayed: bool = strawberry.field(description=REPLAYED)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, StartOutcome)


@strawberry.type(description="The process instance and all instances it called were terminated.")
class TerminateProcessInstanceSuccess:
    process_instance: LazyProcessInstance = strawberry.field(description="The terminated process instance.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, TerminateOutcome)
