"""Handlers of batches, and the deferral of a command to a later transaction."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import DomainError

C = TypeVar("C")
R = TypeVar("R")


class Deferral(Exception):
    """The command cannot be handled in this transaction, and has changed nothing: run it in a later one.

    A handler raises it, or returns it as the outcome of one of several commands. ``wait`` returns when the command can
    be handled; None means at once, in a transaction with other locks.
    """

    def __init__(self, wait: Callable[[], Awaitable[object]] | None = None) -> None:
        super().__init__()
        self.wait = wait


@dataclass(frozen=True, slots=True, eq=False)
class BatchHandler(Generic[C, R]):
    """Handles batches of commands of one kind, in an open transaction.

    Attributes:
        find_locks: Returns the names of the locks that each command needs, in order. It is called before the locks are
            taken, and only if the transaction needs locks: what it reads may have changed afterwards.
        handle: Adds the changes of the commands to the write set, and returns one outcome per command, in order. A
            typed error is an outcome like any other, so that it does not affect other commands.
    """

    find_locks: Callable[[Transaction, Sequence[C]], Awaitable[Sequence[Collection[str]]]]
    handle: Callable[[Transaction, WriteSet, Sequence[C]], Awaitable[Sequence[R | DomainError | Deferral]]]


async def no_locks(_transaction: Transaction, commands: Sequence[Any]) -> Sequence[Collection[str]]:
    """Return no locks for any command; the ``find_locks`` of a handler without locks."""
    return [()] * len(commands)
