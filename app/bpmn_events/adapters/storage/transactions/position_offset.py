"""The difference between positions and transaction ids on PostgreSQL (see ``tables.positions``)."""

from typing import TYPE_CHECKING

from sqlalchemy import text

from bpmn_events.adapters.storage.schema.revisions import MigrationsPending

if TYPE_CHECKING:  # takes a tenth of the startup time, and the SQLite writer does not need it
    from sqlalchemy.ext.asyncio import AsyncConnection

_READ = text(
    "SELECT CAST(system_identifier AS text), positions.cluster, positions.value "
    "FROM pg_control_system() LEFT JOIN positions ON positions.id = 1"
)
_LOCK = text("SELECT id FROM positions WHERE id = 1 FOR UPDATE")
# The next transaction id of this cluster gets a position above all stored ones.
_ENTER_CLUSTER = text(
    "UPDATE positions SET cluster = :cluster, value = greatest(0, 1 + greatest("
    "(SELECT max(position) FROM waiting_events), (SELECT max(position) FROM thrown_events)"
    ") - CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)) WHERE id = 1"
)


async def load_position_offset(connection: "AsyncConnection") -> int:
    """Return the difference. If the database was restored to another cluster, compute and store a new one.

    Call it outside of a transaction, once for each new connection: the server at its other end may be another one.

    Raises:
        MigrationsPending: The database lacks the row of the difference.
    """
    async with connection.begin():
        cluster, stored_cluster, offset = (await connection.execute(_READ)).one()
        if offset is None:
            raise MigrationsPending
        if cluster == stored_cluster:
            return int(offset)
        await connection.execute(_LOCK)
        cluster, stored_cluster, offset = (await connection.execute(_READ)).one()
        if cluster != stored_cluster:
            await connection.execute(_ENTER_CLUSTER, {"cluster": cluster})
            offset = (await connection.execute(_READ)).one()[2]
        return int(offset)
