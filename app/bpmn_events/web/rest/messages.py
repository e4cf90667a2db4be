"""Routes that send messages and signals by name."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.application.commands.trigger_by_name import TriggerByName, TriggerByNameOutcome
from bpmn_events.application.commands.trigger_message import TriggerMessage
from bpmn_events.application.commands.trigger_signal import TriggerSignal
from bpmn_events.application.services import Services
from bpmn_events.domain.errors import Conflict, CorrelationNotFound, InvalidPayload, ProcessFailed, ProcessModelNotFound
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.ids import MAX_LENGTH
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.http.authorized_route import AuthorizedHandler, AuthorizedRoute
from bpmn_events.web.http.operation import IDEMPOTENCY_KEY, PAYLOAD, Operation, Parameter, ResponseDescription
from bpmn_events.web.http.problems import CONSUMER_PREFIX
from bpmn_events.web.http.routing import path_parameter
from bpmn_events.web.representations import TriggerByNameDocument, event_trigger, process_instance
from bpmn_events.web.rest.consumer import operation_under
from bpmn_events.web.rest.requests import idempotency_key, limited_json_response, read_payload

C = TypeVar("C", bound=TriggerByName)
Send: TypeAlias = Callable[[Principal, Request], Awaitable[TriggerByNameOutcome]]

_PREFIXES = ("", CONSUMER_PREFIX)

_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}
_PARAMETERS = [
    IDEMPOTENCY_KEY,
    Parameter("process_model_key", "query", "Deliver only to receivers in this process model.", _TEXT),
    Parameter("correlation_id", "query", "Deliver only to receivers in this correlation.", _TEXT),
]
_ERRORS = [InvalidPayload, ProcessModelNotFound, CorrelationNotFound, Conflict, ProcessFailed]
_OUTCOME = ResponseDescription(
    "The triggered events and the started process instances. Both are empty if there is no receiver.",
    TriggerByNameDocument,
)
_NO_CONTENT = ResponseDescription("It was sent.", status=204)


def _operation(event_type: str, response: ResponseDescription, suffix: str = "") -> Operation:
    return Operation(
        f"trigger_{event_type}{suffix}",
        f"Send a {event_type} by its name",
        f"The receivers are the waiting events for the {event_type} in the caller's lanes, and its start events. "
        "A message is delivered to exactly one receiver, a signal to all.",
        [response],
        Permission.EVENTS_TRIGGER,
        _PARAMETERS,
        PAYLOAD,
        _ERRORS,
    )


class MessageRoutes:
    """The routes for messages and signals."""

    def __init__(self, services: Services, max_body_bytes: int) -> None:
        self._services = services
        self._max_body_bytes = max_body_bytes

    def routes(self) -> list[BaseRoute]:
        """Return every route twice: without a prefix, and under the prefix of the consumer API.

        A third route has the consumer API's own path and, like there, a response without a body.
        """
        return [*self._routes("message", self._send_message), *self._routes("signal", self._send_signal)]

    def _routes(self, event_type: str, send: Send) -> list[BaseRoute]:
        respond, respond_silently = partial(self.send, send), partial(self.send_silently, send)
        operation = _operation(event_type, _OUTCOME)
        silent_operation = _operation(event_type, _NO_CONTENT, "_silently")
        return [
            *(self._route(prefix, f"/{event_type}s", respond, operation) for prefix in _PREFIXES),
            self._route(CONSUMER_PREFIX, f"/{event_type}", respond_silently, silent_operation),
        ]

    def _route(self, prefix: str, folder: str, respond: AuthorizedHandler, operation: Operation) -> BaseRoute:
        operations = {"POST": operation_under(prefix, operation)}
        return AuthorizedRoute(f"{prefix}{folder}/{{name}}/trigger", respond, operations, self._services.tokens)

    async def send(self, send: Send, request: Request, principal: Principal) -> Response:
        """Send the message or signal with the request body as its payload."""
        outcome = await send(principal, request)
        started = outcome.started_process_instances
        return limited_json_response(
            request,
            TriggerByNameDocument(
                triggers=[event_trigger(trigger) for trigger in outcome.triggers],
                started_process_instances=[process_instance(instance, principal) for instance in started],
                pending=outcome.pending,
                replayed=outcome.replayed,
            ),
        )

    async def send_silently(self, send: Send, request: Request, principal: Principal) -> Response:
        """Send the message or signal, and return 204."""
        await send(principal, request)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    async def _send_message(self, principal: Principal, request: Request) -> TriggerByNameOutcome:
        return await self._services.trigger_message(principal, await self._command(TriggerMessage, request))

    async def _send_signal(self, principal: Principal, request: Request) -> TriggerByNameOutcome:
        return await self._services.trigger_signal(principal, await self._command(TriggerSignal, request))

    async def _command(self, command_class: type[C], request: Request) -> C:
        return command_class(
            path_parameter(request, "name"),
            process_model_key=request.query_params.get("process_model_key"),
            correlation_id=request.query_params.get("correlation_id"),
            payload=await read_payload(request, self._max_body_bytes),
            idempotency_key=idempotency_key(request),
            source=TriggerSource.REST,
        )
