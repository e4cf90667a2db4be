"""The response to a body with many triggers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bpmn_events.application.bulk.triggers import BulkResult
from bpmn_events.web.bulk_answers import encode_answer
from bpmn_events.web.http.observation.record import record_stream
from bpmn_events.web.rest.bulk.body import MEDIA_TYPE
from bpmn_events.web.rest.bulk.spool import Spool
from bpmn_events.web.rest.requests import NO_STORE

logger = logging.getLogger(__name__)


class BulkResponse(Response):
    """A response with an answer for each line, sent as soon as the client reads.

    The lines are executed as they arrive, whether the client reads or not: what it does not read waits in the spool. It
    begins with the first answer, so that a client that waits for ``100 Continue`` sends its body first. If the client
    goes, the lines that have arrived are executed.

    Args:
        results: The results, in the order of the lines.
        spool: The answers that wait for the client.
    """

    def __init__(self, results: AsyncIterator[Sequence[BulkResult]], spool: Spool) -> None:
        super().__init__(headers={**NO_STORE, "X-Accel-Buffering": "no"}, media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self._results = results
        self._spool = spool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response until its end."""
        record_stream()
        executing = asyncio.create_task(self._execute())
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
            await send({"type": "http.response.body", "body": b""})
        finally:
            executing.cancel()
            await asyncio.gather(executing, return_exceptions=True)
            self._spool.close()

    async def _execute(self) -> None:
        try:
            async for results in self._results:
                await self._spool.write(b"".join(map(encode_answer, results)))
        finally:
            self._spool.end()
