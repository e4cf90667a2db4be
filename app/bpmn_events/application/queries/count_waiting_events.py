"""Count waiting events, in total and in groups."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.application.queries.filter_check import require_existing_targets
from bpmn_events.domain.access import require
from bpmn_events.domain.filters import WaitingEventFilter
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.statistics import Grouping, WaitingEventGroup

MAX_GROUPS = 500


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of waiting events, the largest first.

    ``truncated`` is True if there are more than these ``MAX_GROUPS`` groups.
    """

    groups: Sequence[WaitingEventGroup]
    truncated: bool


class CountWaitingEvents:
    """Counts the waiting events in the caller's lanes.

    Only ``check_filter`` verifies that the models and correlations of a filter exist. Call it once, before the other
    methods.
    """

    def __init__(self, read_store: ReadStore, clock: Clock) -> None:
        self._read_store = read_store
        self._clock = clock

    async def check_filter(self, principal: Principal | None, filter: WaitingEventFilter) -> None:
        """Check the caller's permission, and that the filter's models and correlations exist.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
            ProcessModelNotFound: The filter has the key of a model that is not deployed.
            CorrelationNotFound: The filter has the id of a correlation that does not exist.
        """
        require(principal, Permission.EVENTS_READ)
        await require_existing_targets(filter, self._read_store)

    async def count_total(self, principal: Principal | None, filter: WaitingEventFilter) -> WaitingEventGroup | None:
        """Return all matching events as one group, or None if no event matches.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
        """
        viewer = require(principal, Permission.EVENTS_READ)
        groups = await self._read_store.waiting_event_groups(filter, (), viewer, self._clock(), 1)
        return groups[0] if groups else None

    async def count_groups(
        self, principal: Principal | None, filter: WaitingEventFilter, by: Collection[Grouping]
    ) -> Groups:
        """Return the groups of matching events that share all properties in ``by``.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
        """
        viewer = require(principal, Permission.EVENTS_READ)
        groupings = tuple(dict.fromkeys(by))
        groups = await self._read_store.waiting_event_groups(filter, groupings, viewer, self._clock(), MAX_GROUPS + 1)
        return Groups(groups[:MAX_GROUPS], truncated=len(groups) > MAX_GROUPS)
