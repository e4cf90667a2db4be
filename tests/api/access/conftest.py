"""Two databases: one that tests only read, and one that they change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import build, build_asgi
from bpmn_events.config import Settings, load_settings
from bpmn_events.domain.principal import SYSTEM
from tests.api.access.callers import Snapshot
from tests.api.access.client import RouteRecordingTransport
from tests.api.access.models import DESK
from tests.api.access.read_checks import CASES, World
from tests.api.access.write_checks import Stage
from tests.api.gql.models import CALLER, CHOICE, ORDER
from tests.api.tokens import SECRET

TOKENS = JwtTokens(SharedSecret(SECRET))
# The checks select complete lists within complete lists.
_COST = 100_000_000


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return asyncio.run(_fill(_settings(tmp_path_factory.mktemp("access") / "world.db")))


@pytest.fixture(scope="session")
def stage_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = _settings(tmp_path_factory.mktemp("access") / "stage.db")
    asyncio.run(migrate(settings.database_url))
    return settings


@pytest_asyncio.fixture
async def stage(stage_settings: Settings) -> AsyncIterator[Stage]:
    async with build(stage_settings, tokens=TOKENS).open() as services:
        opened = Stage(services)
        await opened.prepare()
        yield opened


@pytest_asyncio.fixture
async def world_http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with _serving(world.settings) as client:
        yield client


@pytest_asyncio.fixture
async def stage_http(stage_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with _serving(stage_settings) as client:
        yield client


def _settings(file: Path) -> Settings:
    return load_settings(database_url=f"sqlite:///{file}", graphql_max_cost=_COST)


@asynccontextmanager
async def _serving(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    application = build_asgi(settings, tokens=TOKENS)
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=RouteRecordingTransport(application), base_url="http://test") as client,
    ):
        yield client


async def _fill(settings: Settings) -> World:
    """Create three correlations in which elements wait twice and in different lanes. Trigger one event of each lane."""
    await migrate(settings.database_url)
    async with build(settings, tokens=TOKENS).open() as services:
        for xml in (ORDER, CHOICE, CALLER, DESK):
            await services.deploy_model(SYSTEM, DeployModel(xml))
        for case in CASES:
            for key in ("order", "choice", "caller", "order", "desk"):
                await services.start_instance(SYSTEM, StartInstance(key, case))
            await _trigger(services, case, "wait", "caller")
        await services.deploy_model(SYSTEM, DeployModel(ORDER.replace('name="Finance"', 'name="Boss"')))
        for case in CASES:
            await services.start_instance(SYSTEM, StartInstance("order", case))
        for event in {event.lane: event for event in (await Snapshot.of(services)).events}.values():
            await _trigger(services, event.correlation_id, event.id, event.process_model_key)
        snapshot = await Snapshot.of(services)
    for items in (snapshot.events, snapshot.triggers):
        assert {item.lane for item in items} == {None, "Finance", "Warehouse", "Boss"}
    assert {task.lane for task in snapshot.tasks} == {None, "Finance", "Warehouse"}
    return World(settings, snapshot)


async def _trigger(services: Services, case: str, event_id: str, key: str) -> None:
    await services.trigger_event(SYSTEM, TriggerEvent(key, case, event_id, {"amount": 1}))
