"""The middleware for tracing: a span for each request, and inside it one for the operation."""

from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bpmn_events.application.ports.current_origin import CURRENT_ORIGIN
from bpmn_events.application.ports.tracing import Tracer
from bpmn_events.web.http.observation.record import CLIENT_GONE, CURRENT_RECORD
from bpmn_events.web.http.observation.sockets import SocketObservation
from bpmn_events.web.http.observation.spans import RequestSpans

# Probes would be most traces of a server with little to do.
UNTRACED = frozenset({"/healthz", "/readyz", "/metrics"})


class TracingMiddleware:
    """Traces requests, as OpenTelemetry's semantic conventions for HTTP and GraphQL say.

    It belongs inside ``ObservationMiddleware``, whose record and origin it completes. There is no query string in the
    spans: it may contain variables of a GraphQL operation.
    """

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            SocketObservation.of(scope).tracer = self._tracer
            return await self._app(scope, receive, send)
        record = CURRENT_RECORD.get()
        if record is None or scope["path"] in UNTRACED:
            return await self._app(scope, receive, send)
        status = CLIENT_GONE

        def send_with_status(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            return send(message)

        spans = RequestSpans(self._tracer, scope, record)
        origin_token = CURRENT_ORIGIN.set(record.origin)
        try:
            await self._app(scope, receive, send_with_status)
        finally:
            CURRENT_ORIGIN.reset(origin_token)
            spans.end(scope, record, status)
        return None
