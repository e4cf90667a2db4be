"""The write transactions of an SQLite file."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from sqlite3 import SQLITE_BUSY, SQLITE_IOERR_FSYNC
from typing import Any, cast

from sqlalchemy import Connection, Engine, Executable, text, update
from sqlalchemy.exc import DBAPIError

from bpmn_events.adapters.storage.connections.outage_log import Access
from bpmn_events.adapters.storage.connections.prepared import PreparedStatements, is_reusable, mark_reusable
from bpmn_events.adapters.storage.connections.worker_thread import WorkerThread
from bpmn_events.adapters.storage.schema.tables import positions
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection
from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.application.ports.transaction import TransactionLost

# So many rows may be large without holding up other requests.
_FETCHED_ROWS = 8
_FIRST_PAUSE_SECONDS = 0.001
_LONGEST_PAUSE_SECONDS = 0.05

# Writing more takes long.
_LARGE_BYTES = 1_048_576

_APPEND_CHANGES = mark_reusable(text("INSERT INTO change_feed (at, changes) VALUES (:at, :changes)"))
_NEXT_POSITION = mark_reusable(update(positions).values(value=positions.c.value + 1).returning(positions.c.value))


class _SqliteConnection:
    """A write connection that executes prepared statements with ``sqlite3``.

    SQLAlchemy's own work on a statement takes longer than SQLite takes to execute most of them.
    """

    dialect = "sqlite"
    # The file has one write transaction at a time.
    needs_locks = False
    draws_position_always = False

    def __init__(self, connection: Connection, thread: WorkerThread) -> None:
        self._connection = connection
        self._thread = thread
        self._raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        self._prepared = PreparedStatements()
        self._position: int | None = None

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
        if not is_reusable(statement):
            return self._connection.execute(statement, parameters or {}).all()
        prepared = self._prepared.get(statement, parameters or {})
        cursor = self.execute(prepared.text, prepared.bind(parameters or {}))
        rows = cursor.fetchmany(_FETCHED_ROWS)
        if len(rows) == _FETCHED_ROWS:  # other tasks run before the next ones, because rows may be large
            pauses = Pauses()
            while part := cursor.fetchmany(_FETCHED_ROWS):
                rows += part
                await pauses.pause_if_long()
        return rows

    async def run(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        is_large: bool = False,
    ) -> int:
        if is_large:
            return await self._thread.run(lambda: self._run(statement, parameters))
        return self._run(statement, parameters)

    def _run(self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        if isinstance(parameters, Mapping):
            prepared = self._prepared.get(statement, parameters)
            return self.execute(prepared.text, prepared.bind(parameters)).rowcount
        prepared = self._prepared.get(statement, parameters[0])
        return self.execute(prepared.text, [prepared.bind(row) for row in parameters]).rowcount

    async def position(self) -> int:
        if self._position is None:
            self._position = int((await self.fetch(_NEXT_POSITION))[0][0])
        return self._position

    async def append_changes(self, at: int, changes: bytes) -> None:
        await self.run(_APPEND_CHANGES, {"at": at, "changes": changes}, is_large=len(changes) > _LARGE_BYTES)

    async def lock(self, names: Collection[str]) -> None:
        pass

    async def try_lock(self, names: Collection[str]) -> frozenset[str]:
        return frozenset()

    def holds(self, name: str) -> bool:
        return True

    async def is_settled(self, position: int) -> bool:
        return True

    async def take_delivery_turn(self) -> bool:
        return True

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

    def begin(self) -> None:
        self._position = None
        self.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.execute("COMMIT")

    def rollback(self) -> None:
        """Roll back, unless SQLite has already rolled back by itself."""
        self._raw.rollback()


class SqliteTransactions:
    """The write transactions on an SQLite file, over one connection that is never shared.

    Statements are executed in the event loop: when the transaction holds the lock, each takes microseconds, less than a
    handoff to a thread and back. COMMIT waits for the disk, and large writes take long: these run in a thread.
    If another process holds the lock, BEGIN is tried again after a pause.
    """

    def __init__(self, engine: Engine, timeout_seconds: float, access: Access) -> None:
        self.engine = engine
        self._access = access
        self._timeout_seconds = timeout_seconds
        self._thread = WorkerThread("sqlite-writer")
        self._lock = asyncio.Lock()
        self._connection: Connection | None = None
        self._write_connection: _SqliteConnection | None = None
        # True after a COMMIT whose fsync failed. Its transaction is rolled back, but a crash would recover it from the
        # write-ahead log, unless another transaction has overwritten it there.
        self._is_commit_open = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteConnection]:
        async with self._lock:
            try:
                connection = await self._begin()
                try:
                    yield connection
                    if self._is_commit_open:
                        await connection.position()  # writes, so that the open transaction is overwritten
                except BaseException:
                    await self._thread.run(connection.rollback)
                    raise
                await self._commit(connection)
            except DBAPIError as error:
                self._access.raise_if_unavailable(error)
                raise
        if self._access.is_failing:
            self._access.succeeded()

    async def _commit(self, connection: _SqliteConnection) -> None:
        try:
            await self._thread.run(connection.commit)
        except BaseException as error:
            await self._thread.run(connection.rollback)
            if isinstance(error, DBAPIError) and _error_code(error) == SQLITE_IOERR_FSYNC:
                self._is_commit_open = True
                raise TransactionLost(is_final=False) from error
            raise
        self._is_commit_open = False

    async def _begin(self) -> _SqliteConnection:
        connection = await self._connect()
        deadline, pause = time.monotonic() + self._timeout_seconds, _FIRST_PAUSE_SECONDS
        while True:
            try:
                connection.begin()
            except DBAPIError as error:
                if _error_code(error) & 0xFF != SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            else:
                return connection
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _connect(self) -> _SqliteConnection:
        if self._write_connection is None:
            self._connection = await self._thread.run(self.engine.connect)
            self._write_connection = _SqliteConnection(self._connection, self._thread)
            self._write_connection.execute("PRAGMA busy_timeout = 0")
        return self._write_connection

    async def close(self) -> None:
        async with self._lock:
            connection, self._connection, self._write_connection = self._connection, None, None
            if connection is not None:
                await self._thread.run(connection.close)
            await self._thread.run(self.engine.dispose)
            await self._thread.close()


def _error_code(error: DBAPIError) -> int:
    """Return the extended result code of SQLite, or 0 for an error of another kind."""
    return error.orig.sqlite_errorcode if isinstance(error.orig, sqlite3.Error) else 0
