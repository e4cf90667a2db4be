"""Open tasks: the list of them, and finishing one."""
# ruff: noqa: UP007  a union of ten members reads better in the long form

from functools import partial
from typing import Annotated, TypeAlias, TypeVar, Union

import strawberry

from bpmn_events.application.commands.end_task import FINISHED_BY_PEOPLE, FINISHED_BY_PROGRAMS, EndTask, FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.use_case import UseCase
from bpmn_events.domain import events, tasks
from bpmn_events.domain.filters import TaskFilter
from bpmn_events.domain.pages import DEFAULT_PAGE
from bpmn_events.domain.principal import Permission
from bpmn_events.web.gql.context import Context, Info
from bpmn_events.web.gql.data.arguments import forward_page, given
from bpmn_events.web.gql.data.connections import OPEN_TASKS, ConnectionPage
from bpmn_events.web.gql.schema.arguments import After, First
from bpmn_events.web.gql.schema.fields import result
from bpmn_events.web.gql.schema.scalars import Json
from bpmn_events.web.gql.schema.types.errors import (
    ConflictError,
    CorrelationNotFoundError,
    ForbiddenError,
    InvalidPayloadError,
    ProcessFailedError,
    ProcessModelNotFoundError,
    UnauthorizedError,
)
from bpmn_events.web.gql.schema.types.lazy import LazyProcessInstance, LazyWaitingEvent
from bpmn_events.web.gql.schema.types.open_task import OpenTask, OpenTaskConnection
from bpmn_events.web.gql.schema.types.results import REPLAYED
from bpmn_events.web.gql.schema.types.task_errors import TaskAmbiguousError, TaskNotFoundError

E = TypeVar("E", bound=EndTask)

_MODEL = "The key of the process model it is open in."
_CORRELATION = "The correlation it is open in."
_RESULT = (
    "What came out of it: a JSON object, whose members become process variables; limits as for the payload in "
    "TriggerEventInput."
)
_TASK = "The `id` of an open task, or a BPMN element id where exactly one is open."
_KEY = "As in TriggerEventInput."


@strawberry.input(description="Which user or manual task is finished, and with what result.")
class FinishUserTaskInput:
    process_model_key: strawberry.ID = strawberry.field(description=_MODEL)
    correlation_id: strawberry.ID = strawberry.field(description=_CORRELATION)
    user_task_id: strawberry.ID = strawberry.field(description=_TASK)
    result: Json | None = strawberry.field(default=strawberry.UNSET, description=_RESULT)
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description=_KEY)

    def to_command(self) -> FinishTask:
        return FinishTask(
            self.process_model_key,
            self.correlation_id,
            self.user_task_id,
            FINISHED_BY_PEOPLE,
            given(self.result),
            given(self.idempotency_key),
        )


@strawberry.input(description="Which task that a program does elsewhere is finished, and with what result.")
class FinishExternalTaskInput:
    process_model_key: strawberry.ID = strawberry.field(description=_MODEL)
    correlation_id: strawberry.ID = strawberry.field(description=_CORRELATION)
    external_task_id: strawberry.ID = strawberry.field(description=_TASK)
    result: Json | None = strawberry.field(default=strawberry.UNSET, description=_RESULT)
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description=_KEY)

    def to_command(self) -> FinishTask:
        return FinishTask(
            self.process_model_key,
            self.correlation_id,
            self.external_task_id,
            FINISHED_BY_PROGRAMS,
            given(self.result),
            given(self.idempotency_key),
        )


@strawberry.input(description="Which task that a program does elsewhere ends with a BPMN error, and with which.")
class ThrowBpmnErrorInput:
    process_model_key: strawberry.ID = strawberry.field(description=_MODEL)
    correlation_id: strawberry.ID = strawberry.field(description=_CORRELATION)
    external_task_id: strawberry.ID = strawberry.field(description=_TASK)
    error_code: str = strawberry.field(
        description="The code of the error, which the model handles it by: 1 to 255 printable characters."
    )
    error_message: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="What went wrong, for people: at most 2000 characters. The event that catches the error may put it "
        "into a variable; where nobody does, it is in the `endReason` of the instance.",
    )
    variables: Json | None = strawberry.field(
        default=strawberry.UNSET,
        description="A JSON object whose members become process variables where the error is caught; limits as for "
        "the payload in TriggerEventInput.",
    )
    idempotency_key: str | None = strawberry.field(default=strawberry.UNSET, description=_KEY)

    def to_command(self) -> ThrowError:
        return ThrowError(
            self.process_model_key,
            self.correlation_id,
            self.external_task_id,
            tasks.BpmnError(self.error_code, given(self.error_message)),
            given(self.variables),
            given(self.idempotency_key),
        )


@strawberry.type(description="The task is no longer open, and its process went on.")
class FinishTaskSuccess:
    task: OpenTask = strawberry.field(description="The task as it was; it is no longer open.")
    process_instance: LazyProcessInstance = strawberry.field(description="The process instance after that.")
    next_waiting_events: list[LazyWaitingEvent] = strawberry.field(
        description="What waits now in the instance and all that it called or was called by, in the caller's lanes; at "
        "most 100."
    )
    next_open_tasks: list[OpenTask] = strawberry.field(
        description="The tasks that are open now there, in the caller's lanes; at most 100."
    )
    replayed: bool = strawberry.field(description=REPLAYED)

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, FinishOutcome)


OpenTasksResult: TypeAlias = Annotated[
    OpenTaskConnection | UnauthorizedError | ForbiddenError,
    strawberry.union("OpenTasksResult", description="A page of open tasks, or why there is none."),
]
_Finished: TypeAlias = Union[
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
]
FinishUserTaskResult: TypeAlias = Annotated[
    _Finished,
    strawberry.union("FinishUserTaskResult", description="What finishing the task did, or why nothing was changed."),
]
FinishExternalTaskResult: TypeAlias = Annotated[
    _Finished,
    strawberry.union(
        "FinishExternalTaskResult", description="What finishing the task did, or why nothing was changed."
    ),
]
ThrowBpmnErrorResult: TypeAlias = Annotated[
    _Finished,
    strawberry.union("ThrowBpmnErrorResult", description="What the error did, or why nothing was changed."),
]


async def _end(context: Context, end: UseCase[E, FinishOutcome], command: E) -> FinishOutcome:
    outcome = await end(context.principal, command)
    context.renew_loaders()
    rows: list[events.WaitingEvent | events.EventTrigger | tasks.OpenTask] = [
        *outcome.next_waiting_events,
        *outcome.next_open_tasks,
        outcome.task,
    ]
    await context.loaders.prefetch(rows, context.fields)
    return outcome


@strawberry.type
class TaskMutations:
    @result(
        FinishUserTaskResult,
        "Finish one open user or manual task. Of several callers at once exactly one succeeds. Needs the permission "
        "`events:trigger` and the task's lane.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def finish_user_task(
        self, info: Info, input: Annotated[FinishUserTaskInput, strawberry.argument(description="What is finished.")]
    ) -> FinishOutcome:
        return await _end(info.context, info.context.services.finish_task, input.to_command())

    @result(
        FinishExternalTaskResult,
        "Finish one open task that a program does elsewhere, such as a service task. Of several callers at once "
        "exactly one succeeds. Needs the permission `events:trigger` and the task's lane.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def finish_external_task(
        self,
        info: Info,
        input: Annotated[FinishExternalTaskInput, strawberry.argument(description="What is finished.")],
    ) -> FinishOutcome:
        return await _end(info.context, info.context.services.finish_task, input.to_command())

    @result(
        ThrowBpmnErrorResult,
        "End one open task that a program does elsewhere with a BPMN error, which the model may handle: by a boundary "
        "event of the task, or further out. Where nothing catches it, the process instance has failed, as after an "
        "error end event. Of several callers at once exactly one succeeds. Needs the permission `events:trigger` and "
        "the task's lane.",
        permission=Permission.EVENTS_TRIGGER,
    )
    async def throw_bpmn_error(
        self,
        info: Info,
        input: Annotated[ThrowBpmnErrorInput, strawberry.argument(description="Which task, and which error.")],
    ) -> FinishOutcome:
        return await _end(info.context, info.context.services.throw_error, input.to_command())


@strawberry.type
class TaskQueries:
    @result(
        OpenTasksResult,
        "The tasks that somebody outside the processes has to finish, longest open first, in the caller's lanes. Needs "
        "the permission `events:read`.",
    )
    async def open_tasks(
        self,
        info: Info,
        first: First = DEFAULT_PAGE,
        after: After = strawberry.UNSET,
        process_model_key: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only in this process model, any version.")
        ] = strawberry.UNSET,
        correlation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only in this correlation.")
        ] = strawberry.UNSET,
        topic: Annotated[
            str | None,
            strawberry.argument(description="Only those of this topic, by which a program knows the work it does."),
        ] = strawberry.UNSET,
    ) -> ConnectionPage[tasks.OpenTask]:
        context = info.context
        list_tasks = context.services.list_open_tasks
        wanted = TaskFilter(given(process_model_key), given(correlation_id), topic=given(topic))
        found = await list_tasks(context.principal, wanted, forward_page(OPEN_TASKS.name, first, after))
        await context.loaders.prefetch(found.items, context.fields)
        return ConnectionPage(OPEN_TASKS, found, partial(list_tasks.count, context.principal, wanted))
