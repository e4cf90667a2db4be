"""The response to a body with many triggers."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractContextManager, aclosing

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bpmn_events.application.bulk.triggers import BulkResult
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.web.bulk_answers import encode_answer
from bpmn_events.web.http.observation.record import record_abort, record_stream
from bpmn_events.web.http.protocol.websocket import SKIP_INPUT, STREAM_INPUT
from bpmn_events.web.rest.bulk.body import MEDIA_TYPE, BulkBody
from bpmn_events.web.rest.bulk.spool import Spool
from bpmn_events.web.rest.requests import NO_STORE

_SPOOL_FULL = "Too many answers wait for you: read them, and send this line and the next ones again."


class BulkResponse(Response):
    """A response with an answer for each line, sent as soon as the client reads.

    The lines are executed as they arrive, whether the client reads or not: what it does not read waits in the spool. It
    begins with the first answer, so that a client that waits for ``100 Continue`` sends its body first. If the client
    goes, the lines that were read before are executed.

    If the spool is full for too long, the rest of the body is refused. The rest of a body that was refused is skipped
    after the last answer, so that a client that sends everything first comes to read.

    Args:
        results: The results, in the order of the lines.
        body: The body of the request.
        spool: The answers that wait for the client.
        place: Entered before the body is read, and left when all is sent. If it raises an error, no body is read.
    """

    def __init__(
        self,
        results: AsyncGenerator[Sequence[BulkResult], None],
        body: BulkBody,
        spool: Spool,
        place: AbstractContextManager[None],
    ) -> None:
        super().__init__(headers={**NO_STORE, "X-Accel-Buffering": "no"}, media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self._results = results
        self._body = body
        self._spool = spool
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response until its end.

        Raises:
            EngineUnavailable: There is no place.
        """
        with self._place:
            await self._respond(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        record_stream()
        extensions = scope.get("extensions") or {}
        extensions.get(STREAM_INPUT, _do_nothing)()
        executing = asyncio.create_task(self._execute(extensions.get(SKIP_INPUT, _do_nothing)))
        try:
            has_begun = False
            while data := await self._spool.read():
                if not has_begun:
                    await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                    has_begun = True
                await send({"type": "http.response.body", "body": data, "more_body": True})
            await executing
            if not has_begun:
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            if await Request(scope, receive).is_disconnected():
                record_abort()
            await send({"type": "http.response.body", "body": b""})
        finally:
            executing.cancel()
            await asyncio.gather(executing, return_exceptions=True)
            self._spool.close()

    async def _execute(self, skip_input: Callable[[], None]) -> None:
        try:
            async with aclosing(self._results):
                async for results in self._results:
                    if not await self._spool.write(b"".join(map(encode_answer, results))):
                        self._body.refuse_rest(EngineUnavailable(_SPOOL_FULL))
                    self._body.note_answers(len(results))
        finally:
            skip_input()
            await self._spool.end()


def _do_nothing() -> None:
    """Leave the connection to a server without this extension."""
