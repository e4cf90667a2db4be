"""Reading of the change feed."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from bpmn_events.adapters.storage.changes import decoding
from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.connections.statements import AnyRow
from bpmn_events.adapters.storage.sql.change_feed.excess import find_excess
from bpmn_events.adapters.storage.sql.change_feed.marks import Marks
from bpmn_events.adapters.storage.sql.change_feed.rows import FeedRows
from bpmn_events.application.ports.change_feed import FeedPart, FeedPlace
from bpmn_events.application.ports.pauses import Pauses
from bpmn_events.domain.changes import Change, ChangeSet
from bpmn_events.domain.errors import ChangesExpired
from bpmn_events.domain.processes import ProcessModel

# So many changes take a millisecond.
_MANY = 100

LoadModels = Callable[[Collection[str]], Awaitable[Mapping[str, ProcessModel]]]


class SqlChangeFeed:
    """The change feed of either database.

    ``load_models`` returns the model versions with these ids; those that do not exist are left out.
    """

    def __init__(self, connections: ReadConnections, load_models: LoadModels) -> None:
        self._connections = connections
        self._load_models = load_models
        self._rows = FeedRows(connections)
        self.end = Marks(connections).current
        self.has = self._rows.has

    async def read(self, place: FeedPlace, limit: int) -> FeedPart:
        found, end, has_more = await self._rows.read(place, limit)
        return FeedPart(await self._decode(found), end, has_more)

    async def find_excess(self, max_change_sets: int) -> int | None:
        return await find_excess(self._connections, max_change_sets)

    async def _decode(self, found: Sequence[AnyRow]) -> list[ChangeSet]:
        stored = [decoding.parse(row.changes) for row in found]
        models = await self._load_models(set().union(*map(decoding.model_ids, stored)))
        change_sets, pauses = [], Pauses()
        try:
            for row, lists in zip(found, stored, strict=True):
                changes: list[Change] = []
                for change in decoding.decode(lists, models):
                    changes.append(change)
                    if len(changes) % _MANY == 0:
                        await pauses.pause_if_long()
                change_sets.append(ChangeSet(row.position, row.at, tuple(changes)))
                await pauses.pause_if_long()
        except KeyError as error:
            raise ChangesExpired from error
        return change_sets
