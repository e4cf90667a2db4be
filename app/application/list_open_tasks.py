"""The list of open tasks, as the caller may see it."""

from app.application.access import require
from app.application.pages import Page, PageRequest, TaskFilter
from app.application.ports.reading import ReadStore
from app.domain.principal import Permission, Principal
from app.domain.tasks import OpenTask


class ListOpenTasks:
    def __init__(self, reads: ReadStore) -> None:
        self._reads = reads

    async def __call__(self, principal: Principal | None, filter: TaskFilter, page: PageRequest) -> Page[OpenTask]:
        """A page of the tasks in the caller's lanes, longest open first.

        Raises:
            Unauthorized, Forbidden.
        """
        return await self._reads.open_tasks(filter, page, require(principal, Permission.EVENTS_READ))

    async def count(self, principal: Principal | None, filter: TaskFilter) -> int:
        """How many match, over all pages."""
        return await self._reads.count_open_tasks(filter, require(principal, Permission.EVENTS_READ))
