"""A read of an SQLite file that is cancelled leaves nothing that never ends."""

import asyncio
import threading
from functools import partial
from pathlib import Path

from sqlalchemy import make_url, text

from bpmn_events.adapters.storage.connections.engines import sqlite_inline_engine, sqlite_read_engine
from bpmn_events.adapters.storage.connections.outage_log import OutageLog
from bpmn_events.adapters.storage.connections.read_connections import SqliteReadConnections
from tests.support.polling import poll_until

SLOW = text(
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000) "
    "SELECT count(*) FROM numbers"
)


async def test_a_read_is_cancelled_twice(tmp_path: Path) -> None:
    """The second cancellation meets the connection while it is being closed because of the first one."""
    engine = sqlite_read_engine(make_url(f"sqlite:///{tmp_path}/file.db"), 1, 60.0)
    reading = asyncio.Event()

    async def read() -> None:
        async with engine.connect() as connection:
            reading.set()
            await connection.execute(SLOW)

    task = asyncio.create_task(read())
    await reading.wait()
    await asyncio.sleep(0)  # the statement has been handed to the thread
    task.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # the connection is being closed
    task.cancel()
    _, still_running = await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, timeout=30)
    assert not still_running
    assert task.cancelled()
    await engine.dispose()


def test_the_thread_of_a_cancelled_read_ends_before_the_event_loop_does(tmp_path: Path) -> None:
    """It could not give its result to a closed event loop."""
    url = make_url(f"sqlite:///{tmp_path}/file.db")
    before = set(threading.enumerate())

    async def read() -> None:
        open_engine = partial(sqlite_read_engine, url, 1, 60.0)
        connections = SqliteReadConnections(sqlite_inline_engine(url), open_engine, OutageLog().reads)
        reading = asyncio.create_task(connections.fetch(SLOW))
        await poll_until(lambda: set(threading.enumerate()) != before)
        reading.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait((reading,))
        await connections.close()

    asyncio.run(read())
    assert set(threading.enumerate()) == before
