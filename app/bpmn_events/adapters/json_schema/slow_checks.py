"""Checks that take too long for the event loop.

They run one after the other in a process of their own. The command that needs a check is deferred until it is done, so
that no transaction waits for it, and finds the result when it runs again.
"""

import asyncio
import logging
from collections import OrderedDict
from functools import partial
from hashlib import blake2b
from typing import TypeAlias

from bpmn_events.adapters.json_schema.check_process import CheckProcess, ProcessLost, TimeIsOver
from bpmn_events.adapters.json_schema.costs.payload_size import to_json
from bpmn_events.adapters.json_schema.schema_text import SchemaText
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.domain.errors import EngineUnavailable, PayloadViolation
from bpmn_events.domain.events import JsonObject

Violations: TypeAlias = tuple[PayloadViolation, ...]

# The checks that are under way or wait for their turn. Each may take a second, and holds its payload.
MAX_WAITING = 32
# The results that are kept for the commands that have waited for them. A result has at most some 100 kB.
_KEPT = 128

logger = logging.getLogger(__name__)


class SlowChecks:
    """The checks that are under way, and the results of the last ones.

    Args:
        seconds: The processor time that each may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process = CheckProcess()
        self._turn = asyncio.Lock()
        self._results: OrderedDict[bytes, Violations] = OrderedDict()
        self._running: dict[bytes, asyncio.Task[None]] = {}
        self._is_closed = False

    def violations(self, schema: SchemaText, payload: JsonObject) -> Violations:
        """Return the violations of a payload, from the JSON text of its schema.

        Raises:
            Deferral: It waits until the result is known. Waiting fails with ``EngineUnavailable`` if there is none.
        """
        text = to_json(payload)
        reading = b"earlier" if schema.is_earlier else b""
        key = blake2b(text, key=blake2b(schema.text, person=reading).digest()).digest()
        found = self._results.get(key)
        if found is None:
            raise Deferral(partial(self._wait, key, schema, text))
        self._results.move_to_end(key)
        return found

    async def close(self) -> None:
        """End the process. Whoever waits is told that the server cannot check the payload."""
        self._is_closed = True
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._process.end()

    async def _wait(self, key: bytes, schema: SchemaText, payload: bytes) -> None:
        if key in self._results:
            return
        task = self._running.get(key)
        if task is None:
            if self._is_closed or len(self._running) >= MAX_WAITING:
                raise _unavailable("Too many payloads wait for a check that takes long")
            task = self._running[key] = asyncio.create_task(self._run(key, schema, payload))
            task.add_done_callback(lambda _: self._running.pop(key))
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise _unavailable("The server is shutting down") from None
            raise

    async def _run(self, key: bytes, schema: SchemaText, payload: bytes) -> None:
        async with self._turn:
            try:
                violations = await self._process.check(schema, payload, self._seconds)
            except TimeIsOver:
                message = f"checking it against the schema takes more than {self._seconds:g} s of processor time"
                violations = (PayloadViolation("", "maxCost", message),)
            except ProcessLost as error:
                logger.warning("The process that checks payloads was lost: %s", error)
                raise _unavailable("The payload could not be checked") from error
        self._results[key] = violations
        if len(self._results) > _KEPT:
            self._results.popitem(last=False)


def _unavailable(reason: str) -> EngineUnavailable:
    return EngineUnavailable(f"{reason}: try again later.", is_outage=False)
