"""The difference between positions and transaction ids on PostgreSQL (see ``tables.positions``)."""

from typing import TYPE_CHECKING, Any

from bpmn_events.adapters.storage.schema.revisions import MigrationsPending

if TYPE_CHECKING:  # the extra "postgres"
    from asyncpg import Connection

_READ = (
    "SELECT system_identifier::text AS current, cluster, value "
    "FROM pg_control_system() LEFT JOIN positions ON positions.id = 1"
)
_LOCK = "SELECT id FROM positions WHERE id = 1 FOR UPDATE"
# The tables are read as a whole, once after a restore.
_SCAN_SECONDS = 3600
# The next transaction id of this cluster gets a position above all stored ones, and not below those that a reader which
# came before the first writer takes for settled.
_ENTER_CLUSTER = (
    "UPDATE positions SET cluster = $1, value = greatest(value, 1 + greatest("
    "(SELECT max(position) FROM waiting_events), (SELECT max(position) FROM thrown_events), "
    "(SELECT max(position) FROM change_feed)"
    ") - pg_snapshot_xmax(pg_current_snapshot())::text::bigint) WHERE id = 1 RETURNING value"
)


async def load_position_offset(connection: "Connection[Any]") -> int:
    """Return the difference. If the database was restored to another cluster, compute and store a new one.

    Call it outside of a transaction, once for each new connection: the server at its other end may be another one.

    Raises:
        MigrationsPending: The database lacks the row of the difference.
    """
    row: Any = await connection.fetchrow(_READ)
    if row["value"] is None:
        raise MigrationsPending
    if row["cluster"] == row["current"]:
        return int(row["value"])
    async with connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        await connection.execute(_LOCK, timeout=_SCAN_SECONDS)
        row = await connection.fetchrow(_READ)
        if row["cluster"] == row["current"]:
            return int(row["value"])
        return int(await connection.fetchval(_ENTER_CLUSTER, row["current"], timeout=_SCAN_SECONDS))
