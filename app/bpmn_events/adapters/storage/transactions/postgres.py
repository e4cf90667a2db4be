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
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, text
from sqlalchemy.exc import DBAPIError

from bpmn_events.adapters.storage.connections.outage_log import Access
from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.connections.unavailability import as_unavailable
from bpmn_events.adapters.storage.transactions.locks import (
    LOCK,
    OPEN_TRANSACTION_IDS,
    TRY_LOCK,
    TRY_LOCK_DELIVERY,
    lock_numbers,
    precedes,
)
from bpmn_events.adapters.storage.transactions.position_offset import load_position_offset
from bpmn_events.adapters.storage.transactions.write_connection import WriteConnection
from bpmn_events.application.ports.transaction import ClaimLost, LocksTaken, TransactionLost
from bpmn_events.domain import ids
from bpmn_events.domain.errors import EngineUnavailable

if TYPE_CHECKING:  # takes a tenth of the startup time, and the SQLite writer does not need it
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# serialization_failure and deadlock_detected (PostgreSQL, appendix A): the transaction has to run again.
_RETRY = re.compile("40001|40P01")
_LOCK_NOT_AVAILABLE = "55P03"
# connection_exception and operator_intervention: the session ended, and the server reports nothing about a COMMIT.
_SESSION_ENDED = re.compile("08...|57P..")

_INSERT_FENCE = text(
    "INSERT INTO write_fences (id, settled) VALUES (:id, false) "
    "RETURNING CAST(CAST(pg_current_xact_id() AS text) AS bigint)"
)
# The row is updated if it exists, so that the transaction writes, and its COMMIT waits for synchronous standbys.
_SETTLE = text(
    "INSERT INTO write_fences (id, settled) VALUES (:id, true) ON CONFLICT (id) DO UPDATE SET id = excluded.id "
    "RETURNING settled"
)
_PAUSE_SECONDS = 0.1
# A COMMIT is given up before the driver does it, because the driver would cancel the statement: a COMMIT that is
# cancelled while it waits for a synchronous standby succeeds without it.
_COMMIT_SHARE = 0.9
_SETTLE_SHARE = 2

_OFFSET = "position offset"
_NOTICES = "notices"


class _PostgresConnection:
    dialect = "postgresql"
    needs_locks = True

    def __init__(self, connection: "AsyncConnection", offset: int) -> None:
        self._connection = connection
        self._offset = offset
        self._held: frozenset[str] = frozenset()
        self._position: int | None = None
        self.fence_id: str | None = None

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        return (await self._connection.execute(statement, parameters or {})).all()

    async def run(self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> int:
        if self._position is None:
            await self.position()
        return (await self._connection.execute(statement, parameters)).rowcount

    async def position(self) -> int:
        if self._position is None:
            self.fence_id = ids.new_id(ids.WRITE_FENCE)
            self._position = (await self.fetch(_INSERT_FENCE, {"id": self.fence_id}))[0][0] + self._offset
        return self._position

    async def lock(self, names: Collection[str]) -> None:
        try:
            await self.fetch(LOCK, {"numbers": list(lock_numbers(names))})
        except DBAPIError as error:
            if _sqlstate(error) == _LOCK_NOT_AVAILABLE:
                raise LocksTaken(names) from error
            raise
        self._held = frozenset(names)

    async def try_lock(self, names: Collection[str]) -> frozenset[str]:
        numbers = lock_numbers(names)
        rows = await self.fetch(TRY_LOCK, {"numbers": list(numbers)})
        taken = {numbers[number] for number in rows[0][1]}
        self._held = frozenset(names) - taken
        return frozenset(taken)

    def holds(self, name: str) -> bool:
        return name in self._held

    async def is_settled(self, position: int) -> bool:
        if position <= self._offset:  # of an earlier version, or of another cluster
            return True
        rows = await self.fetch(OPEN_TRANSACTION_IDS)
        return not any(precedes(row[0], position - self._offset) for row in rows)

    async def take_delivery_turn(self) -> bool:
        return bool((await self.fetch(TRY_LOCK_DELIVERY))[0][0])


class PostgresTransactions:
    """The write transactions of a process, over one connection at a time.

    It raises ``ClaimLost`` if PostgreSQL aborts a transaction because of a serialization failure or a deadlock.
    """

    def __init__(self, engine: "AsyncEngine", timeout_seconds: float, access: Access) -> None:
        self._engine = engine
        self._timeout_seconds = timeout_seconds
        self._access = access

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[WriteConnection]:
        connection, is_new = await self._connect()
        try:
            transaction = _PostgresConnection(connection, connection.sync_connection.info[_OFFSET])  # type: ignore[union-attr]
            try:
                yield transaction
            except Exception as error:
                await _abandon(connection, error)
                self._raise_translated(error, is_new=is_new)
                raise
            except BaseException:
                await _terminate(connection)
                raise
            if not await self._commit(connection, transaction.fence_id):
                raise TransactionLost
        finally:
            with suppress(Exception):  # a connection that failed
                await connection.close()
        if self._access.is_failing:
            self._access.succeeded()

    async def _connect(self) -> tuple["AsyncConnection", bool]:
        """Return a connection, and True if it is a new one. One that was used before may have failed since."""
        try:
            connection = await self._engine.connect()
            info = connection.sync_connection.info  # type: ignore[union-attr]
            is_new = _OFFSET not in info
            if is_new:
                driver_connection = (await connection.get_raw_connection()).driver_connection
                notices = info[_NOTICES] = []
                driver_connection.add_log_listener(lambda _, notice: notices.append(notice))  # type: ignore[union-attr]
                info[_OFFSET] = await load_position_offset(connection)
        except Exception as error:
            self._access.raise_if_unavailable(error)
            raise
        return connection, is_new

    def _raise_translated(self, error: Exception, *, is_new: bool = True) -> None:
        """Raise another exception for an error after which nothing was and will be committed, if there is one.

        Raises:
            ClaimLost: The server has aborted the transaction because of another one.
            TransactionLost: The connection had failed before the transaction began.
            EngineUnavailable: The database cannot be used.
        """
        if _RETRY.fullmatch(_sqlstate(error) or ""):
            raise ClaimLost from error
        if isinstance(error, DBAPIError) and error.connection_invalidated and not is_new:
            raise TransactionLost from error
        self._access.raise_if_unavailable(error)

    async def _commit(self, connection: "AsyncConnection", fence_id: str | None) -> bool:
        """Commit. Return False if nothing was and will be committed.

        Raises:
            EngineUnavailable: The outcome cannot be found out in time.
            ClaimLost, DBAPIError: The server refused the COMMIT, and has rolled back.
        """
        notices = connection.sync_connection.info[_NOTICES]  # type: ignore[union-attr]
        notices.clear()
        try:
            await self._send_commit(connection)
        except Exception as error:
            await _terminate(connection)
            state = _sqlstate(error)
            if state is not None and not _SESSION_ENDED.fullmatch(state):
                self._raise_translated(error)
                raise
            return fence_id is not None and await self._settle(fence_id, error)
        # COMMIT of a transaction that waits for a synchronous standby succeeds with a warning if it is cancelled.
        if notices and fence_id is not None:
            await _terminate(connection)
            return await self._settle(fence_id, None)
        return True

    async def _send_commit(self, connection: "AsyncConnection") -> None:
        driver_connection = (await connection.get_raw_connection()).driver_connection
        loop = asyncio.get_running_loop()
        deadline = loop.call_later(self._timeout_seconds * _COMMIT_SHARE, driver_connection.terminate)  # type: ignore[union-attr]
        try:
            await connection.commit()
        finally:
            deadline.cancel()

    async def _settle(self, fence_id: str, cause: BaseException | None) -> bool:
        """Return True if the transaction with this fence was committed; False if it was not and never will be.

        Raises:
            EngineUnavailable: Neither can be found out in time.
        """
        deadline = time.monotonic() + self._timeout_seconds * _SETTLE_SHARE
        while time.monotonic() < deadline:
            try:
                return await self._try_to_settle(fence_id)
            except Exception as error:
                if not isinstance(error, EngineUnavailable) and as_unavailable(error) is None:
                    raise
                cause = cause or error
            await asyncio.sleep(_PAUSE_SECONDS)
        if cause is not None:
            self._access.failed(cause)
        raise EngineUnavailable(
            "The response of the database was lost, so the outcome of this request is unknown: send it again under the "
            "same idempotency key.",
            outcome_unknown=True,
        ) from cause

    async def _try_to_settle(self, fence_id: str) -> bool:
        connection, _ = await self._connect()
        notices = connection.sync_connection.info[_NOTICES]  # type: ignore[union-attr]
        notices.clear()
        try:
            was_settled = (await connection.execute(_SETTLE, {"id": fence_id})).scalar_one()
            await self._send_commit(connection)
        except BaseException:
            await _terminate(connection)
            raise
        finally:
            with suppress(Exception):  # a connection that failed
                await connection.close()
        if notices:
            raise EngineUnavailable
        return not was_settled

    async def close(self) -> None:
        await self._engine.dispose()


async def _abandon(connection: "AsyncConnection", error: Exception) -> None:
    """Roll back after the error; end the connection if the server does not answer."""
    try:
        if isinstance(error, TimeoutError):
            raise error
        await connection.rollback()
    except Exception:
        await _terminate(connection)


async def _terminate(connection: "AsyncConnection") -> None:
    """End a connection at once, without a message to the server, and take it out of the pool."""
    with suppress(Exception):  # the connection may be gone already
        (await connection.get_raw_connection()).driver_connection.terminate()  # type: ignore[union-attr]
    with suppress(Exception):
        await connection.invalidate()


def _sqlstate(error: BaseException) -> str | None:
    return getattr(getattr(error, "orig", None), "sqlstate", None)
