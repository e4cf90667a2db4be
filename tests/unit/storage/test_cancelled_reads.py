"""A read of an SQLite file that is cancelled leaves nothing that never ends."""

import asyncio
from pathlib import Path

from sqlalchemy import make_url, text

from bpmn_events.adapters.storage.connections.engines import sqlite_read_engine

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
