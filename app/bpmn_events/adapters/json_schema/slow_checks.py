"""Checks that take too long for the event loop.

They run one after the other in a process of their own, which ends if a check takes more processor time than it may. The
command that needs the check is deferred until then, so that no transaction waits for it.
"""

import asyncio
import resource
import signal
from collections import OrderedDict
from functools import lru_cache, partial
from hashlib import blake2b
from typing import TypeAlias

import orjson
from anyio import BrokenWorkerProcess, fail_after, to_process

from bpmn_events.adapters.json_schema.compiled_schema import CompiledSchema
from bpmn_events.adapters.json_schema.costs.payload_size import to_json
from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.domain.errors import EngineUnavailable, PayloadViolation
from bpmn_events.domain.events import JsonObject

Violations: TypeAlias = tuple[PayloadViolation, ...]

# The checks that are under way or wait, and the results that are kept for the commands that have waited for them.
MAX_WAITING = 32
_KEPT = 256
# A machine may be so busy that the process gets a tenth of a processor.
_WALL_FACTOR = 10.0
_COMPILING_SECONDS = 5.0
_MAX_MEMORY = 2 << 30


class SlowChecks:
    """The checks that are under way, and the results of the last ones.

    Args:
        seconds: The processor time that each may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._results: OrderedDict[bytes, Violations] = OrderedDict()
        self._running: dict[bytes, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()

    def violations(self, schema: bytes, payload: JsonObject) -> Violations:
        """Return the violations of a payload, from the JSON text of its schema.

        Raises:
            Deferral: It waits until the result is known.
            EngineUnavailable: Too many payloads wait.
        """
        key = blake2b(to_json(payload), key=blake2b(schema).digest()).digest()
        found = self._results.get(key)
        if found is not None:
            return found
        if key not in self._running and len(self._running) >= MAX_WAITING:
            raise EngineUnavailable("Too many payloads that take long to check wait: try again later.", is_outage=False)
        raise Deferral(partial(self._wait, key, schema, payload))

    async def _wait(self, key: bytes, schema: bytes, payload: JsonObject) -> None:
        if key in self._results:
            return
        task = self._running.get(key)
        if task is None:
            task = self._running[key] = asyncio.create_task(self._run(key, schema, payload))
        await asyncio.shield(task)

    async def _run(self, key: bytes, schema: bytes, payload: JsonObject) -> None:
        try:
            async with self._turn:
                self._results[key] = await _check_in_process(schema, payload, self._seconds)
        except OSError as error:
            raise EngineUnavailable("The payload cannot be checked at the moment: try again later.") from error
        finally:
            del self._running[key]
        while len(self._results) > _KEPT:
            self._results.popitem(last=False)


async def _check_in_process(schema: bytes, payload: JsonObject, seconds: float) -> Violations:
    try:
        with fail_after(_COMPILING_SECONDS + _WALL_FACTOR * seconds):
            return await to_process.run_sync(_check, schema, payload, seconds, cancellable=True)
    except (BrokenWorkerProcess, TimeoutError):
        message = f"checking it against the schema takes more than {seconds:g} s of processor time"
        return (PayloadViolation("", "maxCost", message),)


def _check(schema: bytes, payload: JsonObject, seconds: float) -> Violations:
    """Return the violations. The process that calls this is killed by a signal when the time is over."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, _COMPILING_SECONDS)
    compiled = _compile(schema)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    violations = compiled.violations(payload)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return violations


@lru_cache(16)
def _compile(schema: bytes) -> CompiledSchema:
    _limit_memory()
    return CompiledSchema(orjson.loads(schema), may_be_costly=True)


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MAX_MEMORY if hard == resource.RLIM_INFINITY else min(hard, _MAX_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
