"""Observation of WebSockets: each connection from its handshake to its end, and each operation inside it."""

from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

from starlette.types import Message, Receive, Scope, Send

from bpmn_events.application.ports.current_origin import CURRENT_ORIGIN
from bpmn_events.application.ports.tracing import Tracer
from bpmn_events.domain.origin import Origin
from bpmn_events.web.http.observation.record import CLIENT_GONE, CURRENT_RECORD, Observer, RequestRecord
from bpmn_events.web.http.observation.spans import RequestSpans

# The type of the scope of an operation, which observers get in place of that of a request.
OPERATION = "websocket.operation"
# In place of the method of a request.
METHOD = "WEBSOCKET"
# The status of a connection that was opened.
OPENED = 101
_OBSERVATION = "bpmn_events.observation"
_REQUEST_ID = b"x-request-id"


class SocketObservation:
    """The observation of one connection.

    Attributes:
        record: The record of the connection.
        status: The status of its handshake.
        tracer: Traces the operations; None without tracing.
    """

    def __init__(self, scope: Scope, record: RequestRecord, observers: Sequence[Observer]) -> None:
        self.record = record
        self.status = CLIENT_GONE
        self.tracer: Tracer | None = None
        self._scope = scope
        self._operation_scope: Scope | None = None
        self._observers = observers
        self._operations = 0
        self._started = perf_counter()
        scope[_OBSERVATION] = self

    @classmethod
    def of(cls, scope: Scope) -> "SocketObservation":
        """Return the observation of the connection. Without the middleware, nobody observes it."""
        observation: SocketObservation | None = scope.get(_OBSERVATION)
        return observation or cls(scope, RequestRecord(Origin("", None)), ())

    def send_with_id(self, send: Send) -> Send:
        """Return a function that notes the status, and adds the id to the response to the handshake."""
        header = (_REQUEST_ID, self.record.origin.request_id.encode())

        def wrapped(message: Message) -> Awaitable[None]:
            status = _handshake_status(message)
            if status is not None and self.status == CLIENT_GONE:
                self.status = status
                message["headers"] = [*message.get("headers", ()), header]
            return send(message)

        return wrapped

    def receive_with_end(self, receive: Receive) -> Receive:
        """Return a function that notes the code with which the connection ends."""

        async def wrapped() -> Message:
            message = await receive()
            if message["type"] == "websocket.disconnect" and self.record.close_code is None:
                self.record.close_code = message.get("code") or 1006
            return message

        return wrapped

    def end(self) -> None:
        """Tell the observers about the connection, which has ended."""
        if self.status != OPENED:
            self.record.close_code = None
        self._tell(self._scope, self.record, self.status, self._started)

    def begin_operation(self, subject: str | None) -> "OperationObservation":
        """Return the observation of a new operation. Its id is that of the connection with a number."""
        self._operations += 1
        origin = self.record.origin
        record = RequestRecord(replace(origin, request_id=f"{origin.request_id}/{self._operations}"), subject)
        if self._operation_scope is None:
            self._operation_scope = {**self._scope, "type": OPERATION, "method": METHOD}
        return OperationObservation(self, record, self._operation_scope, self.tracer)

    def end_operation(self, scope: Scope, record: RequestRecord, status: int, started: float) -> None:
        """Tell the observers about an operation, which has ended."""
        self._tell(scope, record, status, started)

    def _tell(self, scope: Scope, record: RequestRecord, status: int, started: float) -> None:
        seconds = perf_counter() - started
        for observe in self._observers:
            observe(scope, record, status, seconds)


class OperationObservation:
    """The observation of one operation."""

    __slots__ = ("_connection", "_is_ended", "_record", "_scope", "_spans", "_started")

    def __init__(
        self, connection: SocketObservation, record: RequestRecord, scope: Scope, tracer: Tracer | None
    ) -> None:
        self._connection = connection
        self._record = record
        self._scope = scope
        self._spans = None if tracer is None else RequestSpans(tracer, scope, record)
        self._started = perf_counter()
        self._is_ended = False

    @contextmanager
    def current(self) -> Iterator[None]:
        """Make the record the current one within the context."""
        origin_token, record_token = CURRENT_ORIGIN.set(self._record.origin), CURRENT_RECORD.set(self._record)
        try:
            yield
        finally:
            CURRENT_ORIGIN.reset(origin_token)
            CURRENT_RECORD.reset(record_token)

    def end(self, status: int) -> None:
        """End the observation, unless it has ended. ``status`` is that of the same operation over HTTP."""
        if not self._is_ended:
            self._is_ended = True
            if self._spans is not None:
                self._spans.end(self._scope, self._record, status)
            self._connection.end_operation(self._scope, self._record, status, self._started)


def _handshake_status(message: Message) -> int | None:
    match message["type"]:
        case "websocket.accept":
            return OPENED
        case "websocket.http.response.start":
            return int(message["status"])
        case "websocket.close":
            return 403
        case _:
            return None
