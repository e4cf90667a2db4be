"""Snapshots: which write transactions a statement on PostgreSQL has seen. Their positions are their transaction ids.

A transaction id is drawn before its transaction commits, so a row with a smaller position may appear later. A position
is settled once no transaction of ours that is still open can have a smaller one. Other transactions in the database
cluster, which may be open for hours, do not count. Therefore two statements are needed: the first finds out which
transactions of ours are open, the second reads. A transaction that is open during the second one counts if it is among
those, or if it has begun since.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import text

from bpmn_events.adapters.storage.transactions.locks import OPEN_TRANSACTION_IDS

_ID_MASK = 0xFFFFFFFF

# A snapshot is taken before the rest of its statement is executed.
OPEN_WRITERS = text(f"SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint, ({OPEN_TRANSACTION_IDS})")


@dataclass(frozen=True, slots=True)
class OpenWriters:
    """The write transactions that were open at an instant.

    Attributes:
        next_id: Transactions that began later have this transaction id or a greater one.
        ids: The last 32 bits of the ids of our transactions. None among them stands for a hidden id.
    """

    next_id: int
    ids: Collection[int | None]

    def may_include(self, transaction_id: int) -> bool:
        """Return True if a transaction that is open later may be one of ours."""
        return transaction_id >= self.next_id or None in self.ids or transaction_id & _ID_MASK in self.ids


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot in the notation of PostgreSQL (``pg_snapshot``, section 9.27): ``10:20:10,14,15``.

    Attributes:
        first_open: The smallest id of an open transaction. All smaller ones have ended.
        next_id: The first id that had not been drawn.
        open_ids: The ids of the open transactions, in order.
    """

    first_open: int
    next_id: int
    open_ids: tuple[int, ...]

    @classmethod
    def parse(cls, notation: str) -> "Snapshot":
        """Return the snapshot in this notation."""
        first_open, next_id, open_ids = notation.split(":")
        return cls(int(first_open), int(next_id), tuple(sorted(map(int, filter(None, open_ids.split(","))))))

    def open_writers(self, writers: OpenWriters) -> Iterator[int]:
        """Return the ids of open transactions that may be ours, in order. ``writers`` were read before the snapshot."""
        return filter(writers.may_include, self.open_ids)

    def horizon(self, writers: OpenWriters) -> int:
        """Return the transaction id below which every transaction of ours has ended."""
        return next(self.open_writers(writers), self.next_id)
