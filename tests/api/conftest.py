"""The application as the server builds it, with a separate SQLite file for each test.

With ``API_SERVERS=2``, each test has a PostgreSQL database, and its requests go to two server processes in turn.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import pytest
import pytest_asyncio

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.adapters.storage.database import Database
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import Runtime, build
from bpmn_events.config import load_settings
from bpmn_events.web.gql.schema.schema import build_schema
from tests.api.servers.pair import IS_WANTED, reaches_servers, running_pair
from tests.api.tokens import SECRET
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="package", autouse=True)
def one_schema() -> Iterator[None]:
    """Give all endpoints the same GraphQL schema: to build it takes longer than most of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bpmn_events.web.gql.endpoint.endpoint.build_schema", cache(build_schema))
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create an empty database with the current tables, which each test copies."""
    file = tmp_path_factory.mktemp("api") / "template.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a migrated, empty database."""
    if reaches_servers(request):
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database(request.getfixturevalue("postgres_template"))
        yield url
        server.drop_database(url)
        return
    shutil.copy(request.getfixturevalue("template"), tmp_path / "test.db")
    yield f"sqlite+aiosqlite:///{tmp_path}/test.db"


@pytest.fixture(scope="session")
def server_pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str] | None]:
    """Yield the addresses of two server processes, or None if the tests run in one process."""
    if not IS_WANTED:
        yield None
        return
    with running_pair(tmp_path_factory.mktemp("servers")) as addresses:
        yield addresses


@pytest_asyncio.fixture
async def runtime(database_url: str) -> AsyncIterator[Runtime]:
    """Yield the open runtime, without its background loops."""
    settings = load_settings(database_url=database_url)
    built = build(settings, tokens=JwtTokens(SharedSecret(SECRET)))
    async with built.open():
        yield built


@pytest.fixture
def database(runtime: Runtime) -> Database:
    return runtime.database


@pytest.fixture
def services(runtime: Runtime) -> Services:
    return runtime.services
