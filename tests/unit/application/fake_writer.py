"""A writer that runs each command over one fake transaction; what such a test decides about is the transaction's."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar, cast

from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.application.writing.writer import BatchHandler, Writer
from bpmn_events.domain.errors import DomainError

C = TypeVar("C")
R = TypeVar("R")


class FakeTransaction(Protocol):
    """As many of the methods of a transaction as the commands of the test need."""

    def begin(self, command: Any) -> None:
        """The next calls are those of a transaction for this command."""
        ...

    async def write(self, write_set: WriteSet) -> None: ...


class FakeWriter:
    def __init__(self, transaction: FakeTransaction) -> None:
        self._transaction = transaction

    async def submit(self, handler: BatchHandler[C, R], command: C, *, exclusive: bool = False) -> R:
        assert exclusive, "what takes its time shares no batch"
        write_set, commands = WriteSet(), [command]
        self._transaction.begin(command)
        outcomes: Sequence[R | DomainError] = await handler(cast(Transaction, self._transaction), write_set, commands)
        await self._transaction.write(write_set)
        (outcome,) = outcomes
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome


def writer_over(transaction: FakeTransaction) -> Writer:
    return cast(Writer, FakeWriter(transaction))
