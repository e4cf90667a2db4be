"""Reading of the change feed."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from sqlalchemy import bindparam, select, text

from bpmn_events.adapters.storage.changes import decoding
from bpmn_events.adapters.storage.changes.marks import Marks, parse_mark
from bpmn_events.adapters.storage.changes.snapshots import Snapshot
from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.schema.tables import change_feed
from bpmn_events.application.ports.change_feed import FeedPart
from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.domain.changes import ChangesCursor, ChangeSet
from bpmn_events.domain.errors import ChangesExpired
from bpmn_events.domain.processes import ProcessModel

LoadModels = Callable[[Collection[str]], Awaitable[Mapping[str, ProcessModel]]]

_table = change_feed.c
_AFTER = (
    select(_table.position, _table.at, _table.changes)
    .where(_table.position > bindparam("after"))
    .order_by(_table.position)
    .limit(bindparam("limit"))
)
_AT = select(_table.at).where(_table.position == bindparam("position"))
# One row with the snapshot for each row of the page, and one without a page if that is empty.
_AFTER_WITH_SNAPSHOT = text(
    """
    SELECT page.position, page.at, page.changes, state.snapshot, state.offset
    FROM (SELECT pg_current_snapshot()::text AS snapshot, value AS "offset" FROM positions) AS state
    LEFT JOIN (
        SELECT position, at, changes FROM change_feed WHERE position > :after ORDER BY position LIMIT :limit
    ) AS page ON true
    ORDER BY page.position
    """
)


class SqlChangeFeed:
    """The change feed of either database.

    ``load_models`` returns the model versions with these ids; those that do not exist are left out.
    """

    def __init__(self, connections: ReadConnections, load_models: LoadModels) -> None:
        self._connections = connections
        self._load_models = load_models
        self._marks = Marks(connections)

    async def end(self) -> ChangesCursor:
        writers = await self._marks.open_writers()
        return parse_mark((await self._connections.fetch(self._marks.select(), inline=True))[0][0], writers)

    async def read(self, after: int, limit: int) -> FeedPart:
        parameters = {"after": after, "limit": limit}
        if self._connections.dialect == "sqlite":  # a transaction ends before the next one begins
            found = await self._connections.fetch(_AFTER, parameters, inline=True)
            return FeedPart(await self._decode(found), found[-1].position if found else after)
        found, horizon = await self._read_with_horizon(parameters)
        if len(found) == limit and found[-1].position < horizon:
            horizon = found[-1].position + 1
        settled = [row for row in found if row.position < horizon]
        return FeedPart(await self._decode(settled), max(horizon - 1, after))

    async def _read_with_horizon(self, parameters: Mapping[str, int]) -> tuple[Sequence[AnyRow], int]:
        """Return the rows, and the position below which no other row can appear any more."""
        found, snapshot, offset = await self._read_with_snapshot(parameters)
        horizon = snapshot.first_open + offset
        if found and found[-1].position >= horizon:  # perhaps it is a transaction of others that is open
            writers = await self._marks.open_writers()
            assert writers is not None
            found, snapshot, offset = await self._read_with_snapshot(parameters)
            horizon = snapshot.horizon(writers) + offset
        return found, horizon

    async def _read_with_snapshot(self, parameters: Mapping[str, int]) -> tuple[Sequence[AnyRow], Snapshot, int]:
        found = await self._connections.fetch(_AFTER_WITH_SNAPSHOT, parameters)
        first = found[0]
        return [] if first.position is None else found, Snapshot.parse(first.snapshot), first.offset

    async def has(self, cursor: ChangesCursor) -> bool:
        found = await self._connections.fetch(_AT, {"position": cursor.position}, inline=True)
        return bool(found) and found[0].at == cursor.at

    async def _decode(self, found: Sequence[AnyRow]) -> list[ChangeSet]:
        stored = [decoding.parse(row.changes) for row in found]
        models = await self._load_models(set().union(*map(decoding.model_ids, stored)))
        change_sets, pauses = [], Pauses()
        for row, changes in zip(found, stored, strict=True):
            try:
                change_sets.append(ChangeSet(row.position, row.at, decoding.decode(changes, models)))
            except KeyError as error:
                raise ChangesExpired from error
            await pauses.pause_if_long()
        return change_sets
