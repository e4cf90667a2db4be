"""Errors over plain HTTP as problem documents (RFC 9457), and the HTTP status of every domain error."""

import logging
from collections.abc import Awaitable
from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bpmn_events.application.ports.response_budget import ResponseTooLarge
from bpmn_events.application.ports.tokens import KeysUnavailable
from bpmn_events.domain.errors import (
    BadCredential,
    Conflict,
    CorrelationNotFound,
    DomainError,
    EngineUnavailable,
    EventAmbiguous,
    EventNotFound,
    Forbidden,
    InvalidArgument,
    InvalidPayload,
    InvalidProcessModel,
    NotFound,
    ProcessFailed,
    ProcessInstanceNotFound,
    ProcessModelNotFound,
    TaskAmbiguous,
    TaskNotFound,
    TooManyRequests,
    TooManySubscriptions,
    Unauthorized,
)
from bpmn_events.web.error_codes import BAD_USER_INPUT, INTERNAL_ERROR
from bpmn_events.web.http.bodies import BodyTooLarge
from bpmn_events.web.http.observation.record import record_code, record_error
from bpmn_events.web.http.routing import ROOT_PATH
from bpmn_events.web.representations import event_trigger, open_task, waiting_event

CONSUMER_PREFIX = "/api/consumer/v1"
MEDIA_TYPE = "application/problem+json"

# The first class in an error's method resolution order that has an entry determines the status and title.
STATUS_AND_TITLE: dict[type[DomainError], tuple[int, str]] = {
    BodyTooLarge: (413, "The request body is too large"),
    InvalidPayload: (400, "The payload was refused"),
    InvalidProcessModel: (400, "The BPMN file cannot be deployed"),
    InvalidArgument: (400, "An argument was refused"),
    Unauthorized: (401, "A valid credential is needed"),
    Forbidden: (403, "The credential does not allow this"),
    ProcessModelNotFound: (404, "There is no such process model"),
    CorrelationNotFound: (404, "There is no such correlation"),
    ProcessInstanceNotFound: (404, "There is no such process instance"),
    EventNotFound: (404, "No such event waits"),
    EventAmbiguous: (409, "Several events match"),
    TaskNotFound: (404, "No such task is open"),
    TaskAmbiguous: (409, "Several tasks match"),
    Conflict: (409, "The request contradicts what is already there"),
    ProcessFailed: (500, "The process cannot go on"),
    TooManyRequests: (429, "The caller has used up a rate limit"),
    TooManySubscriptions: (429, "Too many subscriptions are open"),
    EngineUnavailable: (503, "The database or the engine cannot be used"),
}

# The types of problems that have other members than another problem with the same code.
_TYPE_NAMES: dict[type[DomainError], str] = {
    BodyTooLarge: "BODY_TOO_LARGE",
    TooManySubscriptions: "TOO_MANY_SUBSCRIPTIONS",
}
# The names of arguments that have another name over HTTP than in the use case.
_ARGUMENT_NAMES = {"error_code": "errorCode", "error_message": "errorMessage", "idempotency_key": "Idempotency-Key"}

logger = logging.getLogger(__name__)


async def on_domain_error(request: Request, error: Exception) -> Response:
    """Return the problem document of a ``DomainError``."""
    assert isinstance(error, DomainError)
    record_error(error)
    if isinstance(error, InvalidArgument):
        error = error.with_argument(_ARGUMENT_NAMES.get(error.argument, error.argument))
    status, title = STATUS_AND_TITLE[problem_class(error)]
    code = problem_code(type(error))
    document = {
        "type": problem_type(problem_type_name(type(error))),
        "title": title,
        "status": status,
        "detail": error.message,
        "code": code,
        **_extension_members(error),
    }
    return _problem_response(request, document, _error_headers(error))


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Return the problem document of an HTTP error, such as an unknown route, method or media type.

    An OPTIONS request receives a response 204 with the allowed methods instead.
    """
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
    if request.method == "OPTIONS" and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return Response(status_code=204, headers=headers)
    status = HTTPStatus(error.status_code)
    detail = error.detail if error.detail != status.phrase else _default_detail(request, status)
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": status.name,
    }
    return _problem_response(request, document, headers)


class ErrorMiddleware:
    """Middleware that converts every error to a problem document, and logs unexpected errors with their id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = False

        def send_and_record_start(message: Message) -> Awaitable[None]:  # no coroutine: every message passes it
            nonlocal started
            started = started or message["type"] == "http.response.start"
            return send(message)

        try:
            await self._app(scope, receive, send_and_record_start)
        except ClientDisconnect:
            return None
        except EngineUnavailable as error:
            if not started:  # the client of a stream notices that the connection ends early
                await (await on_domain_error(Request(scope), error))(scope, receive, send)
        except Exception as error:
            if started:
                raise
            response = await _response(Request(scope), error)
            await response(scope, receive, send)
        return None


async def _response(request: Request, error: Exception) -> Response:
    if isinstance(error, DomainError):
        return await on_domain_error(request, error)
    if isinstance(error, HTTPException):
        return await on_http_exception(request, error)
    if isinstance(error, ResponseTooLarge):
        return _on_too_large(request, error)
    if isinstance(error, KeysUnavailable):
        return _on_missing_keys(request, error)
    return on_unexpected(request, error)


def _on_too_large(request: Request, error: ResponseTooLarge) -> Response:
    document = {
        "type": problem_type(error.code),
        "title": "The response is too large",
        "status": 500,
        "detail": str(error),
        "code": error.code,
    }
    return _problem_response(request, document, {})


def _on_missing_keys(request: Request, error: KeysUnavailable) -> Response:
    document = {
        "type": problem_type(error.code),
        "title": "The credential cannot be checked",
        "status": 503,
        "detail": str(error),
        "code": error.code,
        "retryAfterSeconds": error.retry_after_seconds,
    }
    return _problem_response(request, document, {"Retry-After": str(error.retry_after_seconds)})


def on_unexpected(request: Request, error: Exception) -> Response:
    """Log an unexpected error under a new id. Return a problem document with that id."""
    error_id = uuid4().hex
    logger.error("Unexpected error %s at %s %s", error_id, request.method, request.url.path, exc_info=error)
    document = {
        "type": problem_type(INTERNAL_ERROR),
        "title": "Unexpected error",
        "status": 500,
        "detail": f"Something unexpected happened. It is in the server's log under {error_id}.",
        "code": INTERNAL_ERROR,
        "errorId": error_id,
    }
    return _problem_response(request, document, {})


def problem_class(error: DomainError) -> type[DomainError]:
    """Return the class of the error, or its nearest base class, that has a status and title."""
    return next(cls for cls in type(error).__mro__ if cls in STATUS_AND_TITLE)


def problem_code(error_class: type[DomainError]) -> str:
    """Return the stable code of an error, for programs."""
    return BAD_USER_INPUT if issubclass(error_class, InvalidArgument) else error_class.code.value


def problem_type_name(error_class: type[DomainError]) -> str:
    """Return the name of the problem type of an error: its code, unless several errors share that."""
    return _TYPE_NAMES.get(error_class) or problem_code(error_class)


def problem_type(code: str) -> str:
    """Return the URI that identifies a problem type (RFC 9457, section 3.1.1)."""
    return f"urn:bpmn-events:problem:{code.lower().replace('_', '-')}"


def _extension_members(error: DomainError) -> dict[str, Any]:
    """Return the extension members (RFC 9457): the fields of the GraphQL type of the same error, and its element id."""
    match error:
        case InvalidPayload():
            return {"violations": [asdict(violation) for violation in error.violations]}
        case InvalidProcessModel():
            issues = error.issues
            return {"issues": [{"elementId": e.element_id, "line": e.line, "message": e.message} for e in issues]}
        case InvalidArgument():
            return {"argument": error.argument}
        case Forbidden():
            return {"requiredPermission": error.required_permission}
        case NotFound():
            return _not_found_members(error)
        case EventAmbiguous():
            candidates = [waiting_event(event) for event in error.candidates]
            return {"elementId": error.element_id, "candidates": candidates}
        case TaskAmbiguous():
            return {"elementId": error.element_id, "candidates": [open_task(task) for task in error.candidates]}
        case Conflict():
            return {"retryable": error.retryable}
        case ProcessFailed():
            return {"elementId": error.element_id}
        case EngineUnavailable():
            return _unavailable_members(error)
        case _:
            return {}


def _unavailable_members(error: EngineUnavailable) -> dict[str, Any]:
    match error:
        case TooManyRequests():
            return rate_limit_members(error)
        case TooManySubscriptions():
            return {"retryAfterSeconds": error.retry_after_seconds, "maxSubscriptions": error.limit}
        case _:
            return {"outcomeUnknown": error.outcome_unknown, "retryAfterSeconds": error.retry_after_seconds}


def rate_limit_members(error: TooManyRequests) -> dict[str, Any]:
    """Return the facts about a used up rate limit, which GraphQL has in its extensions."""
    return {
        "retryAfterSeconds": error.retry_after_seconds,
        "limit": error.limit,
        "quota": error.quota,
        "windowSeconds": error.window_seconds,
    }


def _not_found_members(error: NotFound) -> dict[str, Any]:
    match error:
        case ProcessModelNotFound():
            return {"processModelKey": error.process_model_key}
        case CorrelationNotFound():
            return {"correlationId": error.correlation_id}
        case ProcessInstanceNotFound():
            return {"processInstanceId": error.process_instance_id}
        case EventNotFound():
            trigger = None if error.trigger is None else event_trigger(error.trigger)
            return {"eventId": error.event_id, "reason": error.reason.value, "trigger": trigger}
        case TaskNotFound():
            return {"taskId": error.task_id}
        case _:
            return {}


def bearer_challenge(error: BadCredential) -> str:
    """Return the challenge for a credential that is refused (RFC 6750, section 3)."""
    reason = error.reason.replace("\\", "").replace('"', "'")
    return f'Bearer error="invalid_token", error_description="{reason}"'


def _error_headers(error: DomainError) -> dict[str, str]:
    if isinstance(error, BadCredential):
        return {"WWW-Authenticate": bearer_challenge(error)}
    if isinstance(error, Unauthorized):
        return {"WWW-Authenticate": 'Bearer realm="bpmn-events"'}
    if isinstance(error, BodyTooLarge):
        return {"Connection": "close"}  # the remaining body is not read
    if isinstance(error, EngineUnavailable):
        return {"Retry-After": str(error.retry_after_seconds)}
    return {}


def _default_detail(request: Request, status: HTTPStatus) -> str:
    path = request.scope.get(ROOT_PATH, "") + request.url.path
    if status is HTTPStatus.NOT_FOUND:
        return f"There is nothing at {path}."
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{path} does not take {request.method}."
    return status.description


def _problem_response(request: Request, document: dict[str, Any], headers: dict[str, str]) -> Response:
    record_code(document["code"])
    if request.url.path.startswith(f"{CONSUMER_PREFIX}/"):
        document["message"] = document["detail"]
    content = msgspec.json.encode(document)
    return Response(content, document["status"], {"Cache-Control": "no-store", **headers}, media_type=MEDIA_TYPE)
