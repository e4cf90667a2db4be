"""A fake write store and a fake batch handler for the tests of the writer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from bpmn_events.application.ports.transaction import ClaimLost, Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import Conflict, DomainError


@dataclass
class FakeTransaction:
    """Keeps its write sets until the commit; ``write`` raises the next of the store's ``failures``."""

    store: "FakeStore"
    write_sets: list[WriteSet] = field(default_factory=list)

    async def write(self, write_set: WriteSet) -> None:
        if self.store.failures:
            failure = self.store.failures.pop(0)
            if failure is not None:
                raise failure
        self.write_sets.append(write_set)


@dataclass
class FakeStore:
    """Keeps the write sets of committed transactions.

    The next writes raise ``failures``, one each; None lets a write succeed. Commits wait for ``gate``. The first commit
    sets ``committing`` when it begins.
    """

    failures: list[Exception | None] = field(default_factory=list)
    committed: list[list[WriteSet]] = field(default_factory=list)
    rolled_back: int = 0
    open_now: int = 0
    gate: asyncio.Event | None = None
    committing: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        assert self.open_now == 0, "two transactions at once"
        self.open_now += 1
        transaction = FakeTransaction(self)
        try:
            yield cast("Transaction", transaction)
            self.committing.set()
            if self.gate is not None:
                await self.gate.wait()
            self.committed.append(transaction.write_sets)
        except BaseException:
            self.rolled_back += 1
            raise
        finally:
            self.open_now -= 1


@dataclass(eq=False)
class RecordingHandler:
    """A batch handler that records its batches.

    It refuses the command ``refuse``; the command ``break`` makes its whole batch fail.
    """

    batches: list[list[Any]] = field(default_factory=list)

    async def __call__(
        self, _transaction: Transaction, write_set: WriteSet, commands: Sequence[Any]
    ) -> list[Any | DomainError]:
        self.batches.append(list(commands))
        write_set.delivered_events.extend(str(command) for command in commands)
        if "break" in commands:
            raise ZeroDivisionError
        return [Conflict("no") if command == "refuse" else f"done {command}" for command in commands]


LOST = ClaimLost()
