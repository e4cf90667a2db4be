"""Whether the process is up, and whether it can do its work."""

import asyncio
import logging
from collections.abc import Callable, Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.web.http.operation import Answer, Operation
from bpmn_events.web.http.routing import EncodedRoute

# The name of each background loop, and whether it runs.
Liveness = Callable[[], Mapping[str, bool]]

_PATIENCE_SECONDS = 5

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
    "Whether the process is up",
    "Answers as long as the process answers at all.",
    [Answer("It is.", _STATUS)],
    tag="server",
)
_READYZ = Operation(
    "readyz",
    "Whether the server can do its work",
    "The database answers and has the current tables, and every background loop runs.",
    [Answer("It can.", _CHECKS), Answer("It cannot; the checks say why.", _CHECKS, 503)],
    tag="server",
)

logger = logging.getLogger(__name__)


class Health:
    def __init__(self, read_store: ReadStore, liveness: Liveness) -> None:
        self._read_store = read_store
        self._liveness = liveness

    def routes(self) -> list[BaseRoute]:
        return [
            EncodedRoute("/healthz", self.healthz, {"GET": _HEALTHZ}),
            EncodedRoute("/readyz", self.readyz, {"GET": _READYZ}),
        ]

    async def healthz(self, request: Request) -> Response:
        """200 as long as the process answers at all."""
        return _answer(200, {"status": "ok"})

    async def readyz(self, request: Request) -> Response:
        """200 if the database answers with current migrations and every background loop runs, else 503."""
        checks = {"database": await self._database_answers(), **self._liveness()}
        ready = all(checks.values())
        named = {name: "ok" if passed else "failed" for name, passed in checks.items()}
        return _answer(200 if ready else 503, {"status": "ok" if ready else "unavailable", "checks": named})

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._read_store.ping()
        except Exception as error:
            logger.warning("Not ready: the database does not answer as it should: %s", error)
            return False
        return True


def _answer(status: int, document: Mapping[str, object]) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(document), status, headers, media_type="application/json")
