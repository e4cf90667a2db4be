"""Locks that a transaction holds until it ends."""

from sqlalchemy import func, select

from bpmn_events.adapters.storage.connections.write_connections import WriteConnection

# The key of the advisory lock, "bpmn" in ASCII (PostgreSQL, section 13.3.5).
_LOCK_DELIVERY = select(func.pg_try_advisory_xact_lock(0x62706D6E))


async def take_delivery_turn(connection: WriteConnection) -> bool:
    """Return True if this transaction may deliver thrown events; one open transaction per database may."""
    # An SQLite file has one write transaction at a time, so it needs no other lock.
    return connection.dialect == "sqlite" or bool((await connection.fetch(_LOCK_DELIVERY))[0][0])
