"""A connection of graphql-transport-ws after its handshake."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from starlette.types import Message, Receive, Scope

from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.application.ports.tokens import KeysUnavailable, Tokens
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.execution.executor import Executor
from bpmn_events.web.gql.execution.request import BadRequest, GraphQLRequest
from bpmn_events.web.gql.execution.request_members import build_request
from bpmn_events.web.gql.websocket.closing import CloseCode, ConnectionClosing, unexpected_error
from bpmn_events.web.gql.websocket.limits import SocketLimits
from bpmn_events.web.gql.websocket.messages import (
    ACK,
    BadMessage,
    ClientMessage,
    MessageType,
    parse_message,
    ping,
    pong,
)
from bpmn_events.web.gql.websocket.operation import SocketOperation
from bpmn_events.web.http.authentication import authenticate_header
from bpmn_events.web.http.observation.sockets import SocketObservation
from bpmn_events.web.streams.expiry import call_at_expiry
from bpmn_events.web.streams.outlets import FrameOutlet, MessageOutlet


@dataclass(frozen=True, slots=True)
class SocketServices:
    """The services that all connections share."""

    executor: Executor
    tokens: Tokens
    limits: SocketLimits


class SocketConnection:
    """The state of a connection: its credential and its operations.

    Args:
        services: The services of all connections.
        scope: The scope of the WebSocket.
        principal: The caller, if the handshake had a credential.
        new_outlet: Makes the write end, from a function that returns heartbeats.
    """

    def __init__(
        self,
        services: SocketServices,
        scope: Scope,
        principal: Principal | None,
        new_outlet: Callable[[Callable[[], bytes]], FrameOutlet | MessageOutlet],
    ) -> None:
        self._services = services
        self._scope = scope
        self._observation = SocketObservation.of(scope)
        self._outlet = new_outlet(self._heartbeat)
        self._outlet.set_idle(True)
        self._operations: dict[str, SocketOperation] = {}
        self._tasks: dict[asyncio.Task[None], None] = {}
        self._has_init = self._is_acknowledged = False
        self._init_timer = asyncio.get_running_loop().call_later(
            services.limits.init_seconds,
            self._close,
            ConnectionClosing(CloseCode.INIT_TIMEOUT, "The message connection_init did not arrive in time"),
        )
        self._expiry: asyncio.TimerHandle | None = None
        self._principal: Principal | None = None
        self._set_principal(principal)

    async def receive_all(self, receive: Receive) -> None:
        """Handle the messages of the client until the connection is closed."""
        pauses = Pauses()  # thousands of small messages may have arrived at once
        while (message := await receive())["type"] != "websocket.disconnect":
            if self._outlet.is_over:  # what arrives behind the message that has ended the connection
                continue
            try:
                await self._handle(message)
            except ConnectionClosing as closing:
                self._close(closing)
            except Exception as error:
                self._close(unexpected_error(error))
            await pauses.pause_if_long()

    async def end(self) -> None:
        """End all operations, and wait for those that cannot be interrupted."""
        self._init_timer.cancel()
        if self._expiry is not None:
            self._expiry.cancel()
        self._outlet.close()
        for operation in list(self._operations.values()):
            operation.close()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _handle(self, message: Message) -> None:
        text = message.get("text")
        if text is None:
            raise BadMessage("A message is a text, and no bytes")
        parsed = parse_message(text)
        match parsed.type:
            case MessageType.CONNECTION_INIT:
                await self._initialize(parsed.payload or {})
            case MessageType.SUBSCRIBE:
                self._subscribe(parsed, len(text) if text.isascii() else len(text.encode()))
            case MessageType.COMPLETE:
                if (operation := self._operations.get(parsed.id)) is not None:
                    operation.close()
            case MessageType.PING:
                self._outlet.send(pong(parsed.payload))
            case MessageType.PONG:
                pass

    async def _initialize(self, payload: dict[str, Any]) -> None:
        if self._has_init:
            raise ConnectionClosing(CloseCode.TOO_MANY_INITS, "The connection is initialized already")
        self._has_init = True
        self._init_timer.cancel()
        if values := _authorization(payload):
            try:
                self._set_principal(await authenticate_header(values, self._services.tokens))
            except BadCredential as error:
                raise ConnectionClosing(CloseCode.FORBIDDEN, error.message) from None
            except KeysUnavailable as error:
                raise ConnectionClosing(CloseCode.TRY_AGAIN_LATER, str(error)) from None
        self._is_acknowledged = True
        self._outlet.send(ACK)

    def _set_principal(self, principal: Principal | None) -> None:
        """Replace the caller. The connection ends with the caller's credential."""
        self._principal = principal
        if self._expiry is not None:
            self._expiry.cancel()
        if principal is not None:
            expired = ConnectionClosing(CloseCode.FORBIDDEN, "The token has expired")
            self._expiry = call_at_expiry(principal.expires_at, lambda: self._close(expired))

    def _subscribe(self, message: ClientMessage, size: int) -> None:
        if not self._is_acknowledged:
            raise ConnectionClosing(CloseCode.NOT_INITIALIZED, "The connection is not initialized")
        if message.id in self._operations:
            raise ConnectionClosing(CloseCode.ID_IN_USE, f"Subscriber for {message.id} already exists")
        try:
            request = build_request(message.payload, size)
        except BadRequest as error:
            raise BadMessage(error.message) from None
        subject = None if self._principal is None else self._principal.subject
        observation = self._observation.begin_operation(subject)
        operation = SocketOperation(message.id, self._outlet, self._services.executor, observation, self._forget)
        is_full = self._is_full()
        self._operations[message.id] = operation
        self._outlet.set_idle(False)
        if is_full:
            limit = self._services.limits.max_operations
            operation.refuse(BadRequest(429, f"A connection may have {limit} operations at the same time."))
        else:
            self._run(operation, request)

    def _is_full(self) -> bool:
        """Return True if there are too many operations: those with an id, and those that the client has given up."""
        limit = self._services.limits.max_operations
        return max(len(self._operations), len(self._tasks)) >= limit

    def _run(self, operation: SocketOperation, request: GraphQLRequest) -> None:
        task = asyncio.create_task(operation.run(request, self._scope, self._principal))
        self._tasks[task] = None
        task.add_done_callback(self._tasks.pop)

    def _forget(self, operation_id: str) -> None:
        """Forget an operation that has ended. A connection without any makes room for others."""
        del self._operations[operation_id]
        if not self._operations:
            self._outlet.set_idle(True)

    def _heartbeat(self) -> bytes:
        """Return a ping with a cursor after which all subscriptions can continue, if there is one."""
        subscriptions = [operation for operation in self._operations.values() if operation.may_be_subscription]
        cursors = [cursor for operation in subscriptions if (cursor := operation.cursor) is not None]
        is_known = cursors and len(cursors) == len(subscriptions)
        return ping(reduce(ChangesCursor.common, cursors) if is_known else None)

    def _close(self, closing: ConnectionClosing) -> None:
        self._outlet.end_with(closing.code, closing.reason)


def _authorization(payload: dict[str, Any]) -> Sequence[str]:
    """Return the credentials in the payload of ``connection_init``, where a client without one may write null.

    Raises:
        ConnectionClosing: A credential is no text (4403).
    """
    values = [value for name, value in payload.items() if name.lower() == "authorization" and value is not None]
    if not all(isinstance(value, str) for value in values):
        raise ConnectionClosing(CloseCode.FORBIDDEN, "The member Authorization is a text")
    return values
