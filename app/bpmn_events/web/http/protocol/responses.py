"""The responses of a connection in the order of the requests (RFC 9112, section 9.3.2)."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from bpmn_events.web.http.protocol.arrival import Phase
from bpmn_events.web.http.protocol.connection import ConnectionProtocol
from bpmn_events.web.http.protocol.refusals import OVERLOADED, Refusal


class ResponseProtocol(ConnectionProtocol):
    """A protocol that sends a refusal in its place among the responses.

    Attributes:
        running: The cycle whose response is under way, or None. Later cycles wait in ``pipeline``.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.running: RequestResponseCycle | None = None
        self._last_action: Callable[[], None] | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the running application, which uvicorn tells only if no other request follows."""
        super().connection_lost(exc)
        if self.running is not None:
            self._disconnect(self.running)

    def on_response_complete(self) -> None:
        """Start the next response, or the last action of the connection, or its idle time."""
        self.server_state.total_requests += 1
        self.running = None
        if self.staged_close is not None or self.transport.is_closing():
            return
        if self.pipeline:
            self.running, application = self.pipeline.pop()
            self._start_asgi_task(self.running, application)
        elif self._last_action is not None:
            self._last_action()
        else:
            self.shared.occupancy.idle[self] = None
            self.flow.resume_reading()
            if self.arrival.phase is None:
                self.deadline.set(self.shared.limits.keep_alive_seconds)
            else:
                self.skip_input()

    def make_room(self) -> None:
        """End the connection. If a body is arriving, tell its client to send the request again."""
        if self.phase is Phase.BODY:
            self.leave()
            self.refuse(OVERLOADED)
        else:
            super().make_room()

    def after_responses(self, action: Callable[[], None]) -> None:
        """Ignore further input. Run the action, which ends this protocol, as soon as no response is under way."""
        self.stop_input()
        if self.running is None:
            action()
        else:
            self._last_action = action

    def refuse(self, refusal: Refusal) -> None:
        """Refuse the request that is arriving, after the responses to earlier requests, and end the connection.

        If its response has begun already, end the connection without a refusal.
        """
        has_begun = self.phase in (Phase.HEAD, Phase.BODY)
        target = self.url if has_begun else b""
        has_body = not (target and self.parser.get_method() == b"HEAD")
        if self.phase is Phase.BODY and not self._withdraw(self.cycle):
            self.close_in_stages()
        else:
            self.after_responses(partial(self.write_refusal, refusal, target, has_body=has_body))

    def _withdraw(self, cycle: RequestResponseCycle) -> bool:
        """Drop the response to a request that has not arrived completely. Return False if it has begun."""
        if cycle.response_complete:
            return False
        self._disconnect(cycle)
        if cycle is self.running:
            self.running = None
        else:
            self.pipeline.popleft()
        return not cycle.response_started

    @staticmethod
    def _disconnect(cycle: RequestResponseCycle) -> None:
        if not cycle.response_complete:
            cycle.disconnected = True
        cycle.message_event.set()
