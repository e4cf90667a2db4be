"""The feed on PostgreSQL beside open transactions of other programs, and of servers with another database role."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from bpmn_events.adapters.storage.schema.migrate import migrate
from tests.delivery.changes.following import Follower
from tests.delivery.changes.test_feed import follow
from tests.delivery.conftest import runtime_over
from tests.delivery.world import World
from tests.support.databases.commit_proxy import CommitProxy, Fault, commit_proxy
from tests.support.databases.postgres_node import PostgresNode
from tests.support.polling import poll_until
from tests.support.postgres import PostgresServer, database_name, fast_folder, require_postgres
from tests.system.models import TWO_STEPS

pytestmark = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


async def check_up_to_date(world: World, follower: Follower) -> None:
    await follower.catch_up()
    assert follower.events.keys() == {event.id for event in await world.waits()}
    assert not follower.doubled


@pytest.mark.parametrize(
    ("is_own", "statement"),
    [
        (True, "CREATE TABLE of_another_program (number integer)"),
        (True, "SELECT * FROM positions FOR UPDATE"),
        (False, "CREATE TABLE of_another_program (number integer)"),
    ],
    ids=["writes", "locks rows", "writes to another database"],
)
async def test_open_transactions_of_other_programs_hold_nothing_back(
    url: str, world: World, postgres_server: PostgresServer, is_own: bool, statement: str
) -> None:
    await world.deploy(TWO_STEPS)
    follower = await follow(world)
    other_url = url if is_own else postgres_server.create_database()
    async with connected(other_url) as other:
        transaction = other.transaction()
        await transaction.start()
        await other.execute(statement)
        for number in range(3):
            await world.start("two-steps", f"c-{number}")
            listed = await follow(world)
            await world.trigger("two-steps", f"c-{number}", "first")
            await check_up_to_date(world, follower)
            await check_up_to_date(world, listed)
        await transaction.rollback()
    await check_up_to_date(world, follower)


async def test_prepared_transactions_hold_nothing_back(world: World) -> None:
    """They belong to no session, and the product has none."""
    with fast_folder() as folder:
        node = PostgresNode(require_postgres(), folder, {"max_prepared_transactions": "2"})
        node.create()
        node.start()
        try:
            url = PostgresServer(node).create_database()
            await migrate(url)
            node.query("BEGIN; CREATE TABLE other (number integer); PREPARE TRANSACTION 'p'", database_name(url))
            runtime = runtime_over(url, world.clock)
            async with runtime.open():
                server = World(runtime, world.clock)
                await server.deploy(TWO_STEPS)
                follower = await follow(server)
                await server.start("two-steps", "c-1")
                await check_up_to_date(server, follower)
                assert len(follower.events) == 1
        finally:
            node.stop()


@pytest.fixture
def proxy(postgres_server: PostgresServer) -> Iterator[CommitProxy]:
    with commit_proxy(postgres_server.port) as running:
        yield running


@pytest_asyncio.fixture
async def limited_url(url: str, postgres_server: PostgresServer) -> AsyncIterator[str]:
    """Yield the URL for a role that cannot see the transactions of other roles."""
    async with connected(url) as connection:
        await connection.execute(
            "CREATE ROLE limited LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO limited; "
            "GRANT ALL ON SCHEMA public TO limited"
        )
    yield url.replace("postgres@", "limited@")
    async with connected(url) as connection:
        await connection.execute("DROP OWNED BY limited; DROP ROLE limited")


@pytest.mark.parametrize("cut", [False, True], ids=["committed", "rolled back"])
@pytest.mark.parametrize("is_hidden", [False, True], ids=["one role", "another role"])
async def test_open_transactions_of_other_servers_are_waited_for(
    url: str, world: World, limited_url: str, proxy: CommitProxy, is_hidden: bool, cut: bool
) -> None:
    """What commits before them has a greater position: if it were read now, theirs would come too late."""
    await world.deploy(TWO_STEPS)
    reading = runtime_over(limited_url if is_hidden else url, world.clock)
    writing = runtime_over(proxy.url(url), world.clock)
    async with reading.open(), writing.open():
        reader, slow = World(reading, world.clock), World(writing, world.clock)
        follower = await follow(reader)
        await slow.waits()
        happened = proxy.arm(Fault.STALLED, marker="change_feed")
        starting = asyncio.create_task(slow.start("two-steps", "c-slow"))
        await poll_until(happened.is_set)
        await reader.start("two-steps", "c-fast")
        listed = await follow(reader)
        await follower.catch_up()
        assert [event.correlation_id for event in listed.events.values()] == ["c-fast"]
        assert follower.events == {}
        proxy.release(cut=cut)
        await starting
        for each in (follower, listed):
            await check_up_to_date(reader, each)
            assert {event.correlation_id for event in each.events.values()} == {"c-slow", "c-fast"}
