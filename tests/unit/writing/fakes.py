"""A fake write store and a fake batch handler for the tests of the writer."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from bpmn_events.application.ports.deferral import Deferral, Turn
from bpmn_events.application.ports.transaction import ClaimLost, LocksTaken, Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler
from bpmn_events.domain.errors import Conflict, DomainError


@dataclass
class FakeTransaction:
    """Keeps its write sets until the commit; ``write`` raises the next of the store's ``failures``."""

    store: "FakeStore"
    write_sets: list[WriteSet] = field(default_factory=list)
    is_reported: bool = False

    @property
    def needs_locks(self) -> bool:
        return self.store.needs_locks

    async def lock(self, names: Collection[str]) -> None:
        self.store.locked.append(sorted(names))
        self.store.waited_for += 1
        if not self.store.taken.isdisjoint(names):
            raise LocksTaken(names)

    async def try_lock(self, names: Collection[str]) -> frozenset[str]:
        self.store.locked.append(sorted(names))
        return self.store.taken & frozenset(names)

    async def draw_position(self) -> None:
        """Do nothing."""

    async def report_changes(self, write_sets: Sequence[WriteSet], at: datetime) -> None:
        assert list(write_sets) == self.write_sets, "not all changes of the transaction are reported"
        self.is_reported = True

    async def write(self, write_set: WriteSet) -> None:
        assert not self.is_reported, "a write follows the report of the changes"
        if self.store.failures:
            failure = self.store.failures.pop(0)
            if failure is not None:
                raise failure
        self.write_sets.append(write_set)


@dataclass
class FakeStore:
    """Keeps the write sets of committed transactions.

    The next writes raise ``failures``, one each; None lets a write succeed. The next commits raise ``commit_failures``
    in the same way. Commits wait for ``gate``. The first commit sets ``committing`` when it begins. ``taken`` are the
    locks that other transactions hold, if transactions need locks. ``waited_for`` is how often locks were waited for.
    """

    failures: list[Exception | None] = field(default_factory=list)
    commit_failures: list[Exception | None] = field(default_factory=list)
    needs_locks: bool = False
    taken: frozenset[str] = frozenset()
    locked: list[list[str]] = field(default_factory=list)
    waited_for: int = 0
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
            assert transaction.is_reported == bool(transaction.write_sets)
            self.committing.set()
            if self.gate is not None:
                await self.gate.wait()
            failure = self.commit_failures.pop(0) if self.commit_failures else None
            if failure is not None:
                raise failure
            self.committed.append(transaction.write_sets)
        except BaseException:
            self.rolled_back += 1
            raise
        finally:
            self.open_now -= 1


@dataclass(eq=False)
class RecordingHandler:
    """A batch handler that records its batches.

    It refuses the command ``refuse``; the command ``break`` makes its whole batch fail. It defers a command once for
    each of its ``deferrals``. The commands ``long`` take long, so each is handled alone. The lock that a command needs
    is the command itself.
    """

    batches: list[list[Any]] = field(default_factory=list)
    deferrals: dict[str, list[Deferral]] = field(default_factory=dict)
    long: Collection[str] = ()

    @cached_property
    def handler(self) -> BatchHandler[Any, Any]:
        return BatchHandler(self._find_locks, self._handle, self._handle_alone)

    async def _handle_alone(
        self, transaction: Transaction, write_set: WriteSet, commands: Sequence[Any]
    ) -> list[Any | DomainError | Deferral]:
        (command,) = commands
        if command not in self.long:
            return await self._handle(transaction, write_set, commands)
        self.batches.append([f"{command} alone"])
        write_set.delivered_events.append(str(command))
        return [self._outcome(command)]

    async def _find_locks(self, _transaction: Transaction, commands: Sequence[Any]) -> list[list[str]]:
        return [[str(command)] for command in commands]

    async def _handle(
        self, _transaction: Transaction, write_set: WriteSet, commands: Sequence[Any]
    ) -> list[Any | DomainError | Deferral]:
        self.batches.append(list(commands))
        write_set.delivered_events.extend(str(command) for command in commands)
        if "break" in commands:
            raise ZeroDivisionError
        return [Deferral(turn=Turn.ALONE) if each in self.long else self._outcome(each) for each in commands]

    def _outcome(self, command: Any) -> Any:
        if self.deferrals.get(command):
            return self.deferrals[command].pop(0)
        return Conflict("no") if command == "refuse" else f"done {command}"


LOST = ClaimLost()
