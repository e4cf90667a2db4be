"""One process model by its key."""

from app.application.access import require
from app.application.ports.reading import ReadStore
from app.domain.errors import ProcessModelNotFound
from app.domain.principal import Permission, Principal
from app.domain.processes import ProcessModel


class FindProcessModel:
    def __init__(self, reads: ReadStore) -> None:
        self._reads = reads

    async def __call__(self, principal: Principal | None, key: str) -> ProcessModel:
        """The latest version of the model.

        Raises:
            Unauthorized, Forbidden, ProcessModelNotFound.
        """
        require(principal, Permission.PROCESSES_READ)
        model = (await self._reads.latest_models([key])).get(key)
        if model is None:
            raise ProcessModelNotFound(key)
        return model
