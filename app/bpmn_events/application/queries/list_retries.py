"""List the timers, messages and signals that have failed and are tried again."""

from collections.abc import Collection

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.retries import PendingRetry, RetryKind

_TIMERS = frozenset({RetryKind.TIMER})


class ListRetries:
    """Lists retries in the caller's lanes: of timers, and of messages and signals for those who may read processes."""

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(
        self, principal: Principal | None, kinds: Collection[RetryKind] | None, page: PageRequest
    ) -> Page[PendingRetry]:
        """Return one page of the retries of these kinds, the next one first.

        None stands for all kinds that the caller may see.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``, or ``processes:read`` for a kind it names.
        """
        viewer = require(principal, Permission.EVENTS_READ)
        return await self._read_store.retries(_permitted(viewer, kinds), page, viewer)

    async def count(self, principal: Principal | None, kinds: Collection[RetryKind] | None) -> int:
        """Return the number of these retries, over all pages.

        Raises:
            Unauthorized, Forbidden: As above.
        """
        viewer = require(principal, Permission.EVENTS_READ)
        return await self._read_store.count_retries(_permitted(viewer, kinds), viewer)


def _permitted(viewer: Principal, kinds: Collection[RetryKind] | None) -> Collection[RetryKind]:
    if kinds is None:
        return frozenset(RetryKind) if viewer.may(Permission.PROCESSES_READ) else _TIMERS
    if not _TIMERS.issuperset(kinds):
        require(viewer, Permission.PROCESSES_READ)
    return kinds
