"""The connection of the one writer, for either database."""

import asyncio
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from sqlite3 import SQLITE_BUSY
from typing import TYPE_CHECKING, Any, Protocol, cast

from sqlalchemy import Connection, Engine, Executable
from sqlalchemy.exc import DBAPIError, OperationalError

from bpmn_events.adapters.storage.connections.prepared import PreparedStatements, is_fixed
from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.connections.worker_thread import WorkerThread
from bpmn_events.application.ports.transaction import ClaimLost

if TYPE_CHECKING:  # SQLite does without it, and it takes a tenth of the start
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# serialization_failure and deadlock_detected (PostgreSQL, appendix A): run the transaction again.
_MANY_ROWS = 500
_FIRST_PAUSE_SECONDS = 0.001
_LONGEST_PAUSE_SECONDS = 0.05

_RETRY = re.compile("40001|40P01")


class WriteConnection(Protocol):
    """A connection inside a write transaction."""

    @property
    def dialect(self) -> str: ...

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        """The rows of one statement."""
        ...

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        """Execute once, or once for each of a sequence of parameters; how many rows a single execution changed."""
        ...


class Writer(Protocol):
    """Opens one write transaction at a time."""

    def transaction(self) -> AbstractAsyncContextManager[WriteConnection]:
        """Commits at the end of the block, durably, unless the block raises."""
        ...

    async def close(self) -> None: ...


class _SqliteConnection:
    """Hands statements to SQLite itself: what SQLAlchemy does around each takes longer than most take to execute."""

    dialect = "sqlite"

    def __init__(self, connection: Connection, thread: WorkerThread) -> None:
        self._connection = connection
        self._thread = thread
        self._raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        self._prepared = PreparedStatements()

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
        if not is_fixed(statement):
            return self._connection.execute(statement, parameters or {}).all()
        prepared = self._prepared.get(statement, parameters or {})
        return self.execute(prepared.text, prepared.parameters(parameters or {})).fetchall()

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        if isinstance(parameters, Mapping):
            prepared = self._prepared.get(statement, parameters)
            return self.execute(prepared.text, prepared.parameters(parameters)).rowcount
        prepared = self._prepared.get(statement, parameters[0])
        values = [prepared.parameters(each) for each in parameters]
        if len(values) > _MANY_ROWS:
            return (await self._thread.run(lambda: self.execute(prepared.text, values))).rowcount
        return self.execute(prepared.text, values).rowcount

    def execute(self, text: str, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] = ()) -> sqlite3.Cursor:
        """Execute once, or once for each of a list of parameters. Errors are those of SQLAlchemy."""
        cursor = self._raw.cursor()
        many = isinstance(parameters, list)
        for listener in self._connection.dispatch.before_cursor_execute:  # as SQLAlchemy tells whoever listens
            listener(self._connection, cursor, text, parameters, None, many)
        try:
            return (cursor.executemany if many else cursor.execute)(text, parameters)
        except sqlite3.Error as error:
            raise DBAPIError.instance(text, None, error, sqlite3.Error) from error

    def commit(self) -> None:
        self.execute("COMMIT")

    def rollback(self) -> None:
        """Does nothing where SQLite has already rolled back by itself."""
        self._raw.rollback()


class SqliteWriter:
    """Writes through one connection that is never shared.

    Statements run in the event loop: each takes microseconds once the transaction holds the lock, less than handing it
    to a thread and back. COMMIT waits for the disk and very many rows take their time: both are done in a thread.
    Where another process holds the lock, BEGIN is tried again after a pause.
    """

    def __init__(self, engine: Engine, busy_seconds: float) -> None:
        self.engine = engine
        self._busy_seconds = busy_seconds
        self._thread = WorkerThread("sqlite-writer")
        self._turn = asyncio.Lock()
        self._connection: Connection | None = None
        self._statements: _SqliteConnection | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteConnection]:
        async with self._turn:
            if self._statements is None:
                self._connection = await self._thread.run(self.engine.connect)
                self._statements = _SqliteConnection(self._connection, self._thread)
                self._statements.execute("PRAGMA busy_timeout = 0")
            statements = self._statements
            await self._begin(statements)
            try:
                yield statements
                await self._thread.run(statements.commit)
            except BaseException:
                await self._thread.run(statements.rollback)
                raise

    async def _begin(self, statements: _SqliteConnection) -> None:
        deadline, pause = time.monotonic() + self._busy_seconds, _FIRST_PAUSE_SECONDS
        while True:
            try:
                statements.execute("BEGIN IMMEDIATE")
                return
            except OperationalError as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def close(self) -> None:
        async with self._turn:
            connection, self._connection, self._statements = self._connection, None, None
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


class PostgresWriter:
    """Writes beside the writers of other processes: a transaction that cannot be put in order with theirs is lost."""

    def __init__(self, engine: "AsyncEngine") -> None:
        self._engine = engine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteConnection]:
        try:
            async with self._engine.begin() as connection:
                yield _PostgresConnection(connection)
        except DBAPIError as error:
            if _RETRY.fullmatch(getattr(error.orig, "sqlstate", None) or ""):
                raise ClaimLost from error
            raise

    async def close(self) -> None:
        await self._engine.dispose()
