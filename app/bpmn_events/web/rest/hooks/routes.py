"""The route at which providers deliver their webhooks.

A response names no reason, which would help somebody who tries to forge a delivery: it is in the log.
"""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.application.hooks.deliveries import Deliveries
from bpmn_events.application.hooks.delivery import Delivery
from bpmn_events.application.hooks.hook import Hook
from bpmn_events.application.hooks.outcomes import HookOutcome, HookResult
from bpmn_events.application.hooks.signature import BadSignature, Headers
from bpmn_events.domain.errors import DomainError, EngineUnavailable, InvalidPayload, ProcessFailed, TooManyRequests
from bpmn_events.web.http.bodies import BodyTooLarge, read_body
from bpmn_events.web.http.fair_use import count_request
from bpmn_events.web.http.observation.record import record_error, record_operation, record_subject
from bpmn_events.web.http.routing import EncodedRoute, path_parameter
from bpmn_events.web.problem_documents import STATUS_AND_TITLE, problem_class
from bpmn_events.web.rest.hooks.bodies import read_document
from bpmn_events.web.rest.hooks.operation import OPERATION
from bpmn_events.web.rest.requests import json_response

_DETAIL = "The delivery was refused. The reason is in the server's log."
# A response 401 has a challenge (RFC 9110, section 11.6.1). There is no registered scheme for signed bodies.
_CHALLENGE = {"WWW-Authenticate": "Webhook-Signature"}


class HookRoutes:
    """The route of all hooks. It also exists on a server without hooks, where every name is unknown."""

    def __init__(self, deliveries: Deliveries, max_body_bytes: int) -> None:
        self._deliveries = deliveries
        self._max_body_bytes = max_body_bytes

    def routes(self) -> list[BaseRoute]:
        """Return the route."""
        return [EncodedRoute("/hooks/{name}", self.receive, {"POST": OPERATION})]

    async def receive(self, request: Request) -> Response:
        """Receive a delivery."""
        hook = self._deliveries.hook(path_parameter(request, "name"))
        if hook is None:
            raise HTTPException(404)
        record_operation(f"{OPERATION.name} {hook.name}")
        try:
            result = await self._receive(hook, request)
        except DomainError as error:
            self._deliveries.reports.add(hook.name, HookResult(_outcome(error), _reason(error)))
            record_error(error)
            if isinstance(error, EngineUnavailable | BodyTooLarge):
                raise
            raise HTTPException(STATUS_AND_TITLE[problem_class(error)][0], _DETAIL) from None
        except HTTPException as error:
            self._deliveries.reports.add(hook.name, HookResult(HookOutcome.REFUSED, error.detail))
            raise HTTPException(error.status_code, _DETAIL) from None
        except ClientDisconnect:
            raise
        except Exception:
            self._deliveries.reports.add(hook.name, HookResult(HookOutcome.FAILED, "an unexpected error"))
            raise
        self._deliveries.reports.add(hook.name, result)
        return _response(hook, result)

    async def _receive(self, hook: Hook, request: Request) -> HookResult:
        try:
            body = await read_body(request, self._max_body_bytes)
            headers = _headers(request)
            self._deliveries.verify(hook, headers, body)
        except BadSignature as error:
            count_request(request.scope, None)
            return HookResult(HookOutcome.BAD_SIGNATURE, str(error))
        except (BodyTooLarge, HTTPException):
            count_request(request.scope, None)
            raise
        record_subject(hook.principal.subject)
        count_request(request.scope, hook.principal)
        delivery = Delivery.of(headers, body, read_document(request, body, hook.json_field))
        return await self._deliveries.execute(hook, delivery, len(body))


def _response(hook: Hook, result: HookResult) -> Response:
    match result.outcome:
        case HookOutcome.BAD_SIGNATURE:
            raise HTTPException(401, _DETAIL, _CHALLENGE)
        case HookOutcome.REFUSED:
            raise HTTPException(400, _DETAIL)
        case HookOutcome.NOBODY_WAITS if hook.must_be_received:
            raise HTTPException(404, "Nobody waits for the delivery.")
    document: dict[str, Any] = {"outcome": result.outcome}
    response = json_response(document if result.challenge is None else {"challenge": result.challenge})
    response.status_code = 202 if result.outcome is HookOutcome.NOBODY_WAITS else 200
    return response


def _headers(request: Request) -> Headers:
    headers: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        headers.setdefault(name, []).append(value)
    return headers


def _outcome(error: DomainError) -> HookOutcome:
    match error:
        case TooManyRequests():
            return HookOutcome.LIMITED
        case EngineUnavailable():
            return HookOutcome.UNAVAILABLE
        case ProcessFailed():
            return HookOutcome.FAILED
        case _:
            return HookOutcome.REFUSED


def _reason(error: DomainError) -> str:
    """Return the reason for the log. It contains no value of a payload: the messages of a schema may quote them."""
    if isinstance(error, InvalidPayload):
        first, count = error.violations[0], len(error.violations)
        more = f" (and {count - 1} more)" if count > 1 else ""
        return f"the payload was refused: {first.keyword} at {first.path or 'the top'}{more}"
    return error.message
