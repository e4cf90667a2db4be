"""Positions of write transactions: their order, and what they decide about open transactions and other clusters."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text

from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.adapters.storage.transactions.locks import precedes
from bpmn_events.application.ports.write_set import WriteSet
from tests.contract.storage.samples import World, thrown_event
from tests.support.postgres import PostgresServer


@pytest_asyncio.fixture
async def other(url: str) -> AsyncIterator[Database]:
    """Another server process over the same database."""
    opened = open_database(url)
    yield opened
    await opened.close()


async def draw(database: Database) -> int:
    async with database.write_store.transaction() as transaction:
        return await transaction.draw_position()


async def test_positions_grow_from_transaction_to_transaction_and_server_to_server(
    database: Database, other: Database
) -> None:
    positions = [await draw(each) for each in (database, other, database, other)]
    assert positions == sorted(set(positions))


async def test_a_transaction_has_one_position(database: Database) -> None:
    async with database.write_store.transaction() as transaction:
        assert await transaction.draw_position() == await transaction.draw_position()


async def test_a_thrown_event_has_the_position_of_its_transaction(world: World) -> None:
    events = [thrown_event(), thrown_event()]
    before = await draw(world.database)
    await world.write(WriteSet(new_thrown_events=events))
    after = await draw(world.database)
    async with world.database.write_store.transaction() as transaction:
        stored = [await transaction.thrown_event(event.id) for event in events]
    positions = {event.position for event in stored if event is not None}
    assert len(positions) == 1
    assert before < positions.pop() < after


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_position_is_settled_when_every_older_transaction_has_ended(
    database: Database, other: Database
) -> None:
    async with database.write_store.transaction() as reader:
        await reader.lock([])
        async with other.write_store.transaction() as older:
            await older.lock([])
            first = await older.draw_position()
            position = first + 1  # of a transaction that was committed in between
            assert not await reader.is_settled(position)
            assert await reader.is_settled(first)
        assert await reader.is_settled(position)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_transactions_of_other_programs_do_not_count(
    url: str, database: Database, postgres_server: PostgresServer
) -> None:
    another_url = postgres_server.create_database()
    connections = [await asyncpg.connect(each.replace("+asyncpg", "")) for each in (url, another_url)]
    for connection in connections:
        await connection.execute("BEGIN; SELECT pg_current_xact_id()")
    async with database.write_store.transaction() as transaction:
        await transaction.lock([])
        assert await transaction.is_settled(await transaction.draw_position() + 1)
    for connection in connections:
        await connection.close()
    postgres_server.drop_database(another_url)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_positions_go_on_in_another_cluster(url: str, world: World) -> None:
    """The rows of a restored database have the positions of the cluster they come from."""
    event = thrown_event()
    await world.write(WriteSet(new_thrown_events=[event]))
    async with world.database.write_store.transaction() as transaction:
        await transaction._connection.run(text("UPDATE thrown_events SET position = position + 1000000"), {})
        await transaction._connection.run(text("UPDATE positions SET cluster = 'another', value = 5"), {})
        stored = await transaction.thrown_event(event.id)
        assert stored is not None
    restored = [open_database(url) for _ in range(3)]
    positions = await asyncio.gather(*map(draw, restored))
    assert all(position > stored.position for position in positions)
    assert len(set(positions)) == len(positions)
    async with restored[0].write_store.transaction() as transaction:
        await transaction.lock([])
        assert await transaction.is_settled(stored.position)
    for each in restored:
        await each.close()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(5, 6, True), (6, 5, False), (5, 5, False), (2**32 - 3, 2**32 + 3, True), (3, 2**32 - 3, False)],
)
def test_transaction_ids_are_compared_in_a_circle(first: int, second: int, expected: bool) -> None:
    assert precedes(first % 2**32, second) is expected
