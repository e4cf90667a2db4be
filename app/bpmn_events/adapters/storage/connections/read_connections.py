"""Read connections to either database. Each statement is executed by itself, outside a transaction."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Executable

from bpmn_events.adapters.storage.connections.outage_log import Access
from bpmn_events.adapters.storage.connections.sqlite_thread import wait_for_threads
from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.connections.unavailability import is_locked

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")


class ReadConnections(Protocol):
    """Connections that read committed data and block no writer.

    They raise ``EngineUnavailable`` if the database cannot be used at the moment.
    """

    @property
    def engines(self) -> Sequence[Engine]:
        """The engines, for listeners to their SQLAlchemy events."""
        ...

    @property
    def dialect(self) -> str: ...

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, *, inline: bool = False
    ) -> Sequence[AnyRow]:
        """Return the rows of one statement. ``inline`` means that it reads few rows and uses an index."""
        ...

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Call the function with a connection and return its result."""
        ...

    async def close(self) -> None: ...


class AsyncReadConnections:
    """Read connections that await every statement.

    They ignore ``inline``: a statement on PostgreSQL waits for the network anyway. ``timeout_seconds`` is the time for
    the wait for a connection; None if the engine itself bounds it. The engine bounds the time for a statement.
    """

    def __init__(
        self,
        open_engine: "Callable[[], AsyncEngine]",
        access: Access,
        dialect: str = "postgresql",
        timeout_seconds: float | None = None,
    ) -> None:
        self._open_engine = open_engine
        self._access = access
        self.dialect = dialect
        self._timeout_seconds = timeout_seconds

    @cached_property
    def _engine(self) -> "AsyncEngine":
        return self._open_engine()

    @property
    def engines(self) -> Sequence[Engine]:
        return (self._engine.sync_engine,)

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, *, inline: bool = False
    ) -> Sequence[AnyRow]:
        async with self._connect() as connection:
            return (await connection.execute(statement, parameters or {})).all()

    async def run(self, work: Callable[[Connection], T]) -> T:
        async with self._connect() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        if "_engine" in self.__dict__:
            await self._engine.dispose()

    @asynccontextmanager
    async def _connect(self) -> "AsyncIterator[AsyncConnection]":
        try:
            async with asyncio.timeout(self._timeout_seconds):
                connection = await self._engine.connect()
            try:
                yield connection
            finally:
                await connection.close()
        except Exception as error:
            self._access.raise_if_unavailable(error)
            raise
        if self._access.is_failing:
            self._access.succeeded()


class SqliteReadConnections(AsyncReadConnections):
    """Read connections to an SQLite file.

    Inline statements are executed in the event loop, on a connection of their own: they take less time than a handoff
    to a thread and back. All other statements are executed in the threads of aiosqlite, which start with the first one.
    These threads also wait for a file that another process has locked.
    """

    def __init__(self, inline: Engine, open_engine: "Callable[[], AsyncEngine]", access: Access) -> None:
        super().__init__(open_engine, access, "sqlite")
        self._inline_engine = inline
        self._inline_connection: Connection | None = None

    @property
    def engines(self) -> Sequence[Engine]:
        return (self._inline_engine, *super().engines)

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, *, inline: bool = False
    ) -> Sequence[AnyRow]:
        if not inline:
            return await super().fetch(statement, parameters)
        try:
            if self._inline_connection is None:
                self._inline_connection = self._inline_engine.connect()
            rows = self._inline_connection.execute(statement, parameters or {}).all()
        except Exception as error:
            if is_locked(error):
                return await super().fetch(statement, parameters)
            self._close_inline()  # the next statement opens the file again
            self._access.raise_if_unavailable(error)
            raise
        if self._access.is_failing:
            self._access.succeeded()
        return rows

    async def close(self) -> None:
        self._close_inline()
        self._inline_engine.dispose()
        await super().close()
        await wait_for_threads()

    def _close_inline(self) -> None:
        connection, self._inline_connection = self._inline_connection, None
        if connection is not None:
            connection.close()
