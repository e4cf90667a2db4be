"""Cursors after a promotion, a restore or an upgrade of the database server.

A cursor whose changes the database still has goes on without a gap. Any other one expires, instead of silently naming
another place.
"""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bpmn_events.adapters.storage.backup import back_up_sqlite
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.application.ports.change_feed import FeedPlace, place_before
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import ChangesExpired, DomainError
from tests.delivery.changes.following import Follower
from tests.delivery.changes.test_feed import follow
from tests.delivery.conftest import runtime_over
from tests.delivery.world import START, World
from tests.support.clock import Clock
from tests.support.databases.postgres_node import PostgresNode
from tests.support.databases.postgres_pair import running_pair
from tests.support.polling import wait_until
from tests.support.postgres import PostgresServer, another_server, database_name
from tests.system.models import TWO_STEPS

# So that the transaction ids of another cluster are smaller.
USE_UP_IDS = "DO $$ BEGIN FOR number IN 1..3000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"


@asynccontextmanager
async def server_over(url: str) -> AsyncIterator[World]:
    clock = Clock(START)
    runtime = runtime_over(url, clock)
    async with runtime.open():
        yield World(runtime, clock)


async def run_case(world: World, correlation: str) -> None:
    world.clock.advance(seconds=1)
    await world.start("two-steps", correlation)
    await world.trigger("two-steps", correlation, "first")


async def follow_one_of_two_cases(world: World, node: PostgresNode, url: str) -> Follower:
    """Use up transaction ids, run two cases, and return a follower that has seen the first of them."""
    await world.deploy(TWO_STEPS)
    node.query(USE_UP_IDS, database_name(url))
    follower = await follow(world)
    await run_case(world, "c-1")
    await follower.catch_up()
    await run_case(world, "c-2")
    return follower


async def continue_after(world: World, earlier: Follower) -> Follower:
    """Return a follower at another server that goes on where the earlier one has been."""
    assert earlier.place is not None
    last = earlier.place.last
    assert last is not None
    assert await world.runtime.database.change_feed.has(last)
    return Follower(world.runtime.database.change_feed, last, dict(earlier.events))


async def check_up_to_date(world: World, follower: Follower) -> None:
    await follower.catch_up()
    assert follower.events.keys() == {event.id for event in await world.waits()}
    assert not follower.doubled


async def check_expired(world: World, cursor: ChangesCursor) -> None:
    feed = world.runtime.database.change_feed
    assert not await feed.has(cursor)
    with pytest.raises(ChangesExpired):  # as a reader that is there already
        await feed.read(FeedPlace(cursor.position + 10, cursor), 10)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_dump_restored_into_a_new_cluster(url: str, postgres_server: PostgresServer, tmp_path: Path) -> None:
    dump = tmp_path / "dump.sql"
    async with server_over(url) as world:
        kept = await follow_one_of_two_cases(world, postgres_server.node, url)
        dump.write_text(postgres_server.dump(url), "utf-8")
        await run_case(world, "c-3")
        lost = await world.runtime.database.change_feed.end()
    with another_server() as other:
        restored = other.create_database()
        other.restore(restored, dump)
        async with server_over(restored) as world:
            follower = await continue_after(world, kept)
            await check_up_to_date(world, follower)  # before the first transaction of the new cluster
            assert len(follower.events) == 2
            await check_expired(world, lost)
            listed = await follow(world)
            await run_case(world, "c-4")
            await check_up_to_date(world, follower)
            await check_up_to_date(world, listed)
            await check_expired(world, lost)


async def test_an_upgrade_of_the_cluster() -> None:
    """``pg_upgrade`` keeps the transaction ids, but the cluster gets another identifier."""
    with another_server() as old, another_server() as new:
        url = old.create_database()
        await migrate(url)
        async with server_over(url) as world:
            kept = await follow_one_of_two_cases(world, old.node, url)
        old.node.stop()
        new.node.stop()
        new.node.upgrade(old.node)
        new.node.start()
        async with server_over(url.replace(str(old.port), str(new.port))) as world:
            follower = await continue_after(world, kept)
            await check_up_to_date(world, follower)
            assert len(follower.events) == 2
            await run_case(world, "c-3")
            await check_up_to_date(world, follower)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_database_restored_again_into_a_cluster_with_greater_transaction_ids(
    url: str, postgres_server: PostgresServer
) -> None:
    """Whoever has read there before the first writer misses nothing of it."""
    async with server_over(url) as world, world.runtime.database.transactions.transaction() as transaction:
        await transaction.run(text("UPDATE positions SET value = 1000"), {})  # by an earlier restore
    async with server_over(url) as world:
        await world.deploy(TWO_STEPS)
        await run_case(world, "c-1")
        async with world.runtime.database.transactions.transaction() as transaction:
            await transaction.run(text("UPDATE positions SET cluster = 'the old one'"), {})
    postgres_server.node.query(USE_UP_IDS, database_name(url))
    async with server_over(url) as world:
        follower = await follow(world)
        await follower.catch_up()
        await run_case(world, "c-2")
        await check_up_to_date(world, follower)


async def test_a_promoted_standby_that_lacks_the_latest_transactions() -> None:
    with running_pair() as pair:
        url = pair.create_database()
        await migrate(pair.primary_url)
        pair.primary.query("ALTER SYSTEM SET synchronous_standby_names = ''")
        pair.primary.query("SELECT pg_reload_conf()")
        async with server_over(url) as world:
            await world.deploy(TWO_STEPS)
            kept = await follow(world)
            await run_case(world, "c-1")
            await kept.catch_up()
            assert kept.place is not None
            end = pair.primary.query("SELECT pg_current_wal_flush_lsn()")

            async def has_followed() -> bool:
                return pair.standby.query(f"SELECT pg_last_wal_replay_lsn() >= '{end}'") == "t"

            await wait_until(has_followed)
            pair.standby.kill()
            await run_case(world, "c-lost")
            lost = await follow(world)
            pair.primary.kill()
            pair.standby.start()
            pair.promote_standby()

            async def is_available() -> bool:
                try:
                    await run_case(world, "c-2")
                except DomainError:
                    return False
                return True

            await wait_until(is_available)
            assert [event.correlation_id for event in await world.waits()] == ["c-1", "c-2"]
            await check_expired(world, lost.cursor)
            follower = await continue_after(world, kept)
            await check_up_to_date(world, follower)
            for number in range(3, 10):  # at the positions of the lost transactions and above
                await run_case(world, f"c-{number}")
                await check_expired(world, lost.cursor)
            await check_up_to_date(world, follower)


@pytest.mark.parametrize("how", ["backup", "plain copy"])
async def test_a_restored_file(tmp_path: Path, sqlite_template: Path, how: str) -> None:
    file, copy = tmp_path / "live.db", tmp_path / "copy.db"
    shutil.copy(sqlite_template, file)
    url = f"sqlite+aiosqlite:///{file}"
    async with server_over(url) as world:
        await world.deploy(TWO_STEPS)
        kept = await follow(world)
        await run_case(world, "c-1")
        await kept.catch_up()
        if how == "backup":
            back_up_sqlite(url, copy, lambda *_: None)
        else:
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(file, copy)
        await run_case(world, "c-2")
        lost = await world.runtime.database.change_feed.end()
    for rest in ("", "-wal", "-shm"):
        (tmp_path / f"live.db{rest}").unlink(missing_ok=True)
    shutil.copy(copy, file)
    async with server_over(url) as world:
        await check_expired(world, lost)
        follower = await continue_after(world, kept)
        for number in range(3, 6):
            await run_case(world, f"c-{number}")
            await check_expired(world, lost)
        await check_up_to_date(world, follower)
        assert len(follower.events) == 4
        assert (await world.runtime.database.change_feed.read(place_before(kept.cursor), 99)).change_sets
