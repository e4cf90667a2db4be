"""Find one process model by its key."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import ProcessModelNotFound
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import ProcessModel


class FindProcessModel:
    """Finds a process model by its key."""

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(self, principal: Principal | None, key: str) -> ProcessModel:
        """Return the latest version of the model.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``processes:read``.
            ProcessModelNotFound: No process model with this key is deployed.
        """
        require(principal, Permission.PROCESSES_READ)
        model = (await self._read_store.latest_models([key])).get(key)
        if model is None:
            raise ProcessModelNotFound(key)
        return model
