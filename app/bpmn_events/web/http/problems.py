"""Errors over plain HTTP as problem documents (RFC 9457), and the HTTP status of every domain error."""

import logging
from collections.abc import Awaitable
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
from bpmn_events.domain.errors import BadCredential, DomainError, EngineUnavailable, InvalidArgument, Unauthorized
from bpmn_events.web.error_codes import INTERNAL_ERROR
from bpmn_events.web.http.bodies import BodyTooLarge
from bpmn_events.web.http.observation.record import record_code, record_error
from bpmn_events.web.http.routing import ROOT_PATH
from bpmn_events.web.problem_documents import problem_document, problem_type

CONSUMER_PREFIX = "/api/consumer/v1"
MEDIA_TYPE = "application/problem+json"

# The names of arguments that have another name over HTTP than in the use case.
_ARGUMENT_NAMES = {"error_code": "errorCode", "error_message": "errorMessage", "idempotency_key": "Idempotency-Key"}

logger = logging.getLogger(__name__)


async def on_domain_error(request: Request, error: Exception) -> Response:
    """Return the problem document of a ``DomainError``."""
    assert isinstance(error, DomainError)
    record_error(error)
    if isinstance(error, InvalidArgument):
        error = error.with_argument(_ARGUMENT_NAMES.get(error.argument, error.argument))
    return _problem_response(request, problem_document(error), _error_headers(error))


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
    return _problem_response(request, log_unexpected(error, f"at {request.method} {request.url.path}"), {})


def log_unexpected(error: Exception, where: str) -> dict[str, Any]:
    """Log an unexpected error under a new id. Return the problem document with that id."""
    error_id = uuid4().hex
    logger.error("Unexpected error %s %s", error_id, where, exc_info=error)
    return {
        "type": problem_type(INTERNAL_ERROR),
        "title": "Unexpected error",
        "status": 500,
        "detail": f"Something unexpected happened. It is in the server's log under {error_id}.",
        "code": INTERNAL_ERROR,
        "errorId": error_id,
    }


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
