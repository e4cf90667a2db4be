"""The list of open tasks, as the caller may see it."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.filters import TaskFilter
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.tasks import OpenTask


class ListOpenTasks:
    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(self, principal: Principal | None, filter: TaskFilter, page: PageRequest) -> Page[OpenTask]:
        """A page of the tasks in the caller's lanes, longest open first.

        Raises:
            Unauthorized, Forbidden.
        """
        return await self._read_store.open_tasks(filter, page, require(principal, Permission.EVENTS_READ))

    async def count(self, principal: Principal | None, filter: TaskFilter) -> int:
        """How many match, over all pages."""
        return await self._read_store.count_open_tasks(filter, require(principal, Permission.EVENTS_READ))
