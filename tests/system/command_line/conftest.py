"""Fixtures of the tests of commands."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer
from tests.system.command_line.sending import Sender


@pytest.fixture
def sender(url: str, tmp_path: Path) -> Sender:
    """Return a sender whose processes wait, once with SQLite and once with PostgreSQL."""
    sender = Sender(tmp_path, url)
    asyncio.run(sender.prepare())
    return sender


@pytest.fixture
def other_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of another migrated, empty database of the same kind."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "other.db")
        yield f"sqlite+aiosqlite:///{tmp_path}/other.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(request.getfixturevalue("postgres_template"))
    yield url
    server.drop_database(url)
