"""Liveness and readiness of the server, at ``/healthz`` and ``/readyz``."""

import asyncio
import logging
from collections.abc import Callable, Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.web.http.operation import Operation, ResponseDescription
from bpmn_events.web.http.routing import EncodedRoute

# Returns for each background loop, by name, whether it runs.
Liveness = Callable[[], Mapping[str, bool]]

_PING_TIMEOUT_SECONDS = 5

_STATUS = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
_CHECKS = {
    "type": "object",
    "required": ["status", "checks"],
    "properties": {
        "status": {"enum": ["ok", "unavailable"]},
        "checks": {"type": "object", "additionalProperties": {"enum": ["ok", "failed"]}},
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
    "The server is ready if the database responds and has the current tables, and every background loop runs.",
    [
        ResponseDescription("The server is ready.", _CHECKS),
        ResponseDescription("The server is not ready. `checks` names the failed checks.", _CHECKS, 503),
    ],
    tag="server",
)

logger = logging.getLogger(__name__)


class Health:
    """The routes ``/healthz`` and ``/readyz``."""

    def __init__(self, read_store: ReadStore, liveness: Liveness) -> None:
        self._read_store = read_store
        self._liveness = liveness

    def routes(self) -> list[BaseRoute]:
        return [
            EncodedRoute("/healthz", self.healthz, {"GET": _HEALTHZ}),
            EncodedRoute("/readyz", self.readyz, {"GET": _READYZ}),
        ]

    async def healthz(self, request: Request) -> Response:
        """Return 200 as long as the process can respond at all."""
        return _json_response(200, {"status": "ok"})

    async def readyz(self, request: Request) -> Response:
        """Return 200 if the database responds with the current tables and every background loop runs, else 503."""
        checks = {"database": await self._ping_database(), **self._liveness()}
        ready = all(checks.values())
        results = {name: "ok" if passed else "failed" for name, passed in checks.items()}
        return _json_response(200 if ready else 503, {"status": "ok" if ready else "unavailable", "checks": results})

    async def _ping_database(self) -> bool:
        try:
            async with asyncio.timeout(_PING_TIMEOUT_SECONDS):
                await self._read_store.ping()
        except Exception as error:
            logger.warning("Not ready: the database does not answer as it should: %s", error)
            return False
        return True


def _json_response(status: int, document: Mapping[str, object]) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(document), status, headers, media_type="application/json")
