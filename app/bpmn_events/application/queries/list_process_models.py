"""List the deployed process models."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessModel


class ListProcessModels:
    """Lists the deployed process models in their latest versions."""

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(self, principal: Principal | None, page: PageRequest) -> Page[ProcessModel]:
        """Return one page of the models, ordered by key.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``processes:read``.
        """
        require(principal, Permission.PROCESSES_READ)
        return await self._read_store.models(page)

    async def count(self, principal: Principal | None) -> int:
        """Return the number of deployed process models, over all pages.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``processes:read``.
        """
        require(principal, Permission.PROCESSES_READ)
        return await self._read_store.count_models()
