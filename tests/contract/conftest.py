"""Fixture of the contract tests: an open database of each kind."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bpmn_events.adapters.storage.database import Database, open_database


@pytest_asyncio.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = open_database(url)
    yield opened
    await opened.close()
