"""The server over a fresh database of each kind, without background loops: each test runs them itself."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.bootstrap import Runtime, build
from bpmn_events.config import load_settings
from tests.api.tokens import SECRET
from tests.delivery.world import START, World
from tests.support.clock import Clock


def runtime_over(url: str, clock: Clock, **settings: Any) -> Runtime:
    return build(load_settings(database_url=url, **settings), tokens=JwtTokens(SharedSecret(SECRET)), clock=clock)


@pytest_asyncio.fixture
async def world(url: str) -> AsyncIterator[World]:
    clock = Clock(START)
    runtime = runtime_over(url, clock)
    async with runtime.open():
        yield World(runtime, clock)


@pytest_asyncio.fixture
async def rival(url: str, world: World) -> AsyncIterator[World]:
    """Another server process over the same database, with the same clock."""
    runtime = runtime_over(url, world.clock)
    async with runtime.open():
        yield World(runtime, world.clock)
