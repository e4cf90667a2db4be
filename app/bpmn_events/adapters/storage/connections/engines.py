"""SQLAlchemy engines for the read and write connections to each database."""

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
    """Return True if the URL is that of an SQLite database."""
    return url.drivername.startswith("sqlite")


def _async_engine(url: URL, **options: Any) -> "AsyncEngine":
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  takes a tenth of the startup time

    return create_async_engine(url, **options)


def postgres_engine(url: URL, connections: int) -> "AsyncEngine":
    """Return an engine with a pool of ``connections`` PostgreSQL connections."""
    return _async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,  # replaces connections that a restart of the server has closed
        connect_args={"server_settings": {"application_name": "bpmn-events", "jit": "off"}},
    )


def postgres_read_engine(url: URL, connections: int) -> "AsyncEngine":
    """Return an engine for single SELECT statements outside transactions."""
    return postgres_engine(url, connections).execution_options(isolation_level="AUTOCOMMIT")


def sqlite_read_engine(url: URL, connections: int, busy_seconds: int) -> "AsyncEngine":
    """Return an engine of read-only aiosqlite connections, each with a thread of its own."""
    engine = _async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        pool_size=connections,
        max_overflow=0,
        pool_reset_on_return=None,  # in autocommit mode there is no transaction to roll back
        isolation_level="AUTOCOMMIT",
    )
    _configure(engine.sync_engine, url, busy_seconds, "query_only = ON")
    return engine


def sqlite_inline_engine(url: URL, busy_seconds: int) -> Engine:
    """Return a synchronous engine for the one read-only connection that is used in the event loop."""
    engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    _configure(engine, url, busy_seconds, "query_only = ON")
    return engine


def sqlite_write_engine(url: URL, busy_seconds: int, *pragmas: str) -> Engine:
    """Return a synchronous engine for write transactions; its connections may be used in any thread."""
    engine = create_engine(url.set(drivername="sqlite"), poolclass=NullPool, connect_args={"check_same_thread": False})
    _configure(engine, url, busy_seconds, *pragmas)
    event.listen(engine, "connect", lambda connection, _record: _enable_write_ahead_log(connection, busy_seconds))
    return engine


def _configure(engine: Engine, url: URL, busy_seconds: int, *pragmas: str) -> None:
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the writer executes BEGIN itself
        cursor = connection.cursor()
        for pragma in (f"busy_timeout = {busy_seconds * 1000}", *_PRAGMAS, *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    event.listen(engine, "connect", prepare)


def _enable_write_ahead_log(connection: sqlite3.Connection, busy_seconds: int) -> None:
    """Switch the file to a write-ahead log, permanently and for every connection.

    If two connections to a new file do this at once, SQLite does not wait for the lock, so the second one tries again.

    Raises:
        OperationalError: The file is still locked after ``busy_seconds``, or cannot be opened.
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
