"""Liveness and readiness of the server, at ``/healthz`` and ``/readyz``."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.web.http.operation import Operation, ResponseDescription
from bpmn_events.web.http.retry_counts import CountRetries, read_counts
from bpmn_events.web.http.routing import EncodedRoute

# Returns for each background loop, by name, whether it runs.
Liveness = Callable[[], Mapping[str, bool]]

# Returns if what it checks works, and raises any exception if not.
Probe = Callable[[], Awaitable[None]]

# The response takes no longer than two seconds: the usual time that a load balancer waits for it.
_PROBE_SECONDS = 1.5

_STATUS = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
_COUNT = {"type": "integer", "minimum": 0}
_CHECKS = {
    "type": "object",
    "required": ["status", "checks"],
    "properties": {
        "status": {"enum": ["ok", "unavailable"]},
        "checks": {"type": "object", "additionalProperties": {"enum": ["ok", "failed"]}},
        "retries": {
            "type": "object",
            "required": ["timers", "deliveries"],
            "properties": {"timers": _COUNT, "deliveries": _COUNT},
        },
    },
}
_HEALTHZ = Operation(
    "healthz",
    "Check that the process is up",
    "The response is 200 as long as the process can respond at all.",
    [ResponseDescription("The process is up.", _STATUS)],
    tag="server",
)
_READYZ = Operation(
    "readyz",
    "Check that the server is ready",
    "The server is ready if the database responds, has the current tables and accepts writes, and every background "
    "loop runs. `retries` is the number of timers and deliveries that failed and are tried again, which does not make "
    "the server unready. The response takes at most two seconds.",
    [
        ResponseDescription("The server is ready.", _CHECKS),
        ResponseDescription("The server is not ready. `checks` names the failed checks.", _CHECKS, 503),
    ],
    tag="server",
)

logger = logging.getLogger(__name__)


class Health:
    """The routes ``/healthz`` and ``/readyz``.

    Args:
        probes: The probe of each check, by its name.
        liveness: Returns the liveness of the background loops.
        count_retries: Returns the numbers of retries; None to leave them out.
    """

    def __init__(
        self, probes: Mapping[str, Probe], liveness: Liveness, count_retries: CountRetries | None = None
    ) -> None:
        self._checks = {name: _Check(name, probe) for name, probe in probes.items()}
        self._liveness = liveness
        self._count_retries = count_retries

    def routes(self) -> list[BaseRoute]:
        return [
            EncodedRoute("/healthz", self.healthz, {"GET": _HEALTHZ}),
            EncodedRoute("/readyz", self.readyz, {"GET": _READYZ}),
        ]

    async def healthz(self, request: Request) -> Response:
        """Return 200 as long as the process can respond at all."""
        return _json_response(200, {"status": "ok"})

    async def readyz(self, request: Request) -> Response:
        """Return 200 if every probe passes and every background loop runs, else 503."""
        retries, passed = await asyncio.gather(read_counts(self._count_retries), self.run_checks())
        checks = {**passed, **self._liveness()}
        ready = all(checks.values())
        results = {name: "ok" if passed else "failed" for name, passed in checks.items()}
        document: dict[str, object] = {"status": "ok" if ready else "unavailable", "checks": results}
        if retries is not None:
            document["retries"] = retries
        return _json_response(200 if ready else 503, document)

    async def run_checks(self) -> dict[str, bool]:
        """Return for each check, by name, whether its probe passes."""
        passed = await asyncio.gather(*(check.passes() for check in self._checks.values()))
        return dict(zip(self._checks, passed, strict=True))


class _Check:
    """A check that logs its failure once, unless it fails because of an outage, which the storage logs."""

    def __init__(self, name: str, probe: Probe) -> None:
        self._name = name
        self._probe = probe
        self._passed = True

    async def passes(self) -> bool:
        """Return True if the probe passes in time."""
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                await self._probe()
        except Exception as error:
            if self._passed and not isinstance(error, EngineUnavailable | TimeoutError):
                logger.warning("Not ready: the check %r fails: %s", self._name, error)
            self._passed = False
        else:
            self._passed = True
        return self._passed


def _json_response(status: int, document: Mapping[str, object]) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(document), status, headers, media_type="application/json")
