"""The body of a response with a subscription."""

from collections.abc import Sequence

import msgspec

from bpmn_events.domain.errors import BadCredential
from bpmn_events.web.gql.streaming.formats import StreamFormat
from bpmn_events.web.gql.subscriptions.stream import PayloadStream
from bpmn_events.web.http.observation.record import record_error
from bpmn_events.web.streams.response import StreamBody


class SubscriptionBody:
    """The payloads of a subscription in one of the two forms. It is a ``BodyStream``, and the sink of the payloads."""

    def __init__(self, stream: PayloadStream, form: StreamFormat) -> None:
        self.heartbeat = form.heartbeat
        self._stream = stream
        self._form = form
        self._body: StreamBody | None = None

    async def start(self, body: StreamBody) -> None:
        """Send the opening, and the payloads of the changes since the cursor."""
        self._body = body
        body.send(self._form.opening)
        await self._stream.start(self)

    def receive(self, items: Sequence[bytes]) -> None:
        """Send payloads."""
        if self._body is not None:
            self._body.send_all(items, self._form.before, self._form.after)

    async def drained(self) -> None:
        """Wait until little waits for the client."""
        if self._body is not None:
            await self._body.drained()

    def complete(self) -> None:
        """End the body as a complete one."""
        self._end(b"")

    def expire(self) -> None:
        """End the body with an error, because the caller's credential has expired."""
        error = BadCredential("it has expired")
        record_error(error)
        entry = {"message": error.message, "extensions": {"code": error.code.value}}
        self._end(self._form.encode_failure(msgspec.json.encode([entry])))

    def close(self) -> None:
        """Send nothing more."""
        self._body = None
        self._stream.close()

    def _end(self, last: bytes) -> None:
        if self._body is not None:
            self._body.end(last + self._form.ending)
