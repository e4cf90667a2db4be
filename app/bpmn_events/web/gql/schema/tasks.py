"""The root fields of open tasks: the list, and the mutations that finish a task."""
# ruff: noqa: UP007  a union of ten members reads better in the long form

from functools import partial
from typing import Annotated, TypeAlias, TypeVar, Union

import strawberry

from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES, PERSON_TASK_TYPES, EndTask, FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain import events, tasks
from bpmn_events.domain.filters import TaskFilter
from bpmn_events.domain.pages import DEFAULT_PAGE
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Context, Info
from bpmn_events.web.gql.data.arguments import forward_page_request, none_if_unset, with_changes_cursor
from bpmn_events.web.gql.data.connections import OPEN_TASKS, ConnectionPage
from bpmn_events.web.gql.schema.arguments import After, First
from bpmn_events.web.gql.schema.fields import union_field
from bpmn_events.web.gql.schema.scalars import Json
from bpmn_events.web.gql.schema.types.errors import (
    ConflictError,
    CorrelationNotFoundError,
    EngineUnavailableError,
    ForbiddenError,
    InvalidPayloadError,
    ProcessFailedError,
    ProcessModelNotFoundError,
    UnauthorizedError,
)
from bpmn_events.web.gql.schema.types.lazy import LazyProcessInstance, LazyWaitingEvent
from bpmn_events.web.gql.schema.types.open_task import OpenTask, OpenTaskConnection
from bpmn_events.web.gql.schema.types.results import NEXT_WAITING_EVENTS, REPLAYED
from bpmn_events.web.gql.schema.types.task_errors import TaskAmbiguousError, TaskNotFoundError

E = TypeVar("E", bound=EndTask)

_MODEL = "Key of the task's process model."
_CORRELATION = "Id of the task's correlation."
_RESULT = (
    "Result of the task: a JSON object whose members become process variables. The limits of "
    "`TriggerEventInput.payload` apply."
)
_TASK = "The `id` of the open task, or its BPMN element id if exactly one task is open there."
_KEY = "See `TriggerEventInput.idempotencyKey`."


@strawberry.input(description="The user or manual task to finish, and its result.")
class FinishUserTaskInput:
    process_model_key: strawberry.ID = strawberry.field(description=_MODEL)
    correlation_id: strawberry.ID = strawberry.field(description=_CORRELATION)
    user_task_id: strawberry.ID = strawberry.field(description=_TASK)
    result: Json | None = strawberry.field(default=strawberry.UNSET, description=_RESULT)
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description=_KEY)

    def to_command(self) -> FinishTask:
        """Return the command of the use case."""
        return FinishTask(
            self.process_model_key,
            self.correlation_id,
            self.user_task_id,
            PERSON_TASK_TYPES,
            none_if_unset(self.result),
            none_if_unset(self.idempotency_key),
        )


@strawberry.input(description="The external task to finish, and its result.")
class FinishExternalTaskInput:
    process_model_key: strawberry.ID = strawberry.field(description=_MODEL)
    correlation_id: strawberry.ID = strawberry.field(description=_CORRELATION)
    external_task_id: strawberry.ID = strawberry.field(description=_TASK)
    result: Json | None = strawberry.field(default=strawberry.UNSET, description=_RESULT)
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description=_KEY)

    def to_command(self) -> FinishTask:
        """Return the command of the use case."""
        return FinishTask(
            self.process_model_key,
            self.correlation_id,
            self.external_task_id,
            EXTERNAL_TASK_TYPES,
            none_if_unset(self.result),
            none_if_unset(self.idempotency_key),
        )


@strawberry.input(description="The external task to end, and the BPMN error.")
class ThrowBpmnErrorInput:
    process_model_key: strawberry.ID = strawberry.field(description=_MODEL)
    correlation_id: strawberry.ID = strawberry.field(description=_CORRELATION)
    external_task_id: strawberry.ID = strawberry.field(description=_TASK)
    error_code: str = strawberry.field(
        description="Error code by which the process model catches the error: 1 to 255 printable characters."
    )
    error_message: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Error message for people, at most 2000 characters. The event that catches the error may put it "
        "into a variable. If no event catches it, the `endReason` of the process instance contains it.",
    )
    variables: Json | None = strawberry.field(
        default=strawberry.UNSET,
        description="A JSON object whose members become process variables where the error is caught. The limits of "
        "`TriggerEventInput.payload` apply.",
    )
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description=_KEY)

    def to_command(self) -> ThrowError:
        """Return the command of the use case."""
        return ThrowError(
            self.process_model_key,
            self.correlation_id,
            self.external_task_id,
            tasks.BpmnError(self.error_code, none_if_unset(self.error_message)),
            none_if_unset(self.variables),
            none_if_unset(self.idempotency_key),
        )


@strawberry.type(description="The task is finished, and its process has continued.")
class FinishTaskSuccess:
    task: OpenTask = strawberry.field(description="The finished task, which is no longer open.")
    process_instance: LazyProcessInstance = strawberry.field(
        description="The process instance after the task was finished."
    )
    next_waiting_events: list[LazyWaitingEvent] = strawberry.field(description=NEXT_WAITING_EVENTS)
    next_open_tasks: list[OpenTask] = strawberry.field(
        description="Tasks now open in the process instance and in all instances of the same call hierarchy, in the "
        "caller's lanes; at most 100."
    )
    replayed: bool = strawberry.field(description=REPLAYED)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, FinishOutcome)


OpenTasksResult: TypeAlias = Annotated[
    OpenTaskConnection | UnauthorizedError | ForbiddenError | EngineUnavailableError,
    strawberry.union("OpenTasksResult", description="A page of open tasks, or a typed error."),
]
_FinishTask: TypeAlias = Union[
    FinishTaskSuccess,
    InvalidPayloadError,
    UnauthorizedError,
    ForbiddenError,
    ProcessModelNotFoundError,
    CorrelationNotFoundError,
    TaskNotFoundError,
    TaskAmbiguousError,
    ConflictError,
    ProcessFailedError,
    EngineUnavailableError,
]
FinishUserTaskResult: TypeAlias = Annotated[
    _FinishTask,
    strawberry.union("FinishUserTaskResult", description="The finished task, or a typed error."),
]
FinishExternalTaskResult: TypeAlias = Annotated[
    _FinishTask,
    strawberry.union("FinishExternalTaskResult", description="The finished task, or a typed error."),
]
ThrowBpmnErrorResult: TypeAlias = Annotated[
    _FinishTask,
    strawberry.union("ThrowBpmnErrorResult", description="The task that ended with the error, or a typed error."),
]


async def _end_task(context: Context, use_case: UseCase[E, FinishOutcome], command: E) -> FinishOutcome:
    outcome = await use_case(context.principal, command)
    context.renew_loaders()
    objects: list[events.WaitingEvent | events.EventTrigger | tasks.OpenTask] = [
        *outcome.next_waiting_events,
        *outcome.next_open_tasks,
        outcome.task,
    ]
    await context.loaders.prefetch_if_possible(objects, context.fields)
    return outcome


@strawberry.type
class TaskMutations:
    @union_field(
        FinishUserTaskResult,
        "Finish one open user or manual task. Of several concurrent requests one succeeds. Requires the permission "
        "`events:trigger` and the task's lane.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def finish_user_task(
        self,
        info: Info,
        input: Annotated[FinishUserTaskInput, strawberry.argument(description="The task and its result.")],
    ) -> FinishOutcome:
        return await _end_task(info.context, info.context.services.finish_task, input.to_command())

    @union_field(
        FinishExternalTaskResult,
        "Finish one open external task, such as a service task whose work another program does. Of several concurrent "
        "requests one succeeds. Requires the permission `events:trigger` and the task's lane.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def finish_external_task(
        self,
        info: Info,
        input: Annotated[FinishExternalTaskInput, strawberry.argument(description="The task and its result.")],
    ) -> FinishOutcome:
        return await _end_task(info.context, info.context.services.finish_task, input.to_command())

    @union_field(
        ThrowBpmnErrorResult,
        "End one open external task with a BPMN error. A boundary event of the task or of an enclosing activity may "
        "catch it. If no event catches it, the process instance fails, as after an error end event. Of several "
        "concurrent requests one succeeds. Requires the permission `events:trigger` and the task's lane.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def throw_bpmn_error(
        self,
        info: Info,
        input: Annotated[ThrowBpmnErrorInput, strawberry.argument(description="The task and the error.")],
    ) -> FinishOutcome:
        return await _end_task(info.context, info.context.services.throw_error, input.to_command())


@strawberry.type
class TaskQueries:
    @union_field(
        OpenTasksResult,
        "The open tasks in the caller's lanes, longest open first. Requires the permission `events:read`.",
    )
    async def open_tasks(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = strawberry.UNSET,
        process_model_key: Annotated[
            strawberry.ID | None, strawberry.argument(description="Return tasks in this process model, any version.")
        ] = strawberry.UNSET,
        correlation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Return tasks in this correlation.")
        ] = strawberry.UNSET,
        topic: Annotated[
            str | None,
            strawberry.argument(description="Return external tasks with this topic."),
        ] = strawberry.UNSET,
    ) -> ConnectionPage[tasks.OpenTask]:
        context = info.context
        list_tasks = context.services.list_open_tasks
        filter = TaskFilter(none_if_unset(process_model_key), none_if_unset(correlation_id), topic=none_if_unset(topic))
        request = with_changes_cursor(forward_page_request(OPEN_TASKS.name, first, after), context.fields)
        page = await list_tasks(context.principal, filter, request)
        await context.loaders.prefetch(page.items, context.fields)
        return ConnectionPage(OPEN_TASKS, page, partial(list_tasks.count, context.principal, filter))
