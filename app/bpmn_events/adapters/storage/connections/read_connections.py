"""The connections that read, for either database: each statement on its own, outside any transaction."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Executable

from bpmn_events.adapters.storage.connections.statements import AnyRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")


class ReadConnections(Protocol):
    """Reads what is committed, and blocks no writer."""

    @property
    def engines(self) -> Sequence[Engine]:
        """The engines beneath, whose events tell of every statement."""
        ...

    @property
    def dialect(self) -> str: ...

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, *, inline: bool = False
    ) -> Sequence[AnyRow]:
        """The rows of one statement. ``inline`` says that it reads few rows, and those through an index."""
        ...

    async def run(self, work: Callable[[Connection], T]) -> T:
        """What the function makes of a connection."""
        ...

    async def close(self) -> None: ...


class AsyncReadConnections:
    """Every statement is awaited, brief or not: on PostgreSQL it waits for the network anyway."""

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
    """Brief statements run in the event loop, on a connection of their own: they take less time than handing them to a
    thread and back. What may read many rows runs in the threads of aiosqlite, which are started where they are needed.
    """

    def __init__(self, inline: Engine, open_engine: "Callable[[], AsyncEngine]") -> None:
        super().__init__(open_engine, "sqlite")
        self._brief = inline
        self._here: Connection | None = None

    @property
    def engines(self) -> Sequence[Engine]:
        return (self._brief, *super().engines)

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, *, inline: bool = False
    ) -> Sequence[AnyRow]:
        if not inline:
            return await super().fetch(statement, parameters)
        if self._here is None:
            self._here = self._brief.connect()
        return self._here.execute(statement, parameters or {}).all()

    async def close(self) -> None:
        if self._here is not None:
            self._here.close()
            self._here = None
        self._brief.dispose()
        await super().close()
