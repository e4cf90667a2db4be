"""Fixtures: the stored databases of landed versions, migrated to the current tables."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
import pytest_asyncio

from bpmn_events.adapters.storage.schema.migrate import migrate
from tests.delivery.conftest import runtime_over
from tests.delivery.world import World
from tests.support.clock import Clock
from tests.support.postgres import PostgresServer
from tests.upgrade.facts import Facts

LANDED = sorted(path for path in (Path(__file__).parent / "landed").iterdir() if path.is_dir())


@pytest.fixture(params=LANDED, ids=lambda path: str(path.name))
def landed(request: pytest.FixtureRequest) -> Path:
    """Return the folder of a landed version."""
    folder: Path = request.param
    return folder


@pytest.fixture
def facts(landed: Path) -> Facts:
    """Return the facts that a user of that version saw."""
    return Facts(**json.loads((landed / "facts.json").read_text("utf-8")))


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Return a function that restores and migrates the database file of a landed version."""

    @cache
    def restore(folder: Path) -> Path:
        file = tmp_path_factory.mktemp("landed") / "landed.db"
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript((folder / "sqlite.sql").read_text("utf-8"))
        asyncio.run(migrate(f"sqlite:///{file}"))
        return file

    return restore


@pytest.fixture(scope="session")
def postgres_databases(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Return a function that restores and migrates the PostgreSQL database of a landed version."""

    @cache
    def restore(folder: Path) -> str:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
        server.restore(url, folder / "postgresql.sql")
        asyncio.run(migrate(url))
        return url

    return restore


@pytest.fixture
def url(kind: str, landed: Path, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a copy of the migrated database."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_files")(landed), tmp_path / "landed.db")
        yield f"sqlite+aiosqlite:///{tmp_path}/landed.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(request.getfixturevalue("postgres_databases")(landed))
    yield url
    server.drop_database(url)


@pytest_asyncio.fixture
async def world(url: str, facts: Facts) -> AsyncIterator[World]:
    """Run the server over that database, at the time at which the landed version stopped."""
    clock = Clock(datetime.fromisoformat(facts.now))
    runtime = runtime_over(url, clock)
    async with runtime.open():
        yield World(runtime, clock)
