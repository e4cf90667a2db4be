"""Finishing tasks over plain HTTP."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from app.application.access import require
from app.application.finish_task import FINISHED_BY_PEOPLE, FINISHED_BY_PROGRAMS, FinishRequest
from app.application.services import Services
from app.domain.errors import (
    Conflict,
    CorrelationNotFound,
    InvalidPayload,
    ProcessFailed,
    ProcessModelNotFound,
    TaskAmbiguous,
    TaskNotFound,
)
from app.domain.principal import Permission
from app.domain.tasks import TaskType
from app.web.authentication import authenticate
from app.web.documents import FinishTaskDocument, open_task, process_instance, waiting_event
from app.web.openapi.operation import IDEMPOTENCY_KEY, PAYLOAD, Answer, Body, Operation
from app.web.problems import CONSUMER_PREFIX
from app.web.rest_requests import idempotency_key, json_answer, read_payload
from app.web.routing import EncodedRoute, path_parameter

_CASE = "/process_models/{process_model_key}/correlations/{correlation_id}"
_KINDS = {"user_tasks": FINISHED_BY_PEOPLE, "external_tasks": FINISHED_BY_PROGRAMS}


def _operation(kind: str) -> Operation:
    return Operation(
        f"finish_{kind}",
        f"Finish one open {kind.replace('_', ' ')}",
        "Of several callers at once exactly one succeeds.",
        [Answer("The task is finished; what follows is what waits and is open now.", FinishTaskDocument)],
        Permission.EVENTS_TRIGGER,
        [IDEMPOTENCY_KEY],
        Body("The result, a JSON object, which becomes process variables; no body stands for none.", PAYLOAD.schema),
        [
            InvalidPayload,
            ProcessModelNotFound,
            CorrelationNotFound,
            TaskNotFound,
            TaskAmbiguous,
            Conflict,
            ProcessFailed,
        ],
        tag="tasks",
    )


class RestTasks:
    """The routes, and what their handlers need."""

    def __init__(self, services: Services, max_body_bytes: int) -> None:
        self._services = services
        self._max_body_bytes = max_body_bytes

    def routes(self) -> list[BaseRoute]:
        """Every route twice: as it is, and below the prefix of the consumer API."""
        return [
            EncodedRoute(
                f"{prefix}{_CASE}/{word}/{{task_id}}/finish",
                partial(self.finish, kinds),
                {"POST": _operation(word.removesuffix("s"))},
            )
            for prefix in ("", CONSUMER_PREFIX)
            for word, kinds in _KINDS.items()
        ]

    async def finish(self, kinds: frozenset[TaskType], request: Request) -> Response:
        """Finish one open task with the body as its result."""
        principal = require(await authenticate(request, self._services.tokens), Permission.EVENTS_TRIGGER)
        outcome = await self._services.finish_task(
            principal,
            FinishRequest(
                process_model_key=path_parameter(request, "process_model_key"),
                correlation_id=path_parameter(request, "correlation_id"),
                task_id=path_parameter(request, "task_id"),
                kinds=kinds,
                result=await read_payload(request, self._max_body_bytes),
                idempotency_key=idempotency_key(request),
            ),
        )
        return json_answer(
            FinishTaskDocument(
                task=open_task(outcome.task),
                process_instance=process_instance(outcome.process_instance, principal),
                next_waiting_events=[waiting_event(each) for each in outcome.next_waiting_events],
                next_open_tasks=[open_task(each) for each in outcome.next_open_tasks],
                replayed=outcome.replayed,
            )
        )
