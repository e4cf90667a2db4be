"""The deployed process models, each in its latest version."""

from app.application.access import require
from app.application.pages import Page, PageRequest
from app.application.ports.reading import ReadStore
from app.domain.principal import Permission, Principal
from app.domain.processes import ProcessModel


class ListProcessModels:
    def __init__(self, reads: ReadStore) -> None:
        self._reads = reads

    async def __call__(self, principal: Principal | None, page: PageRequest) -> Page[ProcessModel]:
        """A page of models, by key.

        Raises:
            Unauthorized, Forbidden.
        """
        require(principal, Permission.PROCESSES_READ)
        return await self._reads.models(page)

    async def count(self, principal: Principal | None) -> int:
        """How many keys are deployed."""
        require(principal, Permission.PROCESSES_READ)
        return await self._reads.count_models()
