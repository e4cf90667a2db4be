"""Handlers of batches."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import DomainError

C = TypeVar("C")
R = TypeVar("R")

# A transaction that has taken so long handles no further commands. They come first in the next one.
TURN_SECONDS = 0.5

Handle: TypeAlias = Callable[[Transaction, WriteSet, Sequence[C]], Awaitable[Sequence[R | DomainError | Deferral]]]


@dataclass(frozen=True, slots=True, eq=False)
class BatchHandler(Generic[C, R]):
    """Handles batches of commands of one kind, in an open transaction.

    Attributes:
        find_locks: Returns the names of the locks that each command needs, in order. It is called before the locks are
            taken, and only if the transaction needs locks: what it reads may have changed afterwards.
        handle: Adds the changes of the commands to the write set, and returns one outcome per command, in order. A
            typed error is an outcome like any other, so that it does not affect other commands.
        handle_alone: Handles a single command without other commands in the transaction, so that it may take long. By
            default, this is ``handle``.
    """

    find_locks: Callable[[Transaction, Sequence[C]], Awaitable[Sequence[Collection[str]]]]
    handle: Handle[C, R]
    handle_alone: Handle[C, R] | None = None


async def no_locks(_transaction: Transaction, commands: Sequence[Any]) -> Sequence[Collection[str]]:
    """Return no locks for any command; the ``find_locks`` of a handler without locks."""
    return [()] * len(commands)
