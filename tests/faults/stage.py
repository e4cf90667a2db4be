"""A server in the process of the test: its parts, and its GraphQL and plain HTTP APIs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.bootstrap import Runtime, build
from bpmn_events.config import load_settings
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from tests.api.tokens import SECRET, token
from tests.faults.cases import deploy_models
from tests.system.client import Client


@dataclass(frozen=True)
class Stage:
    """A server without background loops, which the tests run themselves, and a client of it."""

    runtime: Runtime
    client: Client

    async def deliver(self) -> None:
        """Deliver thrown events until none is due."""
        while await self.runtime.outbox.deliver_due():
            pass

    async def fire(self) -> None:
        """Fire timers until none is due."""
        while await self.runtime.timers.fire_due():
            pass

    async def fire_starts(self) -> None:
        """Start the instances of timer start events until none is due."""
        while await self.runtime.start_timers.fire_due():
            pass


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_stage(url: str, clock: Clock = _now, **settings: Any) -> AsyncIterator[Stage]:
    """Open a server over a migrated database."""
    runtime = build(load_settings(database_url=url, **settings), tokens=JwtTokens(SharedSecret(SECRET)), clock=clock)
    async with runtime.open() as services:
        application = build_app(
            services, WebOptions(), GraphQLEndpoint(services), lambda: {}, WriteProbe(runtime.writer)
        )
        transport = httpx.ASGITransport(application)
        headers = {"Authorization": f"Bearer {token()}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as http:
            yield Stage(runtime, Client(http))


@asynccontextmanager
async def open_prepared_stage(url: str, clock: Clock = _now, **settings: Any) -> AsyncIterator[Stage]:
    """Open a server over a migrated database, and deploy the models."""
    async with open_stage(url, clock, **settings) as stage:
        await deploy_models(stage.client)
        yield stage
