"""The WebSocket side of ``/graphql``: the handshake, and the life of a connection."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import msgspec
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from bpmn_events.domain.principal import Principal
from bpmn_events.web.gql.authentication import authenticate_caller
from bpmn_events.web.gql.execution.errors import shorten
from bpmn_events.web.gql.execution.request import BadRequest
from bpmn_events.web.gql.websocket.closing import CloseCode, ConnectionClosing, unexpected_error
from bpmn_events.web.gql.websocket.connection import SocketConnection, SocketServices
from bpmn_events.web.http.cross_origin import is_allowed_origin
from bpmn_events.web.http.observation.record import record_code
from bpmn_events.web.http.protocol.websocket import FRAMES, FrameWriter
from bpmn_events.web.streams.outlets import FrameOutlet, MessageOutlet
from bpmn_events.web.streams.pulse import Pulse

SUBPROTOCOL = "graphql-transport-ws"
_TOO_SLOW = "The client reads too slowly"
# An ASGI server may wait for a client that does not read, even to close its connection.
_CLOSE_SECONDS = 1.0


class WebSocketEndpoint:
    """The ASGI application for WebSockets."""

    def __init__(self, services: SocketServices, pulse: Pulse) -> None:
        self._services = services
        self._pulse = pulse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        try:
            principal = await self._check_handshake(scope)
        except BadRequest as error:
            await _refuse(error, scope, send)
            return
        if SUBPROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            reason = f"The only subprotocol is {SUBPROTOCOL}"
            await send({"type": "websocket.close", "code": CloseCode.NO_SUBPROTOCOL.value, "reason": reason})
            await _wait_for_end(receive)
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        writer: FrameWriter | None = (scope.get("extensions") or {}).get(FRAMES)
        if writer is None:
            await self._serve_messages(scope, principal, receive, send)
        else:
            await self._serve_frames(scope, principal, receive, writer)

    async def _check_handshake(self, scope: Scope) -> Principal | None:
        """Return the caller, if the handshake has a credential.

        Raises:
            BadRequest: The page, the credential or the number of requests is refused.
        """
        if not is_allowed_origin(scope, self._services.limits.origins):
            raise BadRequest(403, "Pages of this origin may not open a WebSocket.", code="FORBIDDEN")
        authorization = Headers(scope=scope).getlist("authorization")
        return await authenticate_caller(scope, authorization, self._services.tokens)

    async def _serve_frames(
        self, scope: Scope, principal: Principal | None, receive: Receive, writer: FrameWriter
    ) -> None:
        def new_outlet(heartbeat: Callable[[], bytes]) -> FrameOutlet:
            return FrameOutlet(
                writer, self._pulse, heartbeat, lambda: writer.close_at_once(CloseCode.TOO_SLOW, _TOO_SLOW)
            )

        connection = SocketConnection(self._services, scope, principal, new_outlet)
        try:
            await connection.receive_all(receive)
        finally:
            await connection.end()

    async def _serve_messages(self, scope: Scope, principal: Principal | None, receive: Receive, send: Send) -> None:
        """Serve a connection of an ASGI server whose connections take no frames."""
        cut_off = asyncio.Event()
        outlets: list[MessageOutlet] = []

        def new_outlet(heartbeat: Callable[[], bytes]) -> MessageOutlet:
            outlets.append(MessageOutlet(send, self._pulse, heartbeat, cut_off.set))
            return outlets[0]

        connection = SocketConnection(self._services, scope, principal, new_outlet)
        sending = asyncio.create_task(outlets[0].run())
        receiving = asyncio.create_task(connection.receive_all(receive))
        tasks = (sending, receiving, asyncio.create_task(_when(cut_off)))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            closing = await _failure(sending, receiving)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await connection.end()
        if cut_off.is_set():
            closing = ConnectionClosing(CloseCode.TOO_SLOW, _TOO_SLOW)
        if closing is not None:
            message = {"type": "websocket.close", "code": closing.code.value, "reason": closing.reason}
            with suppress(OSError, RuntimeError):  # the connection has ended, or its client does not read
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await send(message)


async def _failure(sending: "asyncio.Task[None]", receiving: "asyncio.Task[None]") -> ConnectionClosing | None:
    """Log the error with which a task has failed, and return the reason to close the connection, if there is one."""
    error = sending.exception() if sending.done() else None
    if error is not None and not isinstance(error, OSError):
        # If the connection has ended, uvicorn raises a RuntimeError, and the message about the end is on its way.
        await asyncio.wait((receiving,), timeout=_CLOSE_SECONDS)
        if not receiving.done():
            return unexpected_error(error)
    error = receiving.exception() if receiving.done() else None
    return None if error is None else unexpected_error(error)


async def _when(event: asyncio.Event) -> None:
    await event.wait()


async def _wait_for_end(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def _refuse(error: BadRequest, scope: Scope, send: Send) -> None:
    """Answer the handshake with a response of HTTP, or with 403 if the ASGI server has no other."""
    record_code(error.code)
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close"})
        return
    entry = {"message": shorten(error.message), "extensions": {"code": error.code, **error.extensions}}
    headers = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", **error.headers}
    await send(
        {
            "type": "websocket.http.response.start",
            "status": error.status,
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        }
    )
    await send({"type": "websocket.http.response.body", "body": msgspec.json.encode({"errors": [entry]})})
