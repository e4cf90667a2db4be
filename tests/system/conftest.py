"""Real server processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    """A running server over a fresh database of each kind."""
    with running(ServerProcess(tmp_path, settings={"DATABASE_URL": url})) as started:
        yield started


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[ServerProcess]:
    """What `make run` starts, in a folder of its own."""
    with running(ServerProcess(tmp_path, arguments=["--demo"])) as started:
        yield started


@pytest.fixture
def two_servers(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Two running servers over one fresh PostgreSQL database."""
    settings = {"DATABASE_URL": postgres_server.create_database()}
    folders = tmp_path / "one", tmp_path / "other"
    for folder in folders:
        folder.mkdir()
    one, other = (ServerProcess(folder, settings=settings) for folder in folders)
    with running(one), running(other):
        yield one, other
