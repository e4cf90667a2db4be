"""The type OpenTask, which describes ``bpmn_events.domain.tasks.OpenTask``, and its connection."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import processes, tasks
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.connections import is_connection_of
from bpmn_events.web.gql.data.loaders import AwaitableOrValue
from bpmn_events.web.gql.schema.enums import TaskType
from bpmn_events.web.gql.schema.fields import resolver_field
from bpmn_events.web.gql.schema.types.connections import CURSOR, EDGES, NODE, NODES, LiveConnection
from bpmn_events.web.gql.schema.types.lazy import LazyCorrelation, LazyProcessInstance, LazyProcessModel
from bpmn_events.web.gql.schema.types.node import Node


def _viewer_can_finish(parent: Parent[tasks.OpenTask], info: Info) -> bool:
    principal = info.context.principal
    return principal is not None and principal.may(Permission.EVENTS_TRIGGER) and principal.sees(parent.lane)


def _process_model(parent: Parent[tasks.OpenTask], info: Info) -> AwaitableOrValue[processes.ProcessModel]:
    return info.context.loaders.models.get(parent.process_model_id)


def _process_instance(parent: Parent[tasks.OpenTask], info: Info) -> AwaitableOrValue[processes.ProcessInstance]:
    return info.context.loaders.instances.get(parent.process_instance_id)


def _correlation(parent: Parent[tasks.OpenTask], info: Info) -> AwaitableOrValue[processes.Correlation]:
    return info.context.loaders.correlations.get(parent.correlation_id)


@strawberry.type(
    description="A task in one process instance that a person or an external program has to finish. It disappears once "
    "it is finished or cancelled."
)
class OpenTask(Node):
    element_id: str = strawberry.field(description="BPMN element id in the model.")
    task_type: TaskType = strawberry.field(description="Type of the task.")
    name: str | None = strawberry.field(description="Name of the BPMN element; null if it has none.")
    lane: str | None = strawberry.field(
        description="Name of the BPMN lane that a caller needs to see and finish the task; null for a task outside "
        "any lane, for which no lane is needed."
    )
    topic: str | None = strawberry.field(
        description="Topic of the external work; null for user and manual tasks, or if the model has no topic for it."
    )
    open_since: datetime = strawberry.field(description="Instant at which the task was opened.")
    viewer_can_finish: bool = resolver_field(
        _viewer_can_finish,
        "True if the caller may finish the task, which requires the permission `events:trigger` and the lane.",
    )
    process_model: LazyProcessModel = resolver_field(
        _process_model, "The version of the process model that the instance runs on."
    )
    process_instance: LazyProcessInstance = resolver_field(_process_instance, "The process instance of the task.")
    correlation: LazyCorrelation = resolver_field(_correlation, "The correlation of the process instance.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, tasks.OpenTask)


@strawberry.type(description="An open task with its cursor.")
class OpenTaskEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: OpenTask = strawberry.field(description=NODE)


@strawberry.type(description="A page of the open tasks in the caller's lanes, longest open first.")
class OpenTaskConnection(LiveConnection):
    edges: list[OpenTaskEdge] = strawberry.field(description=EDGES)
    nodes: list[OpenTask] = strawberry.field(description=NODES)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return is_connection_of(value, tasks.OpenTask)
