"""The engines that are held to the suite, and a host that runs one over a real database: add another one here."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.engine_port import Engine
from bpmn_events.adapters.hosts.embedded.host import EmbeddedHost
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.storage.database import open_database
from bpmn_events.application.writing.writer import Writer
from tests.conformance.hosted import Hosted
from tests.contract.host.stage import START, Stage
from tests.support.clock import Clock


@pytest.fixture(params=[EmbeddedEngine], ids=["embedded"])
def engine(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.param(JsonSchemas())
    return made


@pytest.fixture
def hosted(sqlite_template: Path, tmp_path: Path) -> Iterator[Hosted]:
    """The embedded host over a fresh database."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    with asyncio.Runner() as runner:
        database, schemas, clock = open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db"), JsonSchemas(), Clock(START)
        writer = Writer(database.write_store)
        host = EmbeddedHost(writer, EmbeddedEngine(schemas), schemas, clock)
        yield Hosted(runner, Stage(host, database.read_store, clock))
        runner.run(writer.close())
        runner.run(database.close())
