"""Backups of a server under load, and servers on the restored databases, as docs/operations.md describes both."""

import asyncio
import os
import re
import shlex
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.models import PARROT
from tests.support.pages import read_blocks, replace_addresses
from tests.support.polling import block_until, wait_until
from tests.support.postgres import PostgresServer, database_name
from tests.support.server import PROGRAM, ServerProcess, running
from tests.system.client import Client

ROOT = Path(__file__).parents[3]
UNIT_SETTINGS = ROOT / "deploy" / "bpmn-events.env"
SERVICE_FOLDER = "/var/lib/bpmn-events"
SQLITE_COMMANDS, POSTGRES_COMMANDS = (
    block.text for block in read_blocks(ROOT / "docs" / "operations.md") if block.note == "restore"
)

_CALLERS = 4
# Waits for "go" again and again, so that it can be triggered any number of times.
_SIGNAL = '<signalEventDefinition id="d_hear" signalRef="S_alarm"/>'
LOOP = PARROT.replace(_SIGNAL, '<messageEventDefinition id="d_hear" messageRef="M_go"/>')


@dataclass
class Load:
    """Callers that trigger the events of their cases again and again, each time under a new key."""

    client: Client
    acknowledged: list[tuple[str, str, Any]] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _is_stopping: bool = False

    async def start(self) -> None:
        await self.client.deploy_and_start(LOOP, "parrot", *(f"c-{number}" for number in range(_CALLERS)))
        self._tasks = [asyncio.create_task(self._call(f"c-{number}")) for number in range(_CALLERS)]

    async def _call(self, correlation: str) -> None:
        for number in count():
            if self._is_stopping:
                return
            key = f"{correlation}-{number}"
            result = await self.client.trigger("parrot", correlation, "hear", idempotencyKey=key)
            assert result["__typename"] == "TriggerEventSuccess", result
            self.acknowledged.append((correlation, key, result["trigger"]))

    async def until(self, number: int) -> None:
        """Wait until that many more requests are acknowledged."""
        goal = len(self.acknowledged) + number

        async def is_reached() -> bool:
            for task in self._tasks:
                assert not task.done(), task.result()
            return len(self.acknowledged) >= goal

        await wait_until(is_reached)

    async def stop(self) -> None:
        self._is_stopping = True
        await asyncio.gather(*self._tasks)


async def run_under_load(server: ServerProcess, back_up: Callable[[], object]) -> list[tuple[str, str, Any]]:
    """Make a backup while callers trigger events, then kill the server. Return what was acknowledged before."""
    async with Client.of(server.address) as client:
        load = Load(client)
        await load.start()
        await load.until(40)
        before = list(load.acknowledged)
        await asyncio.to_thread(back_up)
        await load.until(40)
        await load.stop()
        assert len(load.acknowledged) > len(before) + 40
    server.kill()
    return before


async def check_restored(server: ServerProcess, before: list[tuple[str, str, Any]]) -> None:
    """Check a server on the restored database: its triggers, its replays, and its waiting events."""
    async with Client.of(server.address) as client:
        stored = {trigger["id"] for trigger in await client.list_triggers()}
        assert {trigger["id"] for _, _, trigger in before} <= stored
        for correlation, key, trigger in before:
            again = await client.trigger("parrot", correlation, "hear", idempotencyKey=key)
            assert again["replayed"]
            assert again["trigger"] == trigger
        assert len(await client.list_triggers()) == len(stored)
        for number in range(_CALLERS):
            (event,) = await client.list_events(correlationIds=[f"c-{number}"])
            result = await client.trigger("parrot", f"c-{number}", event["id"])
            assert result["__typename"] == "TriggerEventSuccess", result
            assert [each["elementId"] for each in result["nextWaitingEvents"]] == ["hear"]
        assert len(await client.list_triggers()) == len(stored) + _CALLERS


def call(server: ServerProcess, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [str(PROGRAM), *arguments]
    return subprocess.run(
        command, check=False, cwd=server.folder, env=server.environment, capture_output=True, text=True
    )


def back_up(server: ServerProcess, target: Path) -> None:
    done = call(server, "backup", str(target))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{target}: ")
    assert done.stderr == ""  # no progress bar without a terminal
    assert [path.name for path in target.parent.glob(f"*{target.name}*")] == [target.name]


def check_file(copy: Path) -> None:
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM waiting_events").fetchone() == (_CALLERS,)


def restore(commands: str, paths: Mapping[str, str], programs: Path, folder: Path) -> None:
    """Run the commands of the page, with the paths of this test, in a folder that they should not touch."""
    folder.mkdir()
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    commands = replace_addresses(commands, paths)
    subprocess.run(["sh", "-c", commands], check=True, cwd=folder, env={**os.environ, "PATH": path})
    assert list(folder.iterdir()) == []


def shipped_url(folder: Path) -> str:
    """Return the URL of the database in the settings of the systemd unit, with another folder for the service."""
    (url,) = re.findall(r"^BPMN_EVENTS_DATABASE_URL=(sqlite.*)$", UNIT_SETTINGS.read_text("utf-8"), re.MULTILINE)
    return str(url).replace(SERVICE_FOLDER, str(folder))


def fake_systemctl(programs: Path) -> Path:
    """Add a program that only writes its arguments to a file. Return the file."""
    calls = programs / "calls"
    program = programs / "systemctl"
    program.write_text(f'#!/bin/sh\necho "$@" >> {shlex.quote(str(calls))}\n')
    program.chmod(0o755)
    return calls


async def test_restore_of_sqlite(tmp_path: Path) -> None:
    service, backups, programs = (tmp_path / name for name in ("service", "backups", "programs"))
    for folder in (service, backups, programs):
        folder.mkdir()
    calls, copy = fake_systemctl(programs), backups / "backup.db"
    with running(ServerProcess(service, settings={"DATABASE_URL": shipped_url(service)})) as server:
        before = await run_under_load(server, lambda: back_up(server, copy))
        check_file(copy)
        assert (service / "bpmn-events.db-wal").exists()  # what has been written since must not come back
        paths = {
            SERVICE_FOLDER: str(service),
            "/backups": str(backups),
            "-o bpmn-events -g bpmn-events": f"-o {os.getuid()} -g {os.getgid()}",
        }
        restore(SQLITE_COMMANDS, paths, programs, tmp_path / "elsewhere")
        assert calls.read_text() == "stop bpmn-events\nstart bpmn-events\n"
        server.start()
        await check_restored(server, before)


def test_a_restore_that_fails_changes_nothing(tmp_path: Path) -> None:
    service, programs = tmp_path / "service", tmp_path / "programs"
    for folder in (service, programs):
        folder.mkdir()
    for name in ("bpmn-events.db", "bpmn-events.db-wal"):
        (service / name).write_text("old")
    calls = fake_systemctl(programs)
    with pytest.raises(subprocess.CalledProcessError):
        restore(
            SQLITE_COMMANDS, {SERVICE_FOLDER: str(service), "/backups": "/nowhere"}, programs, tmp_path / "elsewhere"
        )
    assert calls.read_text() == "stop bpmn-events\n"
    assert {path.name: path.read_text() for path in service.iterdir()} == {
        "bpmn-events.db": "old",
        "bpmn-events.db-wal": "old",
    }


async def test_restore_of_postgresql(postgres_server: PostgresServer, tmp_path: Path) -> None:
    url, copy = postgres_server.create_database(), tmp_path / "copy.dump"
    with running(ServerProcess(tmp_path, settings={"DATABASE_URL": url})) as server:
        before = await run_under_load(server, lambda: dump(server, postgres_server, copy))
        assert copy.stat().st_mode & 0o777 == 0o600
        name = f"{database_name(url)}_restored"
        paths = {
            "--host=db.internal --username=bpmn": f"--host=127.0.0.1 --port={postgres_server.port} --username=postgres",
            "bpmn_restored": name,
            "backup.dump": str(copy),
        }
        restore(POSTGRES_COMMANDS, paths, postgres_server.programs, tmp_path / "elsewhere")
        server.settings = {"DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}
        server.start()
        await check_restored(server, before)


def dump(server: ServerProcess, postgres: PostgresServer, target: Path) -> None:
    """Run the command that ``backup`` names on PostgreSQL."""
    done = call(server, "backup", str(target))
    assert done.returncode == 1
    line = done.stderr.removeprefix("bpmn-events: PostgreSQL has its own backups: ")
    path = f"{postgres.programs}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", "-c", line], check=True, env={**server.environment, "PATH": path})


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=lambda how: str(how.name))
def test_an_interrupted_backup_leaves_no_backup(tmp_path: Path, how: signal.Signals) -> None:
    with closing(sqlite3.connect(tmp_path / "large.db")) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num)")
        connection.execute("CREATE TABLE filler (text)")
        rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n"
        connection.execute(f"INSERT INTO filler SELECT hex(randomblob(500)) FROM ({rows})")
    server = ServerProcess(tmp_path, settings={"DATABASE_URL": "sqlite:///large.db"})
    command = subprocess.Popen([str(PROGRAM), "backup", "copy.db"], cwd=tmp_path, env=server.environment)
    block_until(lambda: any(path.stat().st_size > 0 for path in tmp_path.glob("*.partial")))
    command.send_signal(how)
    assert command.wait(60) == (130 if how == signal.SIGINT else -how)
    assert not (tmp_path / "copy.db").exists()
    assert bool(list(tmp_path.glob(".copy.db.*.partial"))) == (how == signal.SIGKILL)
    with closing(sqlite3.connect(tmp_path / "large.db", timeout=0)) as connection, connection:
        connection.execute("INSERT INTO filler VALUES ('the lock is free')")
