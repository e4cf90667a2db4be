"""Finishing tasks over plain HTTP."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.application.commands.command import MAX_FREE_TEXT
from bpmn_events.application.commands.end_task import FINISHED_BY_PEOPLE, FINISHED_BY_PROGRAMS, FinishOutcome
from bpmn_events.application.commands.finish_task import FinishTask
from bpmn_events.application.commands.throw_error import ThrowError
from bpmn_events.application.services import Services
from bpmn_events.domain.access import require
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
from bpmn_events.web.http.authentication import authenticate
from bpmn_events.web.http.operation import IDEMPOTENCY_KEY, PAYLOAD, Answer, Body, Operation
from bpmn_events.web.http.problems import CONSUMER_PREFIX
from bpmn_events.web.http.routing import EncodedRoute, path_parameter
from bpmn_events.web.representations import FinishTaskDocument, open_task, process_instance, waiting_event
from bpmn_events.web.rest.requests import idempotency_key, json_answer, read_payload

_CASE = "/process_models/{process_model_key}/correlations/{correlation_id}"
_KINDS = {"user_tasks": FINISHED_BY_PEOPLE, "external_tasks": FINISHED_BY_PROGRAMS}
_REFUSALS = [
    InvalidPayload,
    ProcessModelNotFound,
    CorrelationNotFound,
    TaskNotFound,
    TaskAmbiguous,
    Conflict,
    ProcessFailed,
]


def _operation(kind: str) -> Operation:
    return Operation(
        f"finish_{kind}",
        f"Finish one open {kind.replace('_', ' ')}",
        "Of several callers at once exactly one succeeds.",
        [Answer("The task is finished; what follows is what waits and is open now.", FinishTaskDocument)],
        Permission.EVENTS_TRIGGER,
        [IDEMPOTENCY_KEY],
        Body("The result, a JSON object, which becomes process variables; no body stands for none.", PAYLOAD.schema),
        _REFUSALS,
        tag="tasks",
    )


_THROW = Operation(
    "throw_bpmn_error",
    "End one open external task with a BPMN error",
    "The model may handle it, by a boundary event of the task or further out; where nothing does, the process instance "
    "has failed. Of several callers at once exactly one succeeds.",
    [Answer("The task is no longer open; what follows is what waits and is open now.", FinishTaskDocument)],
    Permission.EVENTS_TRIGGER,
    [IDEMPOTENCY_KEY],
    Body(
        "The error. Its variables, a JSON object, become process variables where it is caught.",
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
    _REFUSALS,
    tag="tasks",
)
_MEMBERS: dict[str, tuple[type, ...]] = {
    "errorCode": (str,),
    "errorMessage": (str, type(None)),
    "variables": (dict, type(None)),
}


class RestTasks:
    """The routes, and what their handlers need."""

    def __init__(self, services: Services, max_body_bytes: int) -> None:
        self._services = services
        self._max_body_bytes = max_body_bytes

    def routes(self) -> list[BaseRoute]:
        """Every route twice: as it is, and below the prefix of the consumer API."""
        return [route for prefix in ("", CONSUMER_PREFIX) for route in self._routes(f"{prefix}{_CASE}")]

    def _routes(self, case: str) -> list[BaseRoute]:
        return [
            *(
                EncodedRoute(
                    f"{case}/{word}/{{task_id}}/finish",
                    partial(self.finish, kinds),
                    {"POST": _operation(word.removesuffix("s"))},
                )
                for word, kinds in _KINDS.items()
            ),
            EncodedRoute(f"{case}/external_tasks/{{task_id}}/bpmn_error", self.throw_bpmn_error, {"POST": _THROW}),
        ]

    async def finish(self, kinds: frozenset[TaskType], request: Request) -> Response:
        """Finish one open task with the body as its result."""
        principal = await self._caller(request)
        result = await read_payload(request, self._max_body_bytes)
        command = FinishTask(*_task(request), kinds, result, idempotency_key(request))
        return _answer(await self._services.finish_task(principal, command), principal)

    async def throw_bpmn_error(self, request: Request) -> Response:
        """End one open external task with the error in the body."""
        principal = await self._caller(request)
        error, variables = _error_in(await read_payload(request, self._max_body_bytes))
        command = ThrowError(*_task(request), error, variables, idempotency_key(request))
        return _answer(await self._services.throw_error(principal, command), principal)

    async def _caller(self, request: Request) -> Principal:
        return require(await authenticate(request, self._services.tokens), Permission.EVENTS_TRIGGER)


def _task(request: Request) -> tuple[str, str, str]:
    """Return the process model key, the correlation id and the task id of the path."""
    return (
        path_parameter(request, "process_model_key"),
        path_parameter(request, "correlation_id"),
        path_parameter(request, "task_id"),
    )


def _answer(outcome: FinishOutcome, viewer: Principal) -> Response:
    return json_answer(
        FinishTaskDocument(
            task=open_task(outcome.task),
            process_instance=process_instance(outcome.process_instance, viewer),
            next_waiting_events=[waiting_event(each) for each in outcome.next_waiting_events],
            next_open_tasks=[open_task(each) for each in outcome.next_open_tasks],
            replayed=outcome.replayed,
        )
    )


def _error_in(body: Any) -> tuple[BpmnError, Any]:
    """The error that a body describes, and its variables.

    Raises:
        InvalidPayload: it describes none.
    """
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
