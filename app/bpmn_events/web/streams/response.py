"""Responses whose body is a stream."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bpmn_events.web.http.observation.record import record_stream
from bpmn_events.web.http.protocol.shutdown import SHUTDOWN, ShutdownNotice
from bpmn_events.web.http.protocol.websocket import ABORT, CLOSE, UNWRITTEN
from bpmn_events.web.streams.expiry import call_at_expiry
from bpmn_events.web.streams.outlets import BodyOutlet
from bpmn_events.web.streams.pulse import Pulse

# No proxy holds the stream back (X-Accel-Buffering is nginx's), changes it or stores it.
_HEADERS = {"Cache-Control": "no-cache, no-store, no-transform", "X-Accel-Buffering": "no"}


class StreamBody(Protocol):
    """The body of a response, as far as a stream needs it. ``BodyOutlet`` is one."""

    def send(self, data: bytes) -> None:
        """Send the data soon, without waiting. A client that is too far behind is disconnected."""
        ...

    def send_all(self, items: Sequence[bytes], before: bytes = b"", after: bytes = b"") -> None:
        """Send the items soon, each between the two pieces. It is fast if many bodies send the same sequence."""
        ...

    async def drained(self) -> None:
        """Wait until little waits for the client."""
        ...

    def end(self, last: bytes = b"") -> None:
        """End the body after everything that was sent so far, and the last data."""
        ...


class BodyStream(Protocol):
    """The source of the body of a ``StreamResponse``."""

    @property
    def heartbeat(self) -> bytes:
        """The data that keep a silent connection open."""
        ...

    async def start(self, body: StreamBody) -> None:
        """Begin to send. More may be sent after this has returned, until ``close``."""
        ...

    def expire(self) -> None:
        """Send the last data before the body ends, because the caller's credential has ended."""
        ...

    def close(self) -> None:
        """Send nothing more: the body has ended, or the client has gone."""
        ...


class StreamResponse(Response):
    """A response whose body is a stream, uncompressed and with heartbeats.

    It ends when the stream ends it, when the client goes or does not read, when the caller's credential ends, and when
    the server shuts down. The shutdown ends the connection without the end of the body, so that no client takes it for
    the end of the stream. HEAD gets the header only.

    Args:
        stream: The stream. It is started unless the client has gone already, and closed in any case.
        pulse: The pulse of all streams.
        content_type: The media type with its parameters.
        expires_at: The end of the caller's credential, in seconds since 1970; None if it has none.
        headers: Further headers.
    """

    def __init__(
        self,
        stream: BodyStream,
        pulse: Pulse,
        content_type: str,
        expires_at: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(headers={**_HEADERS, "Content-Type": content_type, **(headers or {})})
        del self.headers["content-length"]
        self._stream = stream
        self._pulse = pulse
        self._expires_at = expires_at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response until its end."""
        record_stream()
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
            else:
                await self._send_body(scope.get("extensions") or {}, receive, send)
        finally:
            self._stream.close()

    async def _send_body(self, extensions: Mapping[str, Any], receive: Receive, send: Send) -> None:
        def cut_off() -> None:
            extensions.get(ABORT, _do_nothing)()
            sending.cancel()

        outlet = BodyOutlet(send, self._pulse, lambda: self._stream.heartbeat, cut_off, extensions.get(UNWRITTEN, int))
        sending = asyncio.create_task(outlet.run())
        leaving = asyncio.create_task(_wait_for_disconnect(receive))
        starting = asyncio.create_task(self._start(outlet))
        try:
            with self._ending(outlet, extensions.get(SHUTDOWN), extensions.get(CLOSE)):
                await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            outlet.close()
            await _cancel(sending, leaving, starting)
        if not starting.cancelled():
            starting.result()

    async def _start(self, outlet: BodyOutlet) -> None:
        try:
            await self._stream.start(outlet)
        except BaseException:
            outlet.close()
            raise

    @contextmanager
    def _ending(
        self, outlet: BodyOutlet, notice: ShutdownNotice | None, close: Callable[[], None] | None
    ) -> Iterator[None]:
        """End the body within the context if the credential ends or the server shuts down."""

        def expire() -> None:
            self._stream.expire()
            outlet.end()

        def interrupt() -> None:
            outlet.interrupt(close)

        expiry = call_at_expiry(self._expires_at, expire)
        notice = notice or ShutdownNotice()
        notice.add(interrupt)
        try:
            yield
        finally:
            notice.remove(interrupt)
            if expiry is not None:
                expiry.cancel()


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancel(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _do_nothing() -> None:
    """Leave the connection to a server whose connections cannot be aborted."""
