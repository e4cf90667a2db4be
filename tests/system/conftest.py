"""Fixtures with running server processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer, another_server
from tests.support.server import ServerProcess, running


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a running server with a fresh database, once with SQLite and once with PostgreSQL."""
    with running(ServerProcess(tmp_path, settings={"DATABASE_URL": url})) as server:
        yield server


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a running server with the demo, as `make run` starts it, in its own folder."""
    with running(ServerProcess(tmp_path, arguments=["--demo"])) as server:
        yield server


@pytest.fixture
def two_servers(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Yield two running servers that share a fresh PostgreSQL database."""
    settings = {"DATABASE_URL": postgres_server.create_database()}
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        folder.mkdir()
    first, second = (ServerProcess(folder, settings=settings) for folder in folders)
    with running(first), running(second):
        yield first, second


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """Yield a PostgreSQL server that only the tests of one module use, and may stop."""
    with another_server() as server:
        yield server
