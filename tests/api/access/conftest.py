"""Two databases: one that tests only read, and one that they change.

With ``API_SERVERS=2``, two applications on each database take the requests in turn. They are in one process, because
the tests look up the route of each response.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.application.commands.deploy_model import DeployModel
from bpmn_events.application.commands.start_instance import StartInstance
from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import Runtime, build, build_asgi
from bpmn_events.config import Settings, load_settings
from bpmn_events.domain.events import EventType
from bpmn_events.domain.pages import PageRequest
from bpmn_events.domain.principal import SYSTEM
from bpmn_events.domain.retries import PendingRetry
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from tests.api.access.callers import Snapshot
from tests.api.access.client import RouteRecordingTransport
from tests.api.access.models import DESK
from tests.api.access.read_checks import CASES, World
from tests.api.access.write_checks import Stage
from tests.api.gql.models import CALLER, CHOICE, ORDER
from tests.api.payload_streams import PayloadStreams
from tests.api.retries import store_retries
from tests.api.servers.pair import IS_WANTED
from tests.api.tokens import SECRET

TOKENS = JwtTokens(SharedSecret(SECRET))
# The checks select complete lists within complete lists.
_COST = 100_000_000


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    return asyncio.run(_fill(_settings(request, tmp_path_factory.mktemp("access") / "world.db")))


@pytest.fixture(scope="session")
def stage_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = _settings(request, tmp_path_factory.mktemp("access") / "stage.db")
    asyncio.run(migrate(settings.database_url))
    return settings


@pytest_asyncio.fixture
async def stage(stage_settings: Settings) -> AsyncIterator[Stage]:
    async with build(stage_settings, tokens=TOKENS).open() as services:
        opened = Stage(services)
        await opened.prepare()
        yield opened


@pytest.fixture(scope="session")
def watched_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = _settings(request, tmp_path_factory.mktemp("access") / "watched.db")
    asyncio.run(migrate(settings.database_url))
    return settings


@pytest_asyncio.fixture
async def watched(watched_settings: Settings) -> AsyncIterator[Stage]:
    """Yield a stage without the items of other tests, whose lists have one page."""
    async with build(watched_settings, tokens=TOKENS).open() as services:
        opened = Stage(services)
        await opened.prepare()
        yield opened


@pytest_asyncio.fixture
async def streams(watched_settings: Settings) -> AsyncIterator[PayloadStreams]:
    """Yield the subscriptions of another server of the database that ``watched`` changes."""
    runtime = build(watched_settings, tokens=TOKENS)
    async with runtime.open() as services, AsyncExitStack() as stack:
        stack.push_async_callback(runtime.supervisor.stop)
        runtime.supervisor.start("changes", runtime.change_tail.run)
        yield PayloadStreams(services, GraphQLLimits(max_cost=_COST))


@pytest_asyncio.fixture
async def world_http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with _serving(world.settings) as client:
        yield client


@pytest_asyncio.fixture
async def stage_http(stage_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with _serving(stage_settings) as client:
        yield client


def _settings(request: pytest.FixtureRequest, file: Path) -> Settings:
    url = request.getfixturevalue("postgres_server").create_database() if IS_WANTED else f"sqlite:///{file}"
    return load_settings(database_url=url, graphql_max_cost=_COST)


class _Alternating:
    """An application that passes each request to the next of several applications, which have the same routes."""

    def __init__(self, applications: list[Starlette]) -> None:
        self.routes = applications[0].routes
        self._turns = cycle(applications)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await next(self._turns)(scope, receive, send)


@asynccontextmanager
async def _serving(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    applications = [build_asgi(settings, tokens=TOKENS) for _ in range(2 if IS_WANTED else 1)]
    async with AsyncExitStack() as stack:
        for application in applications:
            await stack.enter_async_context(application.router.lifespan_context(application))
        transport = RouteRecordingTransport(_Alternating(applications))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


async def _fill(settings: Settings) -> World:
    """Create three correlations in which elements wait twice and in different lanes. Trigger one event of each lane."""
    await migrate(settings.database_url)
    runtime = build(settings, tokens=TOKENS)
    async with runtime.open() as services:
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
        retries = await _add_retries(runtime, snapshot)
    for items in (snapshot.events, snapshot.triggers):
        assert {item.lane for item in items} == {None, "Finance", "Warehouse", "Boss"}
    assert {task.lane for task in snapshot.tasks} == {None, "Finance", "Warehouse"}
    return World(settings, snapshot, retries)


async def _add_retries(runtime: Runtime, snapshot: Snapshot) -> tuple[PendingRetry, ...]:
    """Store and return a retry of a waiting event, if possible a timer, a message and a signal in each lane."""
    timers_last = sorted(snapshot.events, key=lambda event: event.event_type is EventType.TIMER)
    events = {event.lane: event for event in timers_last}.values()
    assert EventType.TIMER in {event.event_type for event in events}
    await store_retries(runtime.database, events)
    page = await runtime.services.list_retries(SYSTEM, None, PageRequest(limit=None))
    assert len(page.items) == 3 * len(events)
    return page.items


async def _trigger(services: Services, case: str, event_id: str, key: str) -> None:
    await services.trigger_event(SYSTEM, TriggerEvent(key, case, event_id, {"amount": 1}))
