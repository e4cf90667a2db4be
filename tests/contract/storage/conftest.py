"""Open stores over each kind of database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bpmn_events.adapters.storage.database import Database, open_database
from tests.contract.storage.samples import World


@pytest_asyncio.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = open_database(url)
    yield opened
    await opened.close()


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
