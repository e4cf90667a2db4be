"""The connections that read, for either database: each statement on its own, outside any transaction."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Executable

from app.adapters.storage.statements import AnyRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")


class Readers(Protocol):
    """Reads what is committed, and blocks no writer."""

    @property
    def engine(self) -> Engine:
        """The engine beneath, whose events tell of every statement."""
        ...

    @property
    def dialect(self) -> str: ...

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, *, brief: bool = False
    ) -> Sequence[AnyRow]:
        """The rows of one statement. ``brief`` says that it reads few rows, and those through an index."""
        ...

    async def run(self, work: Callable[[Connection], T]) -> T:
        """What the function makes of a connection."""
        ...

    async def close(self) -> None: ...


class SqliteReaders:
    """Brief statements run in the event loop, on a connection of their own: they take less time than handing them to a
    thread and back. What may read many rows runs in one of a few threads.
    """

    dialect = "sqlite"

    def __init__(self, engine: Engine, threads: int) -> None:
        self.engine = engine
        self._threads = ThreadPoolExecutor(threads, "sqlite-reader")
        self._here: Connection | None = None

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, *, brief: bool = False
    ) -> Sequence[AnyRow]:
        if not brief:
            return await self.run(lambda connection: connection.execute(statement, parameters or {}).all())
        if self._here is None:
            self._here = self.engine.connect()
        return self._here.execute(statement, parameters or {}).all()

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)

    def _run(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect() as connection:
            return work(connection)

    async def close(self) -> None:
        if self._here is not None:
            self._here.close()
            self._here = None
        await asyncio.get_running_loop().run_in_executor(self._threads, self.engine.dispose)
        self._threads.shutdown()


class PostgresReaders:
    """Every statement waits for the network, so brief or not makes no difference."""

    dialect = "postgresql"

    def __init__(self, engine: "AsyncEngine") -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        return self._engine.sync_engine

    async def fetch(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None, *, brief: bool = False
    ) -> Sequence[AnyRow]:
        async with self._engine.connect() as connection:
            return (await connection.execute(statement, parameters or {})).all()

    async def run(self, work: Callable[[Connection], T]) -> T:
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()
