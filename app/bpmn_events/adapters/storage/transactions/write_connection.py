"""The port to a connection inside a write transaction, and to the write transactions of a process."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from sqlalchemy import Executable

from bpmn_events.adapters.storage.connections.statements import AnyRow


class WriteConnection(Protocol):
    """A connection inside a write transaction."""

    @property
    def dialect(self) -> str: ...

    async def fetch(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        """Return the rows of one statement."""
        ...

    async def run(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        is_large: bool = False,
    ) -> int:
        """Execute a statement that writes, once, or once for each item of a sequence of parameters.

        ``is_large`` is True if it writes very much, so that it should not run in the event loop. Return the number of
        changed rows if the statement is executed once.
        """
        ...

    @property
    def draws_position_always(self) -> bool:
        """True if every transaction that writes draws a position at its first write anyway."""
        ...

    async def position(self) -> int:
        """Return the position of the transaction, and draw it if it has none yet (see ``tables.positions``)."""
        ...

    async def append_changes(self, at: int, changes: bytes) -> None:
        """Add the row of the transaction to the change feed. Call it last, and once at most."""
        ...

    @property
    def needs_locks(self) -> bool: ...

    async def lock(self, names: Collection[str]) -> None:
        """Implement ``Transaction.lock``."""
        ...

    async def try_lock(self, names: Collection[str]) -> frozenset[str]:
        """Implement ``Transaction.try_lock``."""
        ...

    def holds(self, name: str) -> bool:
        """Implement ``Transaction.holds``."""
        ...

    async def is_settled(self, position: int) -> bool:
        """Implement ``Transaction.is_settled``."""
        ...

    async def take_delivery_turn(self) -> bool:
        """Implement ``Transaction.take_delivery_turn``."""
        ...


class WriteTransactions(Protocol):
    """The write transactions of a process, of which one is open at a time."""

    def transaction(self) -> AbstractAsyncContextManager[WriteConnection]:
        """Return a context manager that commits durably at the end of its block, unless the block raises.

        Raises:
            TransactionLost, EngineUnavailable: As ``WriteStore.transaction``.
        """
        ...

    async def close(self) -> None: ...
