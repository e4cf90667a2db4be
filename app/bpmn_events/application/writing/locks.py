"""The locks that the commands of a transaction need."""

from collections.abc import Collection, Sequence

from bpmn_events.application.ports.deferral import Deferral
from bpmn_events.application.ports.transaction import Transaction
from bpmn_events.application.writing.pending_command import PendingCommand, batches

# PostgreSQL has room for some thousand locks of all sessions (its setting max_locks_per_transaction).
MAX_LOCKS = 1000


async def find_locks(
    transaction: Transaction, pending: Sequence[PendingCommand]
) -> tuple[dict[PendingCommand, Collection[str]], list[tuple[PendingCommand, Deferral]]]:
    """Return the names of the locks that each command needs, and the commands that have to be deferred."""
    needed: dict[PendingCommand, Collection[str]] = {}
    deferred: list[tuple[PendingCommand, Deferral]] = []
    for batch in batches(pending):
        try:
            names = await batch[0].handler.find_locks(transaction, [entry.command for entry in batch])
        except Deferral as deferral:
            deferred += [(entry, deferral) for entry in batch]
        else:
            needed.update(zip(batch, names, strict=True))
    return needed, deferred


def remove_excess(needed: dict[PendingCommand, Collection[str]]) -> list[PendingCommand]:
    """Remove and return the last commands, as far as all together need too many locks; at least one stays."""
    names: set[str] = set()
    kept = 0
    for its_names in needed.values():
        names.update(its_names)
        if kept and len(names) > MAX_LOCKS:
            break
        kept += 1
    excess = list(needed)[kept:]
    for entry in excess:
        del needed[entry]
    return excess
