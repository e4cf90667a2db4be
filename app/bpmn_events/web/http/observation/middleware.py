"""The outermost middleware: it observes each request from its first byte of response to its end."""

import itertools
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bpmn_events.application.ports.current_origin import CURRENT_ORIGIN
from bpmn_events.domain.origin import Origin
from bpmn_events.web.http.observation.client_address import ClientAddresses
from bpmn_events.web.http.observation.record import CLIENT_GONE, CURRENT_RECORD, Observer, RequestRecord
from bpmn_events.web.http.observation.sockets import SocketObservation

_HEADER = b"x-request-id"
# No browser guesses that a response is a page or a script, whatever callers have stored (Fetch Standard, section 3.6).
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_VALID_ID = re.compile(rb"[A-Za-z0-9_.:/+=@~-]{1,128}")


class ObservationMiddleware:
    """Gives each request an id, and passes its record to the observers when it ends.

    The id is that of the header ``X-Request-ID``, or a new one without a valid one. The response has it in the same
    header, and forbids browsers to guess its media type. A request that ends before its response starts counts as
    status 499. Of a WebSocket, its handshake counts as a request that ends with the connection, and the operations
    inside it report themselves (``SocketObservation``).
    """

    def __init__(
        self, app: ASGIApp, addresses: ClientAddresses, observers: Sequence[Observer], new_id: Callable[[], str]
    ) -> None:
        self._app = app
        self._addresses = addresses
        self._observers = observers
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return await self._observe_socket(scope, receive, send)
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started, status = perf_counter(), CLIENT_GONE
        record = RequestRecord(self._origin(scope))
        header = (_HEADER, record.origin.request_id.encode())

        def send_with_id(message: Message) -> Awaitable[None]:  # no coroutine: every message passes it
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), header, _NO_SNIFFING]
            return send(message)

        origin_token, record_token = CURRENT_ORIGIN.set(record.origin), CURRENT_RECORD.set(record)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            seconds = perf_counter() - started
            for observe in self._observers:
                observe(scope, record, status, seconds)
            CURRENT_ORIGIN.reset(origin_token)
            CURRENT_RECORD.reset(record_token)
        return None

    async def _observe_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        observation = SocketObservation(scope, RequestRecord(self._origin(scope)), self._observers)
        record = observation.record
        origin_token, record_token = CURRENT_ORIGIN.set(record.origin), CURRENT_RECORD.set(record)
        try:
            await self._app(scope, observation.receive_with_end(receive), observation.send_with_id(send))
        finally:
            observation.end()
            CURRENT_ORIGIN.reset(origin_token)
            CURRENT_RECORD.reset(record_token)

    def _origin(self, scope: Scope) -> Origin:
        request_id = None
        for name, value in scope["headers"]:
            if name == _HEADER:
                request_id = value.decode() if _VALID_ID.fullmatch(value) else None
                break
        peer = scope.get("client")
        address = None if peer is None else peer[0]
        if address is not None and self._addresses.trusts_proxies:
            forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
            address = self._addresses.find(address, forwarded)
        return Origin(request_id or self._new_id(), address)


def request_ids() -> Callable[[], str]:
    """Return a function for ids that are unique among all server processes: a random prefix and a number."""
    prefix, numbers = os.urandom(8).hex(), itertools.count(1)
    return lambda: f"{prefix}-{next(numbers)}"
