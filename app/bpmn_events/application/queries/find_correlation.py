"""Find one correlation by its id."""

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.access import require
from bpmn_events.domain.errors import CorrelationNotFound
from bpmn_events.domain.principal import Permission, Principal
from bpmn_events.domain.processes import Correlation


class FindCorrelation:
    """Finds a correlation by its id."""

    def __init__(self, read_store: ReadStore) -> None:
        self._read_store = read_store

    async def __call__(self, principal: Principal | None, correlation_id: str) -> Correlation:
        """Return the correlation.

        Raises:
            Unauthorized: There is no authenticated principal.
            Forbidden: The principal lacks the permission ``processes:read``.
            CorrelationNotFound: No process instance was ever started under the correlation.
        """
        require(principal, Permission.PROCESSES_READ)
        correlation = (await self._read_store.correlations_by_id([correlation_id])).get(correlation_id)
        if correlation is None:
            raise CorrelationNotFound(correlation_id)
        return correlation
