"""The deployed process models, each in its latest version."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.pages import Page, PageRequest
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessModel


class ListProcessModels:
    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(self, principal: Principal | None, page: PageRequest) -> Page[ProcessModel]:
        """A page of models, by key.

        Raises:
            Unauthorized, Forbidden.
        """
        require(principal, Permission.PROCESSES_READ)
        return await self._read_store.models(page)

    async def count(self, principal: Principal | None) -> int:
        """How many keys are deployed."""
        require(principal, Permission.PROCESSES_READ)
        return await self._read_store.count_models()
