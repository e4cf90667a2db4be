"""Expected errors of finishing a task."""

import strawberry

from bpmn_events.domain import errors
from bpmn_events.web.gql.schema.types.errors import NotFoundError, TypedError
from bpmn_events.web.gql.schema.types.open_task import OpenTask


@strawberry.type(description="No such task is open: it never was, it is of another kind, or it is already done.")
class TaskNotFoundError(NotFoundError):
    describes = errors.TaskNotFound
    task_id: strawberry.ID = strawberry.field(description="The task id or BPMN element id that was asked for.")


@strawberry.type(description="Several occurrences of this task are open: finish one of them by its own id.")
class TaskAmbiguousError(TypedError):
    describes = errors.TaskAmbiguous
    candidates: list[OpenTask] = strawberry.field(
        description="The occurrences in the caller's lanes, longest open first; at most 100."
    )
