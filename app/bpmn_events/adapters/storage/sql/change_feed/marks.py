"""Marks: how far a statement has seen the change feed, as a column of its result.

A mark becomes the cursor that knows exactly the change sets whose effects the statement has seen.
"""

from sqlalchemy import literal_column, select, true
from sqlalchemy.sql.elements import ColumnElement

from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.connections.statements import AnySelect
from bpmn_events.adapters.storage.sql.change_feed.snapshots import OPEN_WRITERS, OpenWriters, Snapshot
from bpmn_events.adapters.storage.sql.keyset import Slice
from bpmn_events.domain.changes import ChangesCursor

_LAST = "SELECT position || ' ' || at FROM change_feed ORDER BY position DESC LIMIT 1"
_COLUMNS: dict[str, ColumnElement[str]] = {
    "sqlite": literal_column(f"({_LAST})").label("mark"),
    "postgresql": literal_column(
        f"concat_ws(' ', ({_LAST}), (SELECT value FROM positions), pg_current_snapshot())"
    ).label("mark"),
}


class Marks:
    """The marks of one database. ``column`` is the column with the mark."""

    def __init__(self, connections: ReadConnections) -> None:
        self._connections = connections
        self.column = _COLUMNS[connections.dialect]

    async def open_writers(self) -> OpenWriters | None:
        """Return the write transactions that are open. Call it before the statement with the mark.

        On SQLite it is None: transactions follow one another, and a statement sees all that have ended.
        """
        if self._connections.dialect == "sqlite":
            return None
        next_id, ids = (await self._connections.fetch(OPEN_WRITERS))[0]
        return OpenWriters(next_id, ids or ())

    async def current(self) -> ChangesCursor:
        """Return the cursor that knows every change set that is committed by now."""
        writers = await self.open_writers()
        return parse_mark((await self._connections.fetch(self.select(), inline=True))[0][0], writers)

    def select(self) -> AnySelect:
        """Return a SELECT of the mark alone."""
        return select(self.column)

    def add_to(self, statement: AnySelect, part: Slice) -> AnySelect:
        """Return the SELECT of that slice with the mark as its first column.

        If the slice is empty, the result has one row, with NULL in all other columns.
        """
        mark, page = self.select().subquery("marked"), statement.subquery("page")
        joined = mark.outerjoin(page, true())
        return select(mark.c.mark, *page.c).select_from(joined).order_by(*part.order.order_by(part.backward, page.c))


def parse_mark(mark: str, writers: OpenWriters | None) -> ChangesCursor:
    """Return the cursor of a mark. ``writers`` are those that were open before its statement."""
    position, at, *state = mark.split()
    if writers is None:
        return ChangesCursor(int(position), int(at))
    offset, last = int(state[0]), int(position)
    open_positions = (number + offset for number in Snapshot.parse(state[1]).open_writers(writers))
    return ChangesCursor(last, int(at), unseen=tuple(number for number in open_positions if number < last))
