"""Fixtures: each engine that must pass the suite, and the embedded host with a real database."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.hosts.embedded.host import EmbeddedHost
from bpmn_events.adapters.hosts.embedded.runtime import budget
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.storage.database import open_database
from bpmn_events.application.writing.writer import Writer
from tests.conformance.host_driver import HostPlayer
from tests.contract.host.stage import START, Stage
from tests.support.clock import Clock


@pytest.fixture(autouse=True)
def unlimited_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the limits on counts decide, which are the same everywhere: a slow machine must not fail a step."""
    monkeypatch.setattr(budget, "thread_time", lambda: 0.0)


@pytest.fixture(params=[EmbeddedEngine], ids=["embedded"])
def engine(request: pytest.FixtureRequest) -> Engine:
    engine: Engine = request.param(JsonSchemas())
    return engine


@pytest.fixture
def host_player(sqlite_template: Path, tmp_path: Path) -> Iterator[HostPlayer]:
    """Yield the embedded host with a fresh database."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    with asyncio.Runner() as runner:
        database, schemas, clock = open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db"), JsonSchemas(), Clock(START)
        writer = Writer(database.write_store)
        host = EmbeddedHost(writer, EmbeddedEngine(schemas), database.read_store, schemas, clock)
        yield HostPlayer(runner, Stage(host, database.read_store, clock))
        runner.run(writer.close())
        runner.run(database.close())
