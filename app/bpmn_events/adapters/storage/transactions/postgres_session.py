"""Sessions of the writer on PostgreSQL: a connection, with the statements that control its transactions.

These statements are executed by asyncpg, without the work that SQLAlchemy does for each statement.
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bpmn_events.adapters.storage.transactions.position_offset import load_position_offset

if TYPE_CHECKING:  # takes a tenth of the startup time, and the SQLite writer does not need it
    from asyncpg import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class PostgresSession:
    """A connection in SQLAlchemy's autocommit mode: only this session begins and ends transactions.

    Attributes:
        connection: The connection, for all other statements.
        offset: The difference between positions and transaction ids.
        is_new: True until the end of the first transaction. Later, the connection may have failed since its last use.
    """

    def __init__(self, connection: "AsyncConnection", driver: "Connection[Any]", offset: int) -> None:
        self.connection = connection
        self.offset = offset
        self.is_new = True
        self._driver = driver
        self._notices: list[object] = []
        driver.add_log_listener(lambda _, notice: self._notices.append(notice))

    @classmethod
    async def open(cls, engine: "AsyncEngine") -> "PostgresSession":
        """Return a session on a new connection."""
        connection = await engine.connect()
        try:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            return cls(connection, driver, await load_position_offset(driver))
        except BaseException:
            await connection.close()
            raise

    @property
    def is_closed(self) -> bool:
        """True if the connection has ended."""
        return bool(self._driver.is_closed())

    async def execute(self, script: str) -> None:
        """Execute one or several statements without parameters, in one round trip."""
        self._announce(script)
        await self._driver.execute(script)

    async def fetch_value(self, statement: str, *parameters: Any) -> Any:
        """Return the first value of the first row of a statement."""
        self._announce(statement)
        return await self._driver.fetchval(statement, *parameters)

    def _announce(self, statement: str) -> None:
        connection: Any = self.connection.sync_connection
        for listener in connection.dispatch.before_cursor_execute:  # as SQLAlchemy itself does
            listener(connection, None, statement, (), None, False)

    async def commit(self, last_statement: str, timeout_seconds: float) -> bool:
        """Execute the last statement and commit, in one round trip. End the connection if that takes longer.

        Return False if the server has committed with a warning. A COMMIT that waits for a synchronous standby does so
        if it is cancelled.
        """
        return await self._until_durable(self._driver.execute(f"{last_statement}COMMIT"), timeout_seconds) is not None

    async def fetch_value_durably(self, statement: str, parameter: str, timeout_seconds: float) -> Any:
        """Execute a statement in a transaction of its own. Return a value, or None if it is committed with a warning.

        End the connection if that takes longer.
        """
        return await self._until_durable(self._driver.fetchval(statement, parameter), timeout_seconds)

    async def _until_durable(self, result: Any, timeout_seconds: float) -> Any:
        self._notices.clear()
        # asyncpg would cancel a COMMIT that takes too long, and so make it succeed without the standby.
        deadline = asyncio.get_running_loop().call_later(timeout_seconds, self._driver.terminate)
        try:
            value = await result
        finally:
            deadline.cancel()
        return None if self._notices else value

    async def roll_back(self) -> None:
        """Roll the transaction back, if one has begun. End the connection if it does not work."""
        try:
            if not self.is_closed and self._driver.is_in_transaction():
                await self._driver.execute("ROLLBACK")
        except Exception:
            await self.terminate()
        else:
            if self.is_closed:
                await self.terminate()

    async def terminate(self) -> None:
        """End the connection at once, without a message to the server."""
        self._driver.terminate()
        with suppress(Exception):  # SQLAlchemy knows it already
            await self.connection.invalidate()
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        with suppress(Exception):  # it has failed
            await self.connection.close()
