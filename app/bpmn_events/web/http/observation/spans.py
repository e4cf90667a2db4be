"""The spans of a request, or of an operation over a WebSocket."""

from dataclasses import replace

from starlette.types import Scope

from bpmn_events.application.ports.tracing import Span, Tracer, Value
from bpmn_events.web.http.observation.record import RequestRecord, is_failure
from bpmn_events.web.http.routing import ROUTE

_GRAPHQL = "/graphql"
_METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})


class RequestSpans:
    """The spans of one request. The one of the operation starts as soon as the operation is known."""

    def __init__(self, tracer: Tracer, scope: Scope, record: RequestRecord) -> None:
        self._tracer = tracer
        self._method = scope["method"] if scope["method"] in _METHODS or scope["type"] != "http" else "HTTP"
        self._is_graphql = scope["path"] == _GRAPHQL
        self._request = tracer.start_request(
            self._name(scope), _attributes(scope, record), *_headers(scope, b"traceparent", b"tracestate")
        )
        self._operation: Span | None = None
        record.origin = replace(record.origin, trace_id=self._request.trace_id)
        record.on_operation = self._start_operation

    def end(self, scope: Scope, record: RequestRecord, status: int) -> None:
        """End the spans of a request that has been answered with this status."""
        record.on_operation = None
        if self._operation is not None:
            _end(self._operation, record, status)
        self._request.rename(self._name(scope))
        self._request.set("http.route", scope.get(ROUTE))
        self._request.set("http.response.status_code", status)
        _end(self._request, record, status)

    def _start_operation(self, operation: str) -> None:
        attributes: dict[str, Value] = {}
        if self._is_graphql:
            kind, _, name = operation.partition(" ")
            attributes["graphql.operation.type"] = kind
            if name and not name.startswith("{"):  # the label of an operation without a name has its first field
                attributes["graphql.operation.name"] = name
        self._operation = self._tracer.start(operation, attributes, parent=self._request)

    def _name(self, scope: Scope) -> str:
        return f"{self._method} {scope[ROUTE]}" if ROUTE in scope else str(self._method)


def _end(span: Span, record: RequestRecord, status: int) -> None:
    span.set("bpmn_events.error_code", record.code)
    if is_failure(status, record.code):
        span.fail(record.code or str(status))
    span.end()


def _attributes(scope: Scope, record: RequestRecord) -> dict[str, Value]:
    method, raw_path = scope["method"], scope.get("raw_path")
    attributes: dict[str, Value] = {
        "http.request.method": method if method in _METHODS else "_OTHER",
        "url.scheme": scope["scheme"],
        "url.path": scope["path"] if raw_path is None else raw_path.decode("latin-1"),
        "bpmn_events.request_id": record.origin.request_id,
    }
    if record.origin.address is not None:
        attributes["client.address"] = record.origin.address
    return attributes


def _headers(scope: Scope, *names: bytes) -> list[list[str]]:
    return [[value.decode("latin-1") for name, value in scope["headers"] if name == wanted] for wanted in names]
