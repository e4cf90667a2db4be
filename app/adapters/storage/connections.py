"""The connection of the one writer, for either database."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.adapters.storage.statements import AnyRow
from app.application.ports import ClaimLost

P = ParamSpec("P")
T = TypeVar("T")

# serialization_failure and deadlock_detected (PostgreSQL, appendix A): run the transaction again.
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
    dialect = "sqlite"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        return self._connection.execute(statement, parameters or {}).all()

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        return self._connection.execute(statement, parameters).rowcount


class SqliteWriter:
    """Writes through one connection that is never shared.

    Statements run in the event loop: each takes microseconds once the transaction holds the lock, less than handing it
    to a thread and back. What can wait, for the lock at BEGIN and for the disk at COMMIT, runs in a thread.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, "sqlite-writer")
        self._turn = asyncio.Lock()
        self._connection: Connection | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteConnection]:
        async with self._turn:
            if self._connection is None:
                self._connection = await self._in_thread(self.engine.connect)
            connection = self._connection
            try:
                await self._in_thread(connection.exec_driver_sql, "BEGIN IMMEDIATE")
                yield _SqliteConnection(connection)
                await self._in_thread(connection.commit)
            except BaseException:
                await self._in_thread(connection.rollback)
                raise

    async def _in_thread(self, action: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T:
        call = partial(action, *arguments, **options)
        future = asyncio.get_running_loop().run_in_executor(self._thread, call)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])  # the thread does not stop: leave nobody else the connection before
            raise

    async def close(self) -> None:
        async with self._turn:
            connection, self._connection = self._connection, None
            if connection is not None:
                await self._in_thread(connection.close)
            await self._in_thread(self.engine.dispose)
            self._thread.shutdown()


class _PostgresConnection:
    dialect = "postgresql"

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        return (await self._connection.execute(statement, parameters or {})).all()

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        return (await self._connection.execute(statement, parameters)).rowcount


class PostgresWriter:
    """Writes beside the writers of other processes: a transaction that cannot be put in order with theirs is lost."""

    def __init__(self, engine: AsyncEngine) -> None:
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
