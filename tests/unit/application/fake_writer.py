"""A fake writer that runs each command in a fake transaction, which the test defines."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar, cast

from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.batch_handler import BatchHandler
from bpmn_events.application.writing.writer import Writer
from bpmn_events.domain.errors import DomainError

C = TypeVar("C")
R = TypeVar("R")


class FakeTransaction(Protocol):
    """The methods of a transaction that the fake writer calls; a test adds those that its commands need."""

    def begin(self, command: Any) -> None:
        """Begin a transaction for the command."""
        ...

    async def write(self, write_set: WriteSet) -> None: ...


class FakeWriter:
    """Runs one command per transaction."""

    def __init__(self, transaction: FakeTransaction) -> None:
        self._transaction = transaction

    async def submit(self, handler: BatchHandler[C, R], command: C, *, exclusive: bool = False) -> R:
        assert exclusive, "a command that may take long shares no batch"
        write_set, commands = WriteSet(), [command]
        self._transaction.begin(command)
        outcomes: Sequence[R | DomainError | Deferral] = await handler.handle(
            cast(Transaction, self._transaction), write_set, commands
        )
        await self._transaction.write(write_set)
        (outcome,) = outcomes
        assert not isinstance(outcome, Deferral)
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome


def writer_over(transaction: FakeTransaction) -> Writer:
    """Return a writer that runs its commands in the fake transaction."""
    return cast(Writer, FakeWriter(transaction))
