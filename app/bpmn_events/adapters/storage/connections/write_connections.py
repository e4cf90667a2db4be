"""Write connections to either database. A process has one writer, which opens one transaction at a time."""

import asyncio
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from sqlite3 import SQLITE_BUSY
from typing import TYPE_CHECKING, Any, Protocol, cast

from sqlalchemy import Connection, Engine, Executable
from sqlalchemy.exc import DBAPIError, OperationalError

from bpmn_events.adapters.storage.connections.outage_log import Access
from bpmn_events.adapters.storage.connections.prepared import PreparedStatements, is_reusable
from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.connections.worker_thread import WorkerThread
from bpmn_events.application.ports.transaction import ClaimLost

if TYPE_CHECKING:  # takes a tenth of the startup time, and the SQLite writer does not need it
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# SQLite takes so long for more rows than this that a handoff to the thread pays off.
_MAX_INLINE_ROWS = 500
_FIRST_PAUSE_SECONDS = 0.001
_LONGEST_PAUSE_SECONDS = 0.05

# serialization_failure and deadlock_detected (PostgreSQL, appendix A): the transaction has to run again.
_RETRY = re.compile("40001|40P01")


class WriteConnection(Protocol):
    """A connection inside a write transaction."""

    @property
    def dialect(self) -> str: ...

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        """Return the rows of one statement."""
        ...

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        """Execute a statement once, or once for each item of a sequence of parameters.

        Return the number of changed rows if the statement is executed once.
        """
        ...


class WriteTransactions(Protocol):
    """The write transactions of a process, of which one is open at a time."""

    def transaction(self) -> AbstractAsyncContextManager[WriteConnection]:
        """Return a context manager that commits durably at the end of its block, unless the block raises."""
        ...

    async def close(self) -> None: ...


@contextmanager
def _noting_outages(access: Access) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        access.raise_if_unavailable(error)
        raise
    if access.is_failing:
        access.succeeded()


class _SqliteConnection:
    """A write connection that executes prepared statements with ``sqlite3``.

    SQLAlchemy's own work on a statement takes longer than SQLite takes to execute most of them.
    """

    dialect = "sqlite"

    def __init__(self, connection: Connection, thread: WorkerThread) -> None:
        self._connection = connection
        self._thread = thread
        self._raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        self._prepared = PreparedStatements()

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
        if not is_reusable(statement):
            return self._connection.execute(statement, parameters or {}).all()
        prepared = self._prepared.get(statement, parameters or {})
        return self.execute(prepared.text, prepared.bind(parameters or {})).fetchall()

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        if isinstance(parameters, Mapping):
            prepared = self._prepared.get(statement, parameters)
            return self.execute(prepared.text, prepared.bind(parameters)).rowcount
        prepared = self._prepared.get(statement, parameters[0])
        values = [prepared.bind(row) for row in parameters]
        if len(values) > _MAX_INLINE_ROWS:
            return (await self._thread.run(lambda: self.execute(prepared.text, values))).rowcount
        return self.execute(prepared.text, values).rowcount

    def execute(self, text: str, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] = ()) -> sqlite3.Cursor:
        """Execute an SQL text once, or once for each item of a list of parameters; raise SQLAlchemy's errors."""
        cursor = self._raw.cursor()
        is_many = isinstance(parameters, list)
        for listener in self._connection.dispatch.before_cursor_execute:  # as SQLAlchemy itself does
            listener(self._connection, cursor, text, parameters, None, is_many)
        try:
            return (cursor.executemany if is_many else cursor.execute)(text, parameters)
        except sqlite3.Error as error:
            raise DBAPIError.instance(text, None, error, sqlite3.Error) from error

    def commit(self) -> None:
        self.execute("COMMIT")

    def rollback(self) -> None:
        """Roll back, unless SQLite has already rolled back by itself."""
        self._raw.rollback()


class SqliteTransactions:
    """The write transactions on an SQLite file, over one connection that is never shared.

    Statements are executed in the event loop: when the transaction holds the lock, each takes microseconds, less than a
    handoff to a thread and back. COMMIT waits for the disk, and inserts of many rows take long: these run in a thread.
    If another process holds the lock, BEGIN is tried again after a pause.
    """

    def __init__(self, engine: Engine, busy_seconds: float, access: Access) -> None:
        self.engine = engine
        self._access = access
        self._busy_seconds = busy_seconds
        self._thread = WorkerThread("sqlite-writer")
        self._lock = asyncio.Lock()
        self._connection: Connection | None = None
        self._write_connection: _SqliteConnection | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteConnection]:
        async with self._lock:
            with _noting_outages(self._access):
                async with self._transaction() as connection:
                    yield connection

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[_SqliteConnection]:
        if self._write_connection is None:
            self._connection = await self._thread.run(self.engine.connect)
            self._write_connection = _SqliteConnection(self._connection, self._thread)
            self._write_connection.execute("PRAGMA busy_timeout = 0")
        connection = self._write_connection
        await self._begin(connection)
        try:
            yield connection
            await self._thread.run(connection.commit)
        except BaseException:
            await self._thread.run(connection.rollback)
            raise

    async def _begin(self, connection: _SqliteConnection) -> None:
        deadline, pause = time.monotonic() + self._busy_seconds, _FIRST_PAUSE_SECONDS
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except OperationalError as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def close(self) -> None:
        async with self._lock:
            connection, self._connection, self._write_connection = self._connection, None, None
            if connection is not None:
                await self._thread.run(connection.close)
            await self._thread.run(self.engine.dispose)
            await self._thread.close()


def _is_busy(error: OperationalError) -> bool:
    return isinstance(error.orig, sqlite3.OperationalError) and error.orig.sqlite_errorcode & 0xFF == SQLITE_BUSY


class _PostgresConnection:
    dialect = "postgresql"

    def __init__(self, connection: "AsyncConnection") -> None:
        self._connection = connection

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        return (await self._connection.execute(statement, parameters or {})).all()

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        return (await self._connection.execute(statement, parameters)).rowcount


class PostgresTransactions:
    """The writer of a PostgreSQL database, to which other processes write as well.

    It raises ``ClaimLost`` if PostgreSQL aborts a transaction because of a serialization failure or a deadlock.
    """

    def __init__(self, engine: "AsyncEngine", access: Access) -> None:
        self._engine = engine
        self._access = access

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteConnection]:
        try:
            with _noting_outages(self._access):
                async with self._engine.begin() as connection:
                    yield _PostgresConnection(connection)
        except DBAPIError as error:
            if _RETRY.fullmatch(getattr(error.orig, "sqlstate", None) or ""):
                raise ClaimLost from error
            raise

    async def close(self) -> None:
        await self._engine.dispose()
