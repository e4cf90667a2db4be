"""The open task and pages of it. Describes ``bpmn_events.domain.tasks.OpenTask``."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import Parent

from bpmn_events.domain import processes, tasks
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Info
from bpmn_events.web.gql.data.connections import is_connection_of
from bpmn_events.web.gql.data.loaders import Loaded
from bpmn_events.web.gql.schema.enums import TaskType
from bpmn_events.web.gql.schema.fields import resolved
from bpmn_events.web.gql.schema.types.connections import CURSOR, EDGES, NODE, NODES, Connection
from bpmn_events.web.gql.schema.types.lazy import LazyCorrelation, LazyProcessInstance, LazyProcessModel
from bpmn_events.web.gql.schema.types.node import Node


def _viewer_can_finish(parent: Parent[tasks.OpenTask], info: Info) -> bool:
    principal = info.context.principal
    return principal is not None and principal.may(Permission.EVENTS_TRIGGER) and principal.sees(parent.lane)


def _process_model(parent: Parent[tasks.OpenTask], info: Info) -> Loaded[processes.ProcessModel]:
    return info.context.loaders.models.get(parent.process_model_id)


def _process_instance(parent: Parent[tasks.OpenTask], info: Info) -> Loaded[processes.ProcessInstance]:
    return info.context.loaders.instances.get(parent.process_instance_id)


def _correlation(parent: Parent[tasks.OpenTask], info: Info) -> Loaded[processes.Correlation]:
    return info.context.loaders.correlations.get(parent.correlation_id)


@strawberry.type(
    description="One occurrence of a task that somebody outside the process has to finish. It disappears once it is "
    "finished or cancelled."
)
class OpenTask(Node):
    element_id: str = strawberry.field(description="The BPMN element id in the model.")
    task_type: TaskType = strawberry.field(description="Who finishes it.")
    name: str | None = strawberry.field(description="The name of the BPMN element, as drawn; null if it has none.")
    lane: str | None = strawberry.field(
        description="The name of the BPMN lane, which is the permission to see and finish it; null is open to every "
        "reader."
    )
    topic: str | None = strawberry.field(
        description="What kind of work it is, for the programs that do it; null for tasks of people and where the "
        "model names none."
    )
    open_since: datetime = strawberry.field(description="When it was opened.")
    viewer_can_finish: bool = resolved(
        _viewer_can_finish, "Whether the caller may finish it: permission `events:trigger`, and the lane."
    )
    process_model: LazyProcessModel = resolved(_process_model, "The version of the process model its instance runs on.")
    process_instance: LazyProcessInstance = resolved(_process_instance, "The process instance that waits for it.")
    correlation: LazyCorrelation = resolved(_correlation, "The business case its process instance belongs to.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return isinstance(value, tasks.OpenTask)


@strawberry.type(description="An open task with its place in a list.")
class OpenTaskEdge:
    cursor: str = strawberry.field(description=CURSOR)
    node: OpenTask = strawberry.field(description=NODE)


@strawberry.type(description="A page of open tasks, longest open first, only those in the caller's lanes.")
class OpenTaskConnection(Connection):
    edges: list[OpenTaskEdge] = strawberry.field(description=EDGES)
    nodes: list[OpenTask] = strawberry.field(description=NODES)

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        return is_connection_of(value, tasks.OpenTask)
