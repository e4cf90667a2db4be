"""Read connections to either database. Each statement is executed by itself, outside a transaction."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Executable

from bpmn_events.adapters.storage.connections.statements import AnyRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")


class ReadConnections(Protocol):
    """Connections that read committed data and block no writer."""

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

    They ignore ``inline``: a statement on PostgreSQL waits for the network anyway.
    """

    def __init__(self, open_engine: "Callable[[], AsyncEngine]", dialect: str = "postgresql") -> None:
        self._open_engine = open_engine
        self.dialect = dialect

    @cached_property
    def _engine(self) -> "AsyncEngine":
        return self._open_engine()

    @property
    def engines(self) -> Sequence[Engine]:
        return (self._engine.sync_engine,)

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, *, inline: bool = False
    ) -> Sequence[AnyRow]:
        async with self._engine.connect() as connection:
            return (await connection.execute(statement, parameters or {})).all()

    async def run(self, work: Callable[[Connection], T]) -> T:
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        if "_engine" in self.__dict__:
            await self._engine.dispose()


class SqliteReadConnections(AsyncReadConnections):
    """Read connections to an SQLite file.

    Inline statements are executed in the event loop, on a connection of their own: they take less time than a handoff
    to a thread and back. All other statements are executed in the threads of aiosqlite, which start with the first one.
    """

    def __init__(self, inline: Engine, open_engine: "Callable[[], AsyncEngine]") -> None:
        super().__init__(open_engine, "sqlite")
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
        if self._inline_connection is None:
            self._inline_connection = self._inline_engine.connect()
        return self._inline_connection.execute(statement, parameters or {}).all()

    async def close(self) -> None:
        if self._inline_connection is not None:
            self._inline_connection.close()
            self._inline_connection = None
        self._inline_engine.dispose()
        await super().close()
