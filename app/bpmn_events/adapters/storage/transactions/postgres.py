"""The write transactions of a PostgreSQL database, to which other server processes write as well.

A COMMIT whose response is lost may or may not have taken effect. Each transaction that writes therefore inserts a row
of its own, its fence. After such a COMMIT, the same row is inserted on a new connection: if it is already there, the
transaction was committed; if not, it never will be, because the new row is in its way. As long as the transaction is
still open, the insert waits.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError

from bpmn_events.adapters.storage.connections.outage_log import Access
from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.transactions.locks import (
    OPEN_TRANSACTION_IDS,
    TRY_LOCK_DELIVERY,
    lock_numbers,
    lock_statement,
    precedes,
    try_lock_statement,
)
from bpmn_events.adapters.storage.transactions.postgres_session import PostgresSession
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection
from bpmn_events.application.ports.transaction import ClaimLost, LocksTaken, TransactionLost
from bpmn_events.domain import ids
from bpmn_events.domain.errors import EngineUnavailable

if TYPE_CHECKING:  # takes a tenth of the startup time, and the SQLite writer does not need it
    from sqlalchemy.ext.asyncio import AsyncEngine

# serialization_failure and deadlock_detected (PostgreSQL, appendix A): the transaction has to run again.
_RETRY = re.compile("40001|40P01")
# lock_not_available for one lock, query_canceled if several locks together take too long.
_LOCKS_TAKEN = ("55P03", "57014")
# connection_exception and operator_intervention: the session ended, and the server reports nothing about a COMMIT.
_SESSION_ENDED = re.compile("08...|57P..")

_BEGIN = "BEGIN"
_INSERT_FENCE = "INSERT INTO write_fences (id, settled) VALUES ($1, false) RETURNING pg_current_xact_id()::text::bigint"
# The row is updated if it exists, so that the transaction writes, and its COMMIT waits for synchronous standbys.
_SETTLE = (
    "INSERT INTO write_fences (id, settled) VALUES ($1, true) ON CONFLICT (id) DO UPDATE SET id = excluded.id "
    "RETURNING settled"
)
_PAUSE_SECONDS = 0.1
# A COMMIT is given up before the driver gives up.
_COMMIT_SHARE = 0.9
_SETTLE_SHARE = 1


class _PostgresConnection:
    dialect = "postgresql"
    needs_locks = True
    draws_position_always = True

    def __init__(self, session: PostgresSession) -> None:
        self._session = session
        self.has_begun = False
        self._held: frozenset[str] = frozenset()
        self._position: int | None = None
        self.fence_id: str | None = None
        # The last statement, which is sent with the COMMIT.
        self.last_statement = ""

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        if not self.has_begun:
            await self._begin()
        return (await self._session.connection.execute(statement, parameters or {})).all()

    async def run(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        is_large: bool = False,
    ) -> int:
        if self._position is None:
            await self.position()
        return (await self._session.connection.execute(statement, parameters)).rowcount

    async def position(self) -> int:
        if self._position is None:
            self.fence_id = ids.new_id(ids.WRITE_FENCE)
            self._position = await self._fetch_value(_INSERT_FENCE, self.fence_id) + self._session.offset
        return self._position

    async def append_changes(self, at: int, changes: bytes) -> None:
        position = await self.position()
        self.last_statement = f"INSERT INTO change_feed VALUES ({position}, {at}, '\\x{changes.hex()}'); "

    async def lock(self, names: Collection[str]) -> None:
        statement = lock_statement(lock_numbers(names))
        try:
            await self._session.execute(statement if self.has_begun else f"{_BEGIN}; {statement}")
        except Exception as error:
            if _sqlstate(error) in _LOCKS_TAKEN:
                raise LocksTaken(names) from error
            raise
        self.has_begun = True
        self._held = frozenset(names)

    async def try_lock(self, names: Collection[str]) -> frozenset[str]:
        numbers = lock_numbers(names)
        taken = frozenset(numbers[number] for number in await self._fetch_value(try_lock_statement(numbers)) or ())
        self._held = frozenset(names) - taken
        return taken

    def holds(self, name: str) -> bool:
        return name in self._held

    async def is_settled(self, position: int) -> bool:
        offset = self._session.offset
        if position <= offset:  # of an earlier version, or of another cluster
            return True
        transaction_ids = await self._fetch_value(OPEN_TRANSACTION_IDS) or ()
        return not any(
            transaction_id is None or precedes(transaction_id, position - offset) for transaction_id in transaction_ids
        )

    async def take_delivery_turn(self) -> bool:
        return bool(await self._fetch_value(TRY_LOCK_DELIVERY))

    async def _begin(self) -> None:
        await self._session.execute(_BEGIN)
        self.has_begun = True

    async def _fetch_value(self, statement: str, *parameters: Any) -> Any:
        if not self.has_begun:
            await self._begin()
        return await self._session.fetch_value(statement, *parameters)


class PostgresTransactions:
    """The write transactions of a process, over one connection at a time.

    It raises ``ClaimLost`` if PostgreSQL aborts a transaction because of a serialization failure or a deadlock.
    """

    def __init__(self, engine: "AsyncEngine", timeout_seconds: float, access: Access) -> None:
        self._engine = engine
        self._timeout_seconds = timeout_seconds
        self._access = access
        self._lock = asyncio.Lock()
        self._session: PostgresSession | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteConnection]:
        async with self._lock, self._transaction() as connection:
            yield connection
        if self._access.is_failing:
            self._access.succeeded()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[WriteConnection]:
        session = self._session = await self._usable_session()
        connection = _PostgresConnection(session)
        try:
            yield connection
        except Exception as error:
            # After a timeout the server may be silent: it is not asked to roll back.
            await (session.terminate() if isinstance(error, TimeoutError) else session.roll_back())
            self._raise_translated(error, session)
            raise
        except BaseException:
            await session.terminate()
            raise
        if connection.has_begun and not await self._commit(session, connection):
            raise TransactionLost
        session.is_new = False

    async def _usable_session(self) -> PostgresSession:
        """Return the session of the last transaction, or a new one if that has ended."""
        if self._session is not None:
            if not self._session.is_closed:
                return self._session
            await self._session.terminate()
        return await self._open_session()

    async def _open_session(self) -> PostgresSession:
        try:
            return await PostgresSession.open(self._engine)
        except Exception as error:
            self._access.raise_if_unavailable(error)
            raise

    def _raise_translated(self, error: Exception, session: PostgresSession) -> None:
        """Raise another exception for an error after which nothing was and will be committed, if there is one.

        Raises:
            ClaimLost: The server has aborted the transaction because of another one.
            TransactionLost: The connection had failed before the transaction began.
            EngineUnavailable: The database cannot be used.
        """
        if _RETRY.fullmatch(_sqlstate(error) or ""):
            raise ClaimLost from error
        if _is_disconnect(error, session):
            if not session.is_new:
                raise TransactionLost from error
            self._access.failed(error)
            raise EngineUnavailable from error
        if not isinstance(error, OSError) or isinstance(error, TimeoutError):  # else it is an error of this program
            self._access.raise_if_unavailable(error)

    async def _commit(self, session: PostgresSession, connection: _PostgresConnection) -> bool:
        """Execute the last statement and commit. Return False if nothing was and will be committed.

        Raises:
            EngineUnavailable: The outcome cannot be found out in time.
            ClaimLost, PostgresError: The server refused the COMMIT, and has rolled back.
        """
        try:
            if await session.commit(connection.last_statement, self._timeout_seconds * _COMMIT_SHARE):
                return True
            cause = None
        except Exception as error:
            state = _sqlstate(error)
            if state is not None and not _SESSION_ENDED.fullmatch(state):
                await session.terminate()
                self._raise_translated(error, session)
                raise
            cause = error
        await session.terminate()
        return connection.fence_id is not None and await self._settle(connection.fence_id, cause)

    async def _settle(self, fence_id: str, cause: BaseException | None) -> bool:
        """Return True if the transaction with this fence was committed; False if it was not and never will be.

        Raises:
            EngineUnavailable: Neither can be found out in time.
        """
        deadline = time.monotonic() + self._timeout_seconds * _SETTLE_SHARE
        while time.monotonic() < deadline:
            try:
                was_settled = await self._insert_settled_fence(fence_id)
            except Exception as error:  # whatever it is, the transaction is not settled yet
                cause = cause or error
            else:
                if was_settled is not None:
                    return not was_settled
            await asyncio.sleep(_PAUSE_SECONDS)
        if cause is not None:
            self._access.failed(cause)
        raise EngineUnavailable(
            "The response of the database was lost, so the outcome of this request is unknown: send it again under the "
            "same idempotency key.",
            outcome_unknown=True,
        ) from cause

    async def _insert_settled_fence(self, fence_id: str) -> bool | None:
        """Return True if the fence was inserted to settle the transaction; False if by the transaction itself.

        Return None if that is not durable. Raise any exception if it is not known.
        """
        session = await self._open_session()
        try:
            settled: bool | None = await session.fetch_value_durably(
                _SETTLE, fence_id, self._timeout_seconds * _COMMIT_SHARE
            )
        except BaseException:
            await session.terminate()
            raise
        await session.close()
        return settled

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self._engine.dispose()


def _sqlstate(error: BaseException) -> str | None:
    return getattr(getattr(error, "orig", error), "sqlstate", None)


def _is_disconnect(error: Exception, session: PostgresSession) -> bool:
    """Return True if the error says that the connection has ended."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    # asyncpg is an extra, and not imported unless it is used.
    is_from_driver = isinstance(error, ConnectionError) or type(error).__module__.startswith("asyncpg.")
    return is_from_driver and session.is_closed
