"""Routes that finish open tasks, with a result or with a BPMN error."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.application.commands.command import MAX_FREE_TEXT
from bpmn_events.application.commands.end_task import EXTERNAL_TASK_TYPES, PERSON_TASK_TYPES, FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.services import Services
from bpmn_events.domain.errors import (
    Conflict,
    CorrelationNotFound,
    InvalidPayload,
    ProcessFailed,
    ProcessModelNotFound,
    TaskAmbiguous,
    TaskNotFound,
)
from bpmn_events.domain.ids import MAX_LENGTH
from bpmn_events.domain.payload import pointer, violation
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.tasks import BpmnError, TaskType
from bpmn_events.web.http.authorized_route import AuthorizedHandler, AuthorizedRoute
from bpmn_events.web.http.operation import IDEMPOTENCY_KEY, PAYLOAD, Body, Operation, ResponseDescription
from bpmn_events.web.http.problems import CONSUMER_PREFIX
from bpmn_events.web.http.routing import path_parameter
from bpmn_events.web.representations import FinishTaskDocument, open_task, process_instance, waiting_event
from bpmn_events.web.rest.consumer import operation_under
from bpmn_events.web.rest.requests import idempotency_key, limited_json_response, read_payload

_CORRELATION = "/process_models/{process_model_key}/correlations/{correlation_id}"
_TASK_TYPES = {"user_tasks": PERSON_TASK_TYPES, "external_tasks": EXTERNAL_TASK_TYPES}
_ERRORS = [
    InvalidPayload,
    ProcessModelNotFound,
    CorrelationNotFound,
    TaskNotFound,
    TaskAmbiguous,
    Conflict,
    ProcessFailed,
]


_FINISHED = ResponseDescription(
    "The task is no longer open. The lists contain the events that wait and the tasks that are open now.",
    FinishTaskDocument,
)


def _operation(task_type: str) -> Operation:
    return Operation(
        f"finish_{task_type}",
        f"Finish one open {task_type.replace('_', ' ')}",
        "If several callers finish the task at once, exactly one succeeds.",
        [_FINISHED],
        Permission.EVENTS_TRIGGER,
        [IDEMPOTENCY_KEY],
        Body(
            "The result, a JSON object. Its members become process variables. Without a body there is no result.",
            PAYLOAD.schema,
        ),
        _ERRORS,
        tag="tasks",
    )


_THROW = Operation(
    "throw_bpmn_error",
    "End one open external task with a BPMN error",
    "The process model may catch the error with a boundary event of the task or in an enclosing scope; otherwise the "
    "process instance fails. If several callers end the task at once, exactly one succeeds.",
    [_FINISHED],
    Permission.EVENTS_TRIGGER,
    [IDEMPOTENCY_KEY],
    Body(
        "The error. The members of `variables` become process variables where the error is caught.",
        {
            "type": "object",
            "required": ["errorCode"],
            "properties": {
                "errorCode": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": MAX_LENGTH,
                    "pattern": "^[^\\x00-\\x1f\\x7f]+$",
                },
                "errorMessage": {"type": ["string", "null"], "maxLength": MAX_FREE_TEXT, "pattern": "^[^\\x00]*$"},
                "variables": {"type": ["object", "null"]},
            },
            "additionalProperties": False,
        },
        required=True,
    ),
    _ERRORS,
    tag="tasks",
)
_MEMBERS: dict[str, tuple[type, ...]] = {
    "errorCode": (str,),
    "errorMessage": (str, type(None)),
    "variables": (dict, type(None)),
}


class TaskRoutes:
    """The routes for open tasks."""

    def __init__(self, services: Services, max_body_bytes: int) -> None:
        self._services = services
        self._max_body_bytes = max_body_bytes

    def routes(self) -> list[BaseRoute]:
        """Return every route twice: without a prefix, and under the prefix of the consumer API."""
        return [route for prefix in ("", CONSUMER_PREFIX) for route in self._routes(prefix)]

    def _routes(self, prefix: str) -> list[BaseRoute]:
        finish = [
            self._route(
                prefix,
                f"{segment}/{{task_id}}/finish",
                partial(self.finish, task_types),
                _operation(segment.removesuffix("s")),
            )
            for segment, task_types in _TASK_TYPES.items()
        ]
        return [*finish, self._route(prefix, "external_tasks/{task_id}/bpmn_error", self.throw_bpmn_error, _THROW)]

    def _route(self, prefix: str, path: str, handler: AuthorizedHandler, operation: Operation) -> BaseRoute:
        operations = {"POST": operation_under(prefix, operation)}
        return AuthorizedRoute(f"{prefix}{_CORRELATION}/{path}", handler, operations, self._services.tokens)

    async def finish(self, task_types: frozenset[TaskType], request: Request, principal: Principal) -> Response:
        """Finish one open task with the request body as its result."""
        result = await read_payload(request, self._max_body_bytes)
        command = FinishTask(*_task_address(request), task_types, result, idempotency_key(request))
        return _response(request, await self._services.finish_task(principal, command), principal)

    async def throw_bpmn_error(self, request: Request, principal: Principal) -> Response:
        """End one open external task with the BPMN error in the request body."""
        error, variables = _parse_error(await read_payload(request, self._max_body_bytes))
        command = ThrowError(*_task_address(request), error, variables, idempotency_key(request))
        return _response(request, await self._services.throw_error(principal, command), principal)


def _task_address(request: Request) -> tuple[str, str, str]:
    """Return the process model key, the correlation id and the task id of the path."""
    return (
        path_parameter(request, "process_model_key"),
        path_parameter(request, "correlation_id"),
        path_parameter(request, "task_id"),
    )


def _response(request: Request, outcome: FinishOutcome, viewer: Principal) -> Response:
    return limited_json_response(
        request,
        FinishTaskDocument(
            task=open_task(outcome.task),
            process_instance=process_instance(outcome.process_instance, viewer),
            next_waiting_events=[waiting_event(event) for event in outcome.next_waiting_events],
            next_open_tasks=[open_task(task) for task in outcome.next_open_tasks],
            replayed=outcome.replayed,
        ),
    )


def _parse_error(body: Any) -> tuple[BpmnError, Any]:
    """Return the BPMN error in the body, and its variables. Raise ``InvalidPayload`` if it has no valid error."""
    if not isinstance(body, dict):
        raise violation("", "type", "the body is a JSON object with the errorCode")
    for name in body:
        if name not in _MEMBERS:
            raise violation(pointer("", name), "additionalProperties", "an error has no such member")
    if "errorCode" not in body:
        raise violation("", "required", '"errorCode" is a required property')
    for name, types in _MEMBERS.items():
        if not isinstance(body.get(name), types):
            raise violation(pointer("", name), "type", "it has another type")
    return BpmnError(body["errorCode"], body.get("errorMessage")), body.get("variables")
