"""What the mutations answer when they succeed. Each describes an outcome of its use case."""

from dataclasses import dataclass
from typing import Any

import strawberry

from bpmn_events.application.commands.start_instance import StartOutcome
from bpmn_events.application.commands.trigger_event import TriggerOutcome
from bpmn_events.domain import processes
from bpmn_events.web.gql.schema.types.lazy import (
    LazyEventTrigger,
    LazyProcessInstance,
    LazyProcessModel,
    LazyWaitingEvent,
)

REPLAYED = "Whether an earlier request with the same idempotency key had already done it; this is its answer."


@dataclass(frozen=True, slots=True)
class Deployed:
    process_models: tuple[processes.ProcessModel, ...]


@dataclass(frozen=True, slots=True)
class Terminated:
    process_instance: processes.ProcessInstance


@strawberry.type(description="The event was triggered, or would have been on a dry run.")
class TriggerEventSuccess:
    trigger: LazyEventTrigger | None = strawberry.field(description="The record of the triggering; null on a dry run.")
    process_instance: LazyProcessInstance = strawberry.field(description="The process instance after the trigger.")
    next_waiting_events: list[LazyWaitingEvent] = strawberry.field(
        description="What waits now in the instance and all that it called or was called by, in the caller's lanes; at "
        "most 100."
    )
    replayed: bool = strawberry.field(description=REPLAYED)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, TriggerOutcome)


@strawberry.type(description="The BPMN file is deployed.")
class DeployProcessModelSuccess:
    process_models: list[LazyProcessModel] = strawberry.field(
        description="One model for each executable process of the file, in its order. A model whose file has not "
        "changed keeps its version."
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, Deployed)


@strawberry.type(description="The process instance was started.")
class StartProcessInstanceSuccess:
    process_instance: LazyProcessInstance = strawberry.field(
        description="The process instance, which has run to its first waiting events."
    )
    replayed: bool = strawberry.field(description=REPLAYED)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, StartOutcome)


@strawberry.type(description="The process instance was terminated, with everything it had called.")
class TerminateProcessInstanceSuccess:
    process_instance: LazyProcessInstance = strawberry.field(description="The process instance, terminated.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, Terminated)
