"""The engines: how each kind of connection to each database is set up."""

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, NullPool, create_engine, event

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

BUSY_SECONDS = 10

# FULL makes a commit durable before it is acknowledged, also against power loss (https://sqlite.org/pragma.html).
_PRAGMAS = ("synchronous = FULL", "foreign_keys = ON")
_PAUSE_SECONDS = 0.01


def is_sqlite(url: URL) -> bool:
    return url.drivername.startswith("sqlite")


def _async_engine(url: URL, **options: Any) -> "AsyncEngine":
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  a tenth of the start, where it is needed

    return create_async_engine(url, **options)


def postgres(url: URL, connections: int) -> "AsyncEngine":
    return _async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,  # a restarted server costs nobody an error
        connect_args={"server_settings": {"application_name": "bpmn-events", "jit": "off"}},
    )


def postgres_read_engine(url: URL, connections: int) -> "AsyncEngine":
    return postgres(url, connections).execution_options(isolation_level="AUTOCOMMIT")


def sqlite_read_engine(url: URL, connections: int, busy_seconds: int) -> "AsyncEngine":
    """Through aiosqlite: each connection is a thread."""
    engine = _async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        pool_size=connections,
        max_overflow=0,
        pool_reset_on_return=None,  # there is never a transaction to roll back
        isolation_level="AUTOCOMMIT",
    )
    _set_up(engine.sync_engine, url, busy_seconds, "query_only = ON")
    return engine


def sqlite_inline_engine(url: URL, busy_seconds: int) -> Engine:
    """Synchronous, for the one connection that reads in the event loop."""
    engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    _set_up(engine, url, busy_seconds, "query_only = ON")
    return engine


def sqlite_writer(url: URL, busy_seconds: int, *pragmas: str) -> Engine:
    """Synchronous, for a caller that decides what runs in a thread."""
    engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool, connect_args={"check_same_thread": False})
    _set_up(engine, url, busy_seconds, *pragmas)
    event.listen(engine, "connect", lambda connection, _record: _keep_log(connection, busy_seconds))
    return engine


def _set_up(engine: Engine, url: URL, busy_seconds: int, *pragmas: str) -> None:
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours to say
        cursor = connection.cursor()
        for pragma in (f"busy_timeout = {busy_seconds * 1000}", *_PRAGMAS, *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", prepare)


def _keep_log(connection: sqlite3.Connection, busy_seconds: int) -> None:
    """Have the file keep a write-ahead log, as it then does for everybody.

    SQLite does not wait where two connections to a new file both want that: the second one has to ask again.
    """
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return
