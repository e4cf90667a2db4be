"""The application as the server builds it, with a separate SQLite file for each test."""

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
from tests.api.tokens import SECRET


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


@pytest_asyncio.fixture
async def runtime(template: Path, tmp_path: Path) -> AsyncIterator[Runtime]:
    """Yield the open runtime, without its background loops."""
    shutil.copy(template, tmp_path / "test.db")
    settings = load_settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/test.db")
    built = build(settings, tokens=JwtTokens(SharedSecret(SECRET)))
    async with built.open():
        yield built


@pytest.fixture
def database(runtime: Runtime) -> Database:
    return runtime.database


@pytest.fixture
def services(runtime: Runtime) -> Services:
    return runtime.services
