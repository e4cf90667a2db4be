"""Messages and signals by their names, over plain HTTP."""

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
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import Conflict, CorrelationNotFound, InvalidPayload, ProcessFailed, ProcessModelNotFound
from bpmn_events.domain.events import TriggerSource
from bpmn_events.domain.ids import MAX_LENGTH
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.web.http.authentication import authenticate
from bpmn_events.web.http.operation import IDEMPOTENCY_KEY, PAYLOAD, Answer, Operation, Parameter
from bpmn_events.web.http.problems import CONSUMER_PREFIX
from bpmn_events.web.http.routing import EncodedRoute, path_parameter
from bpmn_events.web.representations import TriggerByNameDocument, event_trigger, process_instance
from bpmn_events.web.rest.requests import idempotency_key, json_answer, query_value, read_payload

N = TypeVar("N", bound=TriggerByName)
Send: TypeAlias = Callable[[Principal, Request], Awaitable[TriggerByNameOutcome]]

_PREFIXES = ("", CONSUMER_PREFIX)

_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}
_PARAMETERS = [
    IDEMPOTENCY_KEY,
    Parameter("process_model_key", "query", "Only receivers in this process model.", _TEXT),
    Parameter("correlation_id", "query", "Only receivers in this correlation.", _TEXT),
]
_REFUSALS = [InvalidPayload, ProcessModelNotFound, CorrelationNotFound, Conflict, ProcessFailed]
_ANSWERED = Answer("Who was reached; nobody, where nobody waits.", TriggerByNameDocument)
_NOT_ANSWERED = Answer("It was sent.", status=204)


def _operation(word: str, answer: Answer, suffix: str = "") -> Operation:
    return Operation(
        f"trigger_{word}{suffix}",
        f"Send a {word} by its name",
        f"To whoever waits for the {word} in the caller's lanes, and to the start events it has. "
        "A message is for exactly one receiver, a signal for all.",
        [answer],
        Permission.EVENTS_TRIGGER,
        _PARAMETERS,
        PAYLOAD,
        _REFUSALS,
    )


class RestByName:
    """The routes, and what their handlers need."""

    def __init__(self, services: Services, max_body_bytes: int) -> None:
        self._services = services
        self._max_body_bytes = max_body_bytes

    def routes(self) -> list[BaseRoute]:
        """Every route twice, and below the consumer API's prefix in its own spelling, too: that one answers nothing."""
        return [*self._routes("message", self._send_message), *self._routes("signal", self._send_signal)]

    def _routes(self, word: str, send_it: Send) -> list[BaseRoute]:
        send, send_silently = partial(self.send, send_it), partial(self.send_silently, send_it)
        loud = {"POST": _operation(word, _ANSWERED)}
        silent = {"POST": _operation(word, _NOT_ANSWERED, "_silently")}
        return [
            *(EncodedRoute(f"{prefix}/{word}s/{{name}}/trigger", send, loud) for prefix in _PREFIXES),
            EncodedRoute(f"{CONSUMER_PREFIX}/{word}/{{name}}/trigger", send_silently, silent),
        ]

    async def send(self, send_it: Send, request: Request) -> Response:
        """Send the message or signal with the body as its payload."""
        principal = await self._caller(request)
        outcome = await send_it(principal, request)
        started = outcome.started_process_instances
        return json_answer(
            TriggerByNameDocument(
                triggers=[event_trigger(each) for each in outcome.triggers],
                started_process_instances=[process_instance(each, principal) for each in started],
                pending=outcome.pending,
                replayed=outcome.replayed,
            )
        )

    async def send_silently(self, send_it: Send, request: Request) -> Response:
        """The same, answered by 204."""
        await send_it(await self._caller(request), request)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    async def _caller(self, request: Request) -> Principal:
        return require(await authenticate(request, self._services.tokens), Permission.EVENTS_TRIGGER)

    async def _send_message(self, principal: Principal, request: Request) -> TriggerByNameOutcome:
        return await self._services.trigger_message(principal, await self._command(TriggerMessage, request))

    async def _send_signal(self, principal: Principal, request: Request) -> TriggerByNameOutcome:
        return await self._services.trigger_signal(principal, await self._command(TriggerSignal, request))

    async def _command(self, kind: type[N], request: Request) -> N:
        return kind(
            path_parameter(request, "name"),
            process_model_key=query_value(request, "process_model_key"),
            correlation_id=query_value(request, "correlation_id"),
            payload=await read_payload(request, self._max_body_bytes),
            idempotency_key=idempotency_key(request),
            source=TriggerSource.REST,
        )
