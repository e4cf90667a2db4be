"""What waits, in numbers: as a whole, and in groups for tiles and charts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.queries.known_filter import require_known
from bpmn_events.domain.access import require
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.statistics import Grouping, WaitingEventGroup

MAX_GROUPS = 500


@dataclass(frozen=True, slots=True)
class Groups:
    """The largest groups first; ``truncated`` says that there are more than these."""

    groups: Sequence[WaitingEventGroup]
    truncated: bool


class CountWaitingEvents:
    """Every method counts only what lies in the caller's lanes.

    Raises:
        Unauthorized, Forbidden.
        ProcessModelNotFound, CorrelationNotFound: the filter names one that does not exist.
    """

    def __init__(self, read_store: ReadStore, clock: Clock) -> None:
        self._read_store = read_store
        self._clock = clock

    async def check(self, principal: Principal | None, filter: WaitingEventFilter) -> None:
        """Whether the other two will answer."""
        require(principal, Permission.EVENTS_READ)
        await require_known(filter, self._read_store)

    async def total(self, principal: Principal | None, filter: WaitingEventFilter) -> WaitingEventGroup | None:
        """All that match, as one group; None where nothing does."""
        viewer = require(principal, Permission.EVENTS_READ)
        found = await self._read_store.waiting_event_groups(filter, (), viewer, self._clock(), 1)
        return found[0] if found else None

    async def grouped(
        self, principal: Principal | None, filter: WaitingEventFilter, by: Collection[Grouping]
    ) -> Groups:
        """The groups that have something in common in everything of ``by``."""
        viewer = require(principal, Permission.EVENTS_READ)
        wanted = tuple(dict.fromkeys(by))
        found = await self._read_store.waiting_event_groups(filter, wanted, viewer, self._clock(), MAX_GROUPS + 1)
        return Groups(found[:MAX_GROUPS], truncated=len(found) > MAX_GROUPS)
