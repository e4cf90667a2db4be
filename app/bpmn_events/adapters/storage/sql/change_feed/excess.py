"""The excess of the change feed over the number of rows that are kept."""

from sqlalchemy import bindparam, select, text

from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.schema.tables import change_feed

_ENDS = text("SELECT (SELECT min(position) FROM change_feed) AS first, (SELECT max(position) FROM change_feed) AS last")
_POSITION = change_feed.c.position
_BEFORE = (
    select(_POSITION)
    .where(bindparam("before") > _POSITION)
    .order_by(_POSITION.desc())
    .offset(bindparam("skipped"))
    .limit(1)
)
# A statement that skips more would take long.
_STEP = 50_000


async def find_excess(connections: ReadConnections, max_rows: int) -> int | None:
    """Return the position of the last row that ``max_rows`` rows follow, or None if there are not more rows.

    Positions on PostgreSQL have gaps, so there the rows are counted, unless so few fit between the first position and
    the last one.
    """
    first, last = (await connections.fetch(_ENDS, inline=True))[0]
    excess = last - max_rows
    if excess < first:
        return None
    if connections.dialect == "sqlite":
        return int(excess)
    position, left = last + 1, max_rows + 1
    while left:
        step = min(left, _STEP)
        found = await connections.fetch(_BEFORE, {"before": position, "skipped": step - 1})
        if not found:
            return None
        position, left = found[0].position, left - step
    return int(position)
