"""Locks of write transactions on PostgreSQL. SQLite needs none: one write transaction is open at a time."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.adapters.storage.transactions.locks import lock_numbers
from bpmn_events.application.ports.transaction import LocksTaken

on_postgresql = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)


@pytest_asyncio.fixture
async def other(url: str) -> AsyncIterator[Database]:
    """Another server process over the same database, which waits a short time for locks."""
    opened = open_database(url, timeout_seconds=0.5)
    yield opened
    await opened.close()


@on_postgresql
async def test_a_transaction_waits_for_the_locks_of_another_one(database: Database, other: Database) -> None:
    order = []

    async def second() -> None:
        async with other.write_store.transaction() as transaction:
            await transaction.lock(["b", "c"])
            order.append("second")
            assert transaction.holds("c")
            assert not transaction.holds("a")

    async with database.write_store.transaction() as transaction:
        await transaction.lock(["a", "b"])
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.1)
        order.append("first")
    await waiting
    assert order == ["first", "second"]


@on_postgresql
async def test_locks_that_are_held_for_too_long_are_not_waited_for(database: Database, other: Database) -> None:
    async with database.write_store.transaction() as transaction:
        await transaction.lock(["a", "b"])
        with pytest.raises(LocksTaken):
            async with other.write_store.transaction() as late:
                await late.lock(["b", "c"])
        async with other.write_store.transaction() as late:
            assert await late.try_lock(["a", "b", "c", "d"]) == {"a", "b"}
            assert [late.holds(name) for name in "abcd"] == [False, False, True, True]


def test_locks_are_taken_in_one_order() -> None:
    names = [f"correlation {number}" for number in range(100)]
    numbers = list(lock_numbers(names))
    assert numbers == sorted(numbers) == list(lock_numbers(names[::-1]))
    assert len(numbers) == len(names)
    assert all(-(2**63) <= number < 2**63 for number in numbers)
