"""A database that does not respond: typed errors of root fields, and GraphQL errors of nested fields.

Another session locks a table of PostgreSQL, so that statements on this table take too long and all others succeed.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from bpmn_events.adapters.auth.key_sets import SharedSecret
from bpmn_events.adapters.auth.tokens import JwtTokens
from bpmn_events.application.services import Services
from bpmn_events.bootstrap import build
from bpmn_events.config import load_settings
from tests.api.gql.client import GraphQLClient
from tests.api.gql.models import ORDER
from tests.api.rest.client import start_case
from tests.api.tokens import SECRET
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.in_process

MESSAGE = "The database cannot be used at the moment: try again later."
ROOT = """
{ waitingEvents { __typename
    ... on Error { code message }
    ... on EngineUnavailableError { retryAfterSeconds outcomeUnknown } } }
"""
NESTED = """
{ processModels { __typename
    ... on ProcessModelConnection { nodes { key waitingEvents { nodes { elementId } } } } } }
"""
# Both aliases fail with one statement, so with the same exception.
COUNTED = """
{ processModels { ... on ProcessModelConnection { nodes {
    one: waitingEvents { totalCount } other: waitingEvents { totalCount } } } } }
"""
NODE = "query($id: ID!) { node(id: $id) { id } }"


@pytest.fixture
def url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    url = postgres_server.create_database(postgres_template)
    yield url
    postgres_server.drop_database(url)


@pytest_asyncio.fixture
async def services(url: str) -> AsyncIterator[Services]:
    """Yield the use cases over PostgreSQL, with one process that waits."""
    settings = load_settings(database_url=url, database_timeout_seconds=1.5)
    async with build(settings, tokens=JwtTokens(SharedSecret(SECRET))).open() as services:
        await start_case(services, ORDER, "order", "c-1")
        yield services


@asynccontextmanager
async def locked(url: str, table: str) -> AsyncIterator[None]:
    other: Any = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        async with other.transaction():
            await other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await other.close()


async def test_a_root_field_returns_a_typed_error(url: str, ada: GraphQLClient) -> None:
    async with locked(url, "waiting_events"):
        response = await ada(ROOT)
    assert response.status == 200
    assert response.data["waitingEvents"] == {
        "__typename": "EngineUnavailableError",
        "code": "ENGINE_UNAVAILABLE",
        "message": MESSAGE,
        "retryAfterSeconds": 1,
        "outcomeUnknown": False,
    }
    assert (await ada(ROOT)).data["waitingEvents"] == {"__typename": "WaitingEventConnection"}


async def test_a_nested_field_reports_a_graphql_error(
    url: str, ada: GraphQLClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with locked(url, "waiting_events"):
            response = await ada(NESTED)
    assert response.status == 200
    assert response.error["path"] == ["processModels", "nodes", 0, "waitingEvents"]
    assert (response.error["message"], response.code) == (MESSAGE, "ENGINE_UNAVAILABLE")
    assert response.body["data"] is None
    (message,) = caplog.messages
    assert message.startswith("The database cannot be used: ")


async def test_every_nested_field_reports_the_same(url: str, ada: GraphQLClient) -> None:
    async with locked(url, "waiting_events"):
        response = await ada(COUNTED)
    assert {error["extensions"]["code"] for error in response.body["errors"]} == {"ENGINE_UNAVAILABLE"}


async def test_node_reports_a_graphql_error(url: str, ada: GraphQLClient) -> None:
    listed = await ada("{ waitingEvents(first: 1) { ... on WaitingEventConnection { nodes { id } } } }")
    (event,) = listed.data["waitingEvents"]["nodes"]
    async with locked(url, "waiting_events"):
        response = await ada(NODE, id=event["id"])
    assert (response.body["data"], response.error["path"], response.code) == (
        {"node": None},
        ["node"],
        "ENGINE_UNAVAILABLE",
    )
