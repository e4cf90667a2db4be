"""Locks that a transaction on PostgreSQL holds until it ends.

They are advisory locks (PostgreSQL, section 13.3.5). Unlike a row lock, an advisory lock draws no transaction id, so a
transaction can draw its id after it has taken all its locks.
"""

from collections.abc import Collection, Mapping
from hashlib import blake2b

# Keys of locks with fixed names: "bpmn" in ASCII, and a number.
_CLASS, _WRITER_OBJECT, _DELIVERY_OBJECT = 0x62706D6E, 1, 2
_WRITER_LOCK = _CLASS << 32 | _WRITER_OBJECT
_DELIVERY_LOCK = _CLASS << 32 | _DELIVERY_OBJECT

# Every write transaction holds the writer lock, which it shares with all others: the lock marks it as one of ours.
_LOCK_WRITER = f"pg_advisory_xact_lock_shared({_WRITER_LOCK})"
TRY_LOCK_DELIVERY = f"SELECT pg_try_advisory_xact_lock({_DELIVERY_LOCK})"

# The transaction ids of the other write transactions that are open, in 32 bits. An id is visible here before a greater
# one is drawn, and a transaction that has ended is visible to every later statement. The id of another database user's
# transaction is hidden: it is NULL here, and the transaction counts as open.
OPEN_TRANSACTION_IDS = (
    "SELECT array_agg(activity.backend_xid::text::bigint) FROM pg_locks AS locks "
    "JOIN pg_stat_activity AS activity ON activity.pid = locks.pid "
    f"WHERE locks.locktype = 'advisory' AND locks.classid = {_CLASS} AND locks.objid = {_WRITER_OBJECT} "
    "AND locks.objsubid = 1 AND locks.pid <> pg_backend_pid() "
    "AND (activity.backend_xid IS NOT NULL OR activity.state IS NULL) "
    "AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

_ID_BITS = 32


def lock_numbers(names: Collection[str]) -> Mapping[int, str]:
    """Return the number of each lock with its name, in the order in which locks are taken.

    Two names with the same number, which is a hash of 64 bits, share a lock.
    """
    numbers = {
        int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True): name
        for name in names
    }
    return dict(sorted(numbers.items()))


def lock_statement(numbers: Collection[int]) -> str:
    """Return the statement that waits for the locks.

    The numbers are sorted, and the array is read in its order, so that two transactions cannot wait for each other.
    """
    return f"SELECT {_LOCK_WRITER}, count(pg_advisory_xact_lock(number)) FROM {_rows(numbers)}"


def try_lock_statement(numbers: Collection[int]) -> str:
    """Return the statement that takes as many locks as possible, and returns the array of the other numbers."""
    return (
        f"SELECT array_agg(number) FILTER (WHERE NOT pg_try_advisory_xact_lock(number)), {_LOCK_WRITER} "
        f"FROM {_rows(numbers)}"
    )


def _rows(numbers: Collection[int]) -> str:
    return f"unnest('{{{','.join(map(str, numbers))}}}'::bigint[]) AS number"


def precedes(transaction_id: int, other: int) -> bool:
    """Return True if a transaction id of 32 bits was drawn before another id (PostgreSQL, section 25.1.5)."""
    distance = (other - transaction_id) % (1 << _ID_BITS)
    return 0 < distance < 1 << (_ID_BITS - 1)
