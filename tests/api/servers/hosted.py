"""A server process for the tests of the APIs, which serves the database that each request names.

Tests have a database each, and a process for each test would take too long to start.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from starlette.types import ASGIApp

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.bootstrap import Runtime, build
from bpmn_events.config import load_settings
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from bpmn_events.web.gql.schema.schema import build_schema
from tests.api.tokens import SECRET

DATABASE = b"x-test-database"
COMPILE = b"x-test-compile"


@dataclass
class _Served:
    """The application over one database."""

    database: bytes
    runtime: Runtime
    applications: dict[bytes, ASGIApp]

    def application(self, compile_at_execution: bytes) -> ASGIApp:
        """Return the application with or without compiled operations."""
        if compile_at_execution not in self.applications:
            services = self.runtime.services
            number = int(compile_at_execution) if compile_at_execution else None
            self.applications[compile_at_execution] = build_app(
                services,
                WebOptions(),
                GraphQLEndpoint(services, compile_at_execution=number),
                lambda: {"timers": True},
                WriteProbe(self.runtime.writer),
            )
        return self.applications[compile_at_execution]


class HostedApplication:
    """Passes each request to the application over its database. The connections to an earlier one are closed."""

    def __init__(self) -> None:
        self._served: _Served | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        database, compile_at_execution = headers.pop(DATABASE), headers.pop(COMPILE, b"")
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name not in {DATABASE, COMPILE}]
        if self._served is None or self._served.database != database:
            await self._open(database)
        assert self._served is not None
        await self._served.application(compile_at_execution)(scope, receive, send)

    async def _open(self, database: bytes) -> None:
        if self._served is not None:
            await self._served.runtime.writer.close()
            await self._served.runtime.database.close()
        settings = load_settings(database_url=database.decode())
        self._served = _Served(database, build(settings, tokens=JwtTokens(SharedSecret(SECRET))), {})


def create_app() -> ASGIApp:
    """Return the application. All endpoints share one GraphQL schema, which takes long to build."""
    patch = pytest.MonkeyPatch()  # for the life of the process
    patch.setattr("bpmn_events.web.gql.endpoint.endpoint.build_schema", cache(build_schema))
    return HostedApplication()
