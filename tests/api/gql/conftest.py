"""The endpoint over the real adapters, on an SQLite file of its own for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from app.adapters.engines.embedded.engine import EmbeddedEngine
from app.adapters.json_schema import JsonSchemas
from app.adapters.key_sets import SharedSecret
from app.adapters.storage.database import Database, open_database
from app.adapters.storage.migrate import migrate
from app.adapters.tokens import JwtTokens, mint
from app.application.deploy_model import DeployModel
from app.application.find_correlation import FindCorrelation
from app.application.find_node import FindNode
from app.application.find_process_model import FindProcessModel
from app.application.find_waiting_event import FindWaitingEvent
from app.application.list_event_triggers import ListEventTriggers
from app.application.list_process_models import ListProcessModels
from app.application.list_waiting_events import ListWaitingEvents
from app.application.missing_event import MissingEvent
from app.application.model_catalog import ModelCatalog
from app.application.services import Services
from app.application.start_instance import StartInstance
from app.application.terminate_instance import TerminateInstance
from app.application.trigger_event import TriggerEvent
from app.application.writer import Writer
from app.domain.payload import PayloadLimits
from app.web.gql.app import GraphQLEndpoint
from tests.api.gql.client import ALL, GraphQLClient

SECRET = b"a secret of the tests, at least 32 bytes long"
CallerFactory = Callable[..., GraphQLClient]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("gql") / "template.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest_asyncio.fixture
async def database(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(template, tmp_path / "test.db")
    opened = open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db")
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def services(database: Database) -> AsyncIterator[Services]:
    writer = Writer(database.writes)
    yield _services(database, writer)
    await writer.close()


def _services(database: Database, writer: Writer) -> Services:
    engine, schemas, limits, reads = EmbeddedEngine(), JsonSchemas(), PayloadLimits(), database.reads
    catalog = ModelCatalog(engine)
    return Services(
        tokens=JwtTokens(SharedSecret(SECRET)),
        reads=reads,
        trigger_event=TriggerEvent(writer, engine, catalog, schemas, MissingEvent(reads), limits, _now),
        start_instance=StartInstance(writer, engine, catalog, schemas, limits, _now),
        terminate_instance=TerminateInstance(writer, engine, catalog, _now),
        deploy_model=DeployModel(writer, engine, catalog, schemas, _now),
        list_waiting_events=ListWaitingEvents(reads),
        find_waiting_event=FindWaitingEvent(reads),
        list_process_models=ListProcessModels(reads),
        find_process_model=FindProcessModel(reads),
        find_correlation=FindCorrelation(reads),
        list_event_triggers=ListEventTriggers(reads),
        find_node=FindNode(reads),
    )


def _now() -> datetime:
    return datetime.now(UTC)


@pytest_asyncio.fixture
async def http(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(GraphQLEndpoint(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def caller(http: httpx.AsyncClient) -> CallerFactory:
    """Makes a client that calls with these permissions and lanes."""

    def make(*permissions: str, lanes: tuple[str, ...] = ("*",), subject: str = "ada") -> GraphQLClient:
        token = mint(
            SECRET,
            subject=subject,
            permissions=permissions or ALL,
            lanes=lanes,
            expires_in=timedelta(minutes=5),
        )
        return GraphQLClient(http, token)

    return make


@pytest.fixture
def ada(caller: CallerFactory) -> GraphQLClient:
    """Someone who may do everything, everywhere."""
    return caller()


@pytest.fixture
def nobody(http: httpx.AsyncClient) -> GraphQLClient:
    """Someone who sends no credential."""
    return GraphQLClient(http)
