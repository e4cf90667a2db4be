"""SQLAlchemy engines for the read and write connections to each database."""

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, NullPool, create_engine, event

from bpmn_events.adapters.storage.connections.files import create_database_file, make_private_folder
from bpmn_events.adapters.storage.connections.postgres_hosts import PostgresHosts
from bpmn_events.adapters.storage.connections.sqlite_thread import connect_in_thread

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

DEFAULT_TIMEOUT_SECONDS = 3.0

# The event loop waits so long for a lock on the SQLite file, before a thread takes over.
_INLINE_BUSY_SECONDS = 0.05
# A statement that waits for a lock fails for this reason, before it fails because it takes too long. The server ends a
# statement before the client gives up on the server.
_LOCK_SHARE = 0.4
_CLIENT_FACTOR = 1.1
# The wait for a free connection ends before the wait for a connection that is opened.
_POOL_SHARE = 0.9
# A transaction stays open between its statements, while this program computes.
_IDLE_FACTOR = 10
# FULL makes a commit durable before it is acknowledged, also against power loss (https://sqlite.org/pragma.html).
_PRAGMAS = ("synchronous = FULL", "foreign_keys = ON")
_PAUSE_SECONDS = 0.01


def is_sqlite(url: URL) -> bool:
    """Return True if the URL is that of an SQLite database."""
    return url.drivername.startswith("sqlite")


def _async_engine(url: URL, **options: Any) -> "AsyncEngine":
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  takes a tenth of the startup time

    return create_async_engine(url, hide_parameters=True, **options)


def postgres_engine(
    url: URL,
    connections: int,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    *,
    statement_timeouts: bool = True,
) -> "AsyncEngine":
    """Return an engine with a pool of ``connections`` PostgreSQL connections.

    Args:
        url: The URL of the database.
        connections: The size of the pool.
        timeout_seconds: The time for one statement, and for the wait for a free connection. To connect to all hosts
            takes at most half of it.
        statement_timeouts: False for statements that take as long as they need, such as those of migrations.
    """
    engine = _async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=timeout_seconds * _POOL_SHARE,
        pool_pre_ping=True,  # replaces connections that a restart of the server has closed
        connect_args=_connect_arguments(timeout_seconds, statement_timeouts=statement_timeouts),
    )
    _close_in_bounded_time(engine)
    return engine


def postgres_read_engine(url: URL, connections: int, timeout_seconds: float) -> "AsyncEngine":
    """Return an engine for single SELECT statements outside transactions."""
    engine = postgres_engine(url, connections, timeout_seconds)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def postgres_write_engine(url: URL, timeout_seconds: float) -> "AsyncEngine":
    """Return an engine for the writer, which keeps one connection, and begins and ends its transactions itself."""
    engine = _async_engine(url, poolclass=NullPool, connect_args=_connect_arguments(timeout_seconds))
    _close_in_bounded_time(engine)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _connect_arguments(timeout_seconds: float, *, statement_timeouts: bool = True) -> dict[str, Any]:
    """Return the arguments for asyncpg."""
    arguments: dict[str, Any] = {
        "async_creator_fn": PostgresHosts(timeout_seconds / 2).connect,
        "server_settings": {
            "application_name": "bpmn-events",
            "jit": "off",
            # Each statement of a transaction sees what was committed before it, also while it waited for its locks.
            "default_transaction_isolation": "read committed",
        },
    }
    if statement_timeouts:
        arguments["command_timeout"] = timeout_seconds * _CLIENT_FACTOR
        arguments["server_settings"] |= _server_timeouts(timeout_seconds)
    return arguments


def _server_timeouts(timeout_seconds: float) -> dict[str, str]:
    """Return the settings with which the server ends what takes too long, also after it has lost its client."""
    milliseconds = max(1, round(timeout_seconds * 1000))
    seconds = str(max(1, round(timeout_seconds)))
    return {
        "statement_timeout": str(milliseconds),
        "lock_timeout": str(max(1, round(milliseconds * _LOCK_SHARE))),
        "idle_in_transaction_session_timeout": str(milliseconds * _IDLE_FACTOR),
        "tcp_user_timeout": str(milliseconds),
        "tcp_keepalives_idle": seconds,
        "tcp_keepalives_interval": seconds,
        "tcp_keepalives_count": "3",
    }


def _close_in_bounded_time(engine: "AsyncEngine") -> None:
    event.listen(engine.sync_engine, "invalidate", _terminate)
    event.listen(engine.sync_engine, "close", _take_leave)


def _take_leave(connection: Any, _record: object) -> None:
    """Say farewell, and close the socket if there is no answer. SQLAlchemy itself would log an error instead."""
    connection.terminate()


def _terminate(connection: Any, _record: object, _error: object) -> None:
    """Close the socket of a connection that failed. SQLAlchemy would first wait for the answer to a farewell."""
    connection.driver_connection.terminate()


def sqlite_read_engine(url: URL, connections: int, timeout_seconds: float) -> "AsyncEngine":
    """Return an engine of read-only aiosqlite connections, each with a thread of its own."""
    engine = _async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        pool_size=connections,
        max_overflow=0,
        pool_timeout=timeout_seconds,
        pool_reset_on_return=None,  # in autocommit mode there is no transaction to roll back
        isolation_level="AUTOCOMMIT",
        connect_args={"async_creator_fn": connect_in_thread},
    )
    _configure(engine.sync_engine, url, timeout_seconds, "query_only = ON")
    return engine


def sqlite_inline_engine(url: URL) -> Engine:
    """Return a synchronous engine for the one read-only connection that is used in the event loop."""
    engine = create_engine(
        url.set(drivername="sqlite"), poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )
    _configure(engine, url, _INLINE_BUSY_SECONDS, "query_only = ON")
    return engine


def sqlite_write_engine(url: URL, busy_seconds: float, *pragmas: str) -> Engine:
    """Return a synchronous engine for write transactions; its connections may be used in any thread.

    The folder of the file is created if it does not exist. Later, a folder that has gone is an outage: a new file in a
    new folder would be another database. Only the owner can read a new folder or file.
    """
    file = Path(url.database or "")
    make_private_folder(file.parent)
    engine = create_engine(
        url.set(drivername="sqlite"),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "do_connect", lambda *_: create_database_file(file))
    _configure(engine, url, busy_seconds, *pragmas)
    event.listen(engine, "connect", lambda connection, _record: _enable_write_ahead_log(connection, busy_seconds))
    return engine


def _configure(engine: Engine, url: URL, busy_seconds: float, *pragmas: str) -> None:
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the writer executes BEGIN itself
        cursor = connection.cursor()
        for pragma in (f"busy_timeout = {round(busy_seconds * 1000)}", *_PRAGMAS, *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", prepare)


def _enable_write_ahead_log(connection: sqlite3.Connection, busy_seconds: float) -> None:
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
