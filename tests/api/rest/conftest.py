"""The whole application in process, on an SQLite file of its own for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from app.adapters.storage.database import open_database
from app.adapters.storage.migrate import migrate
from app.adapters.tokens import mint
from app.application.services import Services
from app.application.writer import Writer
from app.web.asgi import WebOptions, build_app
from app.web.gql.app import GraphQLEndpoint
from tests.api.gql.conftest import SECRET, _services
from tests.api.rest.client import ALL, RestClient


class CallerFactory(Protocol):
    def __call__(self, *permissions: str, lanes: tuple[str, ...] = ..., subject: str = ...) -> RestClient: ...


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the current tables, to be copied."""
    file = tmp_path_factory.mktemp("rest") / "migrated.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest_asyncio.fixture
async def application(migrated: Path, tmp_path: Path) -> AsyncIterator[Starlette]:
    shutil.copy(migrated, tmp_path / "test.db")
    database = open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db")
    writer = Writer(database.writes)
    services = _services(database, writer)
    yield build_app(services, WebOptions(), GraphQLEndpoint(services), lambda: {"timers": True})
    await writer.close()
    await database.close()


@pytest.fixture
def services(application: Starlette) -> Services:
    found: Services = application.state.services
    return found


@pytest_asyncio.fixture
async def http(application: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def caller(http: httpx.AsyncClient) -> CallerFactory:
    """Makes a client that calls with these permissions (default: all) and lanes (default: all)."""

    def make(*permissions: str, lanes: tuple[str, ...] = ("*",), subject: str = "ada") -> RestClient:
        token = mint(
            SECRET, subject=subject, permissions=permissions or ALL, lanes=lanes, expires_in=timedelta(minutes=5)
        )
        return RestClient(http, token)

    return make


@pytest.fixture
def ada(caller: CallerFactory) -> RestClient:
    """Someone who may do everything, everywhere."""
    return caller()


@pytest.fixture
def nobody(http: httpx.AsyncClient) -> RestClient:
    """Someone who sends no credential."""
    return RestClient(http)
