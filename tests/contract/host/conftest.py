"""The process hosts under test, over each kind of database. Add another host here."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from bpmn_events.adapters.hosts.embedded.engine import EmbeddedEngine
from bpmn_events.adapters.hosts.embedded.host import EmbeddedHost
from bpmn_events.adapters.json_schema import JsonSchemas
from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.application.ports.process_host import ProcessHost
from bpmn_events.application.writing.writer import Writer
from tests.contract.host.stage import START, Stage
from tests.support.clock import Clock

MakeHost = Callable[[Database, Writer, Clock], ProcessHost]


def embedded(database: Database, writer: Writer, clock: Clock) -> ProcessHost:
    schemas = JsonSchemas()
    return EmbeddedHost(writer, EmbeddedEngine(schemas), database.read_store, schemas, clock)


@pytest.fixture(params=[embedded])
def make_host(request: pytest.FixtureRequest) -> MakeHost:
    made: MakeHost = request.param
    return made


@pytest_asyncio.fixture
async def other(url: str, stage: Stage, make_host: MakeHost) -> AsyncIterator[Stage]:
    """Another server process over the same database."""
    database = open_database(url)
    writer = Writer(database.write_store)
    yield Stage(make_host(database, writer, stage.clock), database.read_store, stage.clock)
    await writer.close()
    await database.close()


@pytest_asyncio.fixture
async def stage(database: Database, make_host: MakeHost) -> AsyncIterator[Stage]:
    writer, clock = Writer(database.write_store), Clock(START)
    yield Stage(make_host(database, writer, clock), database.read_store, clock)
    await writer.close()
