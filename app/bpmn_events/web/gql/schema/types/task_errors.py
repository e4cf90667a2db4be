"""The typed errors of the mutations that finish a task."""

import strawberry

from bpmn_events.domain import errors
from bpmn_events.web.gql.schema.types.errors import NotFoundError, TypedError
from bpmn_events.web.gql.schema.types.open_task import OpenTask


@strawberry.type(
    description="No such task is open: it is unknown, has another task type, or is already finished or cancelled."
)
class TaskNotFoundError(NotFoundError):
    describes = errors.TaskNotFound
    task_id: strawberry.ID = strawberry.field(description="Task id or BPMN element id in the request.")


@strawberry.type(description="Several tasks are open at this BPMN element. Finish one of them by its `id`.")
class TaskAmbiguousError(TypedError):
    describes = errors.TaskAmbiguous
    candidates: list[OpenTask] = strawberry.field(
        description="The tasks at the element in the caller's lanes, longest open first; at most 100."
    )
