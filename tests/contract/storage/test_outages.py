"""Databases that cannot be used, and that can be used again later."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.processes import Correlation
from tests.contract.storage.samples import NOW
from tests.support.postgres import PostgresServer, another_server

ROOT = Path(__file__).parents[3]
ONE = text("SELECT count(*) FROM correlations")
NOBODY = 65534

# Imports everything, becomes a user without rights on the file if it is root, and prints what a read and a write raise.
READ_ONLY = """
import asyncio, concurrent.futures.thread, logging, os, sys
import sqlalchemy.ext.asyncio
from tests.contract.storage.test_outages import read, write
from bpmn_events.adapters.storage.connections.unavailability import unavailability_reason
from bpmn_events.adapters.storage.database import open_database
async def main():
    opened = open_database(sys.argv[1])
    for use in (read, write):
        try:
            await use(opened)
            print("ok")
        except Exception as error:
            print(type(error).__name__, "because", unavailability_reason(error))
    await opened.close()
if os.geteuid() == 0:
    os.seteuid(int(sys.argv[2]))
asyncio.run(main())
"""


async def read(opened: Database, *, inline: bool = False) -> int:
    ((count,),) = await opened.connections.fetch(ONE, inline=inline)
    return int(count)


async def write(opened: Database, correlation_id: str = "c") -> None:
    async with opened.write_store.transaction() as transaction:
        await transaction.write(WriteSet(new_correlations={correlation_id: Correlation(correlation_id, NOW)}))


async def fill(opened: Database) -> None:
    """Write many rows."""
    for number in range(1000):
        await write(opened, f"{number}-{'x' * 200}")


@contextmanager
def file_locked(file: Path, *statements: str) -> Iterator[None]:
    """Execute the statements in another process, and hold the locks that it then has."""
    code = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "for statement in sys.argv[2:]: connection.execute(statement)\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(file), *statements]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        yield
        process.communicate()


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    (tmp_path / "data").mkdir()
    return Path(shutil.copy(sqlite_template, tmp_path / "data" / "test.db"))


async def test_a_file_that_another_process_writes_can_be_read(file: Path) -> None:
    opened = open_database(f"sqlite:///{file}", timeout_seconds=0.3)
    await write(opened, "first")
    with file_locked(file, "BEGIN IMMEDIATE"):
        assert await read(opened) == await read(opened, inline=True) == 1
        with pytest.raises(EngineUnavailable) as caught:
            await write(opened)
        assert "database is locked" in str(caught.value.__cause__)
    await write(opened)
    assert await read(opened) == 2
    await opened.close()


@pytest.mark.parametrize("inline", [False, True])
async def test_a_file_that_another_process_has_for_itself(file: Path, inline: bool) -> None:
    opened = open_database(f"sqlite:///{file}", timeout_seconds=0.3)
    with file_locked(file, "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"):
        with pytest.raises(EngineUnavailable) as caught:
            await read(opened, inline=inline)
        assert "database is locked" in str(caught.value.__cause__)
    assert await read(opened, inline=inline) == 0
    await opened.close()


@pytest.mark.parametrize("inline", [False, True])
async def test_a_folder_that_is_deleted_and_restored(file: Path, inline: bool) -> None:
    opened = open_database(f"sqlite:///{file}")
    file.parent.rename(file.parent.with_name("elsewhere"))
    with pytest.raises(EngineUnavailable) as caught:
        await read(opened, inline=inline)
    assert "unable to open database file" in str(caught.value.__cause__)
    with pytest.raises(EngineUnavailable):
        await write(opened)
    file.parent.with_name("elsewhere").rename(file.parent)
    await write(opened)
    assert await read(opened, inline=inline) == 1
    await opened.close()


def test_a_file_that_may_not_be_written(sqlite_template: Path) -> None:
    folder = Path(tempfile.mkdtemp())  # unlike a folder of pytest, other users may enter it
    try:
        file = Path(shutil.copy(sqlite_template, folder / "test.db"))
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # a log needs to be created, which readers may not do
        file.chmod(0o444)
        folder.chmod(0o555)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
        command = [sys.executable, "-c", READ_ONLY, f"sqlite:///{file}", str(NOBODY)]
        output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
    reading, writing = output.splitlines()
    assert reading == "ok"
    assert writing == "EngineUnavailable because attempt to write a readonly database"


async def test_a_full_disk(file: Path) -> None:
    opened = open_database(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    async with opened.write_store.transaction() as transaction:
        await transaction._connection.fetch(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(EngineUnavailable) as caught:
        await fill(opened)
    assert "database or disk is full" in str(caught.value.__cause__)
    before = await read(opened)
    async with opened.write_store.transaction() as transaction:
        await transaction._connection.fetch(text(f"PRAGMA max_page_count = {pages + 1000}"))
    await write(opened)
    assert await read(opened) == before + 1
    await opened.close()


@pytest.mark.parametrize("listens", [False, True], ids=["refuses", "is silent"])
async def test_the_first_of_two_hosts_is_down(
    postgres_server: PostgresServer, postgres_template: str, listens: bool
) -> None:
    url = postgres_server.create_database(postgres_template)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listens:
            silent.listen()
        name, dead = url.rpartition("/")[2], silent.getsockname()[1]
        hosts = f"host=127.0.0.1:{dead}&host=127.0.0.1:{postgres_server.port}&target_session_attrs=read-write"
        both = f"postgresql://postgres@/{name}?{hosts}"
        await migrate(both, timeout_seconds=1)
        opened = open_database(both, timeout_seconds=4)
        await write(opened)
        assert await read(opened) == 1
        await opened.close()
        neither = open_database(f"postgresql://postgres@/{name}?host=127.0.0.1:{dead}&host=127.0.0.1:{dead}")
        with pytest.raises(EngineUnavailable):
            await read(neither)
        await neither.close()
    postgres_server.drop_database(url)


async def test_a_server_that_is_silent_while_the_database_is_closed(caplog: pytest.LogCaptureFixture) -> None:
    with another_server() as server:
        url = server.create_database()
        await migrate(url)
        opened = open_database(url)
        await write(opened)
        assert await read(opened) == 1
        caplog.clear()
        server.node.silence()
        await opened.close()
        assert caplog.records == []


async def test_no_host_accepts_writes(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    name = url.rpartition("/")[2]
    host = f"host=127.0.0.1:{postgres_server.port}"
    opened = open_database(f"postgresql://postgres@/{name}?{host}&{host}&target_session_attrs=standby")
    with pytest.raises(EngineUnavailable) as caught:
        await read(opened)
    assert "None of the hosts match" in str(caught.value.__cause__)
    await opened.close()
    postgres_server.drop_database(url)
