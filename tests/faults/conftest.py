"""Servers in the process of the test, over fresh databases."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from bpmn_events.web.gql.schema.schema import build_schema
from tests.faults.stage import Stage, open_prepared_stage, open_stage
from tests.support.databases.commit_proxy import CommitProxy, commit_proxy
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="package", autouse=True)
def one_schema() -> Iterator[None]:
    """Give all servers the same GraphQL schema: to build it takes longer than most of these tests."""
    schema = build_schema()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bpmn_events.web.gql.endpoint.endpoint.build_schema", lambda *_: schema)
        yield


@pytest_asyncio.fixture
async def stage(url: str) -> AsyncIterator[Stage]:
    """Yield a server over a database of each kind, with the models deployed."""
    async with open_prepared_stage(url) as opened:
        yield opened


@pytest_asyncio.fixture
async def rival(url: str, stage: Stage) -> AsyncIterator[Stage]:
    """Yield another server over the same database."""
    async with open_stage(url) as opened:
        yield opened


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """Yield the URL of a migrated, empty PostgreSQL database."""
    url = postgres_server.create_database(postgres_template)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def proxy(postgres_server: PostgresServer) -> Iterator[CommitProxy]:
    with commit_proxy(postgres_server.port) as running:
        yield running
