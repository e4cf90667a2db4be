"""List open tasks."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.filters import TaskFilter
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.tasks import OpenTask


class ListOpenTasks:
    """Lists the open tasks in the caller's lanes."""

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(self, principal: Principal | None, filter: TaskFilter, page: PageRequest) -> Page[OpenTask]:
        """Return one page of the open tasks that match the filter, the longest open first.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
        """
        return await self._read_store.open_tasks(filter, page, require(principal, Permission.EVENTS_READ))

    async def count(self, principal: Principal | None, filter: TaskFilter) -> int:
        """Return the number of open tasks that match the filter, over all pages.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``events:read``.
        """
        return await self._read_store.count_open_tasks(filter, require(principal, Permission.EVENTS_READ))
