"""One correlation by its id."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import CorrelationNotFound
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import Correlation


class FindCorrelation:
    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(self, principal: Principal | None, correlation_id: str) -> Correlation:
        """The business case that process instances were started under.

        Raises:
            Unauthorized, Forbidden, CorrelationNotFound.
        """
        require(principal, Permission.PROCESSES_READ)
        correlation = (await self._read_store.correlations_by_id([correlation_id])).get(correlation_id)
        if correlation is None:
            raise CorrelationNotFound(correlation_id)
        return correlation
