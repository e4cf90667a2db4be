"""The rows of the change feed."""

from collections.abc import Sequence

from sqlalchemy import TextClause, bindparam, select, text

from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.schema.tables import change_feed
from bpmn_events.adapters.storage.sql.change_feed.marks import Marks
from bpmn_events.adapters.storage.sql.change_feed.snapshots import Snapshot
from bpmn_events.application.ports.change_feed import FeedPlace
from bpmn_events.domain.changes import ChangesCursor
from bpmn_events.domain.errors import ChangesExpired

_AT = select(change_feed.c.at).where(change_feed.c.position == bindparam("position"))
# The rows after a place follow the last row that is not after it: the anchor. Rows are deleted from the first one on,
# so nothing is missing as long as the anchor is stored. Its changes are not read again.
#
# A row with more bytes of changes is read alone, so that the rows of one read need little memory.
_LARGE_BYTES = 50_000
_FROM_ANCHOR = f"""
    SELECT position, at, CASE WHEN position > :after AND length(changes) <= {_LARGE_BYTES} THEN changes END AS changes
    FROM change_feed
    WHERE position >= (SELECT max(position) FROM change_feed WHERE position <= :anchor)
    ORDER BY position LIMIT :limit
"""
_READ = text(_FROM_ANCHOR)
_READ_ALONE = select(change_feed.c.position, change_feed.c.at, change_feed.c.changes).where(
    change_feed.c.position == bindparam("position"), change_feed.c.at == bindparam("at")
)


def _read_with_snapshot(is_entered: str) -> TextClause:
    """Return the statement that also reads its snapshot, and the difference between positions and transaction ids.

    Its result has one row for each row of the page, and one without a page if that is empty.
    """
    return text(
        f"""
        SELECT page.position, page.at, page.changes, state.snapshot, state.offset, state.is_entered
        FROM (
            SELECT pg_current_snapshot()::text AS snapshot, value AS "offset", {is_entered} AS is_entered FROM positions
        ) AS state
        LEFT JOIN ({_FROM_ANCHOR}) AS page ON true
        ORDER BY page.position
        """
    )


_READ_WITH_SNAPSHOT = _read_with_snapshot("true")
# A database that was restored into another cluster is entered by its first writer, which gets a position behind all
# rows. Until then, its rows have nothing to do with the transaction ids of the cluster.
_READ_WITH_CLUSTER = _read_with_snapshot("cluster = (SELECT system_identifier::text FROM pg_control_system())")


class FeedRows:
    """Reads the rows in order: those before which no other row can appear any more."""

    def __init__(self, connections: ReadConnections) -> None:
        self._connections = connections
        self._marks = Marks(connections)

    async def read(self, place: FeedPlace, limit: int) -> tuple[Sequence[AnyRow], FeedPlace, bool]:
        """Return the first rows after a place, at most ``limit``, the place after them, and whether more may follow.

        Raises:
            ChangesExpired: As ``ChangeFeed.read``.
        """
        if self._connections.dialect == "sqlite":  # a transaction ends before the next one begins
            settled = _rows_after(
                place, limit, await self._connections.fetch(_READ, _parameters(place, limit), inline=True)
            )
            horizon = place.settled + 1
        else:
            found, horizon = await self._read_with_horizon(place, limit)
            settled = [row for row in found if row.position < horizon]
        rows = await self._before_large(settled)
        has_more = len(rows) == limit or len(rows) < len(settled)
        return rows, _place_after(place, rows, rows[-1].position if has_more else horizon - 1), has_more

    async def _before_large(self, rows: Sequence[AnyRow]) -> Sequence[AnyRow]:
        """Return the rows before the first large one. If it is the first of all, return it alone, with its changes."""
        number = next((number for number, row in enumerate(rows) if row.changes is None), None)
        if number != 0:
            return rows[:number]
        found = await self._connections.fetch(_READ_ALONE, {"position": rows[0].position, "at": rows[0].at})
        if not found:  # deleted in between
            raise ChangesExpired
        return found

    async def _read_with_horizon(self, place: FeedPlace, limit: int) -> tuple[Sequence[AnyRow], int]:
        """Return the rows, and the position below which no other row can appear any more."""
        rows, snapshot, offset, _ = await self._read_with_snapshot(_READ_WITH_SNAPSHOT, place, limit)
        horizon = snapshot.first_open + offset
        if rows and rows[-1].position >= horizon:  # perhaps it is a transaction of others that is open
            writers = await self._marks.open_writers()
            assert writers is not None
            rows, snapshot, offset, is_entered = await self._read_with_snapshot(_READ_WITH_CLUSTER, place, limit)
            if not is_entered and rows:
                return rows, rows[-1].position + 1
            horizon = snapshot.horizon(writers) + offset
        return rows, horizon

    async def _read_with_snapshot(
        self, statement: TextClause, place: FeedPlace, limit: int
    ) -> tuple[Sequence[AnyRow], Snapshot, int, bool]:
        found = await self._connections.fetch(statement, _parameters(place, limit))
        *_, snapshot, offset, is_entered = found[0]
        rows = _rows_after(place, limit, [] if found[0].position is None else found)
        return rows, Snapshot.parse(snapshot), offset, is_entered

    async def has(self, cursor: ChangesCursor) -> bool:
        """Return True if the row of the cursor is stored."""
        found = await self._connections.fetch(_AT, {"position": cursor.position}, inline=True)
        return bool(found) and found[0].at == cursor.at


def _parameters(place: FeedPlace, limit: int) -> dict[str, int]:
    # If the place has no row, nothing is missing as long as the row at the next position is stored, either.
    anchor = place.settled if place.last is not None else place.settled + 1
    return {"after": place.settled, "anchor": anchor, "limit": limit + 1}


def _rows_after(place: FeedPlace, limit: int, found: Sequence[AnyRow]) -> Sequence[AnyRow]:
    """Return the rows after the place.

    Raises:
        ChangesExpired: The anchor is missing, or it is another row than the last one of the place.
    """
    if not found:
        raise ChangesExpired
    anchor = found[0]
    if place.last is not None and (anchor.position, anchor.at) != (place.last.position, place.last.at):
        raise ChangesExpired
    return found[:limit] if anchor.position > place.settled else found[1:]


def _place_after(place: FeedPlace, found: Sequence[AnyRow], settled: int) -> FeedPlace:
    last = ChangesCursor(found[-1].position, found[-1].at) if found else place.last
    return FeedPlace(max(settled, place.settled, last.position if last else settled), last)
