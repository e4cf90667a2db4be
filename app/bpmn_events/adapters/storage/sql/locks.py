"""Locks that hold until the end of a transaction."""

from sqlalchemy import func, select

from bpmn_events.adapters.storage.connections.write_connections import WriteConnection

# A number that nobody else takes ("bpmn"); who holds it may deliver (PostgreSQL, section 13.3.5).
_DELIVERY_TURN = select(func.pg_try_advisory_xact_lock(0x62706D6E))


async def take_delivery_turn(connection: WriteConnection) -> bool:
    """Return whether this transaction may deliver thrown events: of all that are open on a database, one may."""
    # The one transaction that writes to an SQLite file needs no other lock.
    return connection.dialect == "sqlite" or bool((await connection.fetch(_DELIVERY_TURN))[0][0])
