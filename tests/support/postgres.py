"""A PostgreSQL server that the tests start on a free port and stop at the end of the session."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from tests.support.databases.postgres_node import PRODUCT, PostgresNode, find_programs
from tests.support.programs import not_installed

# Creating a database writes 300 files, which takes a tenth of the time in memory.
_IN_MEMORY = Path("/dev/shm")
_NEEDED_BYTES = 1_000_000_000


@dataclass(frozen=True)
class PostgresServer:
    """The databases of a running server."""

    node: PostgresNode
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def programs(self) -> Path:
        return self.node.programs

    @property
    def port(self) -> int:
        return self.node.port

    def create_database(self, template: str | None = None) -> str:
        """Create a database, as a copy of ``template`` if that is given, and return its URL."""
        name = f"test_{next(self._numbers)}"
        copied = ["--template", database_name(template)] if template else []
        self.node.call("createdb", *copied, name)
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        self.node.call("dropdb", "--force", database_name(url))

    def dump(self, url: str) -> str:
        """Return a database as SQL."""
        return self.node.call("pg_dump", database_name(url))

    def restore(self, url: str, dump: Path) -> None:
        """Run a file of SQL, as ``pg_dump`` writes it, in an empty database."""
        options = ["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--single-transaction", "--output", os.devnull]
        self.node.call("psql", *options, "--file", str(dump), database_name(url))


def database_name(url: str) -> str:
    """Return the name of the database in a URL without parameters."""
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Yield a server for the tests of this process. Skip them if PostgreSQL is not installed."""
    with _running(require_postgres()) as server:
        yield server


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Run a server for programs other than tests.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """
    programs = find_programs()
    if programs is None:
        raise FileNotFoundError(f"{PRODUCT} is not installed")
    with _running(programs) as server:
        yield server


def require_postgres() -> Path:
    """Return the folder of PostgreSQL's programs. Skip the test if it is not installed, or fail it in CI."""
    return find_programs() or not_installed(PRODUCT)


@contextmanager
def another_server() -> Iterator[PostgresServer]:
    """Run a server of the test's own, which the test may stop, kill or silence."""
    with _running(require_postgres()) as server:
        yield server


@contextmanager
def _running(programs: Path) -> Iterator[PostgresServer]:
    with fast_folder() as folder:
        node = PostgresNode(programs, folder)
        node.create()
        node.start()
        try:
            yield PostgresServer(node)
        finally:
            node.stop()


@contextmanager
def fast_folder() -> Iterator[Path]:
    """Yield a temporary folder, in memory if that has room for a server."""
    has_room = _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _NEEDED_BYTES
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=_IN_MEMORY if has_room else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
