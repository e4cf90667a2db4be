"""Whether what a filter names exists: a misspelt key should say so, not look like an empty list."""

from collections.abc import Collection, Sequence

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.errors import CorrelationNotFound, ProcessModelNotFound
from bpmn_events.domain.filters import WaitingEventFilter


async def require_known(filter: WaitingEventFilter, read_store: ReadStore) -> None:
    """Raises ``ProcessModelNotFound`` or ``CorrelationNotFound`` for the first one that does not exist."""
    if filter.process_model_keys:
        known = await read_store.latest_models(filter.process_model_keys)
        missing = _first_missing(filter.process_model_keys, known)
        if missing is not None:
            raise ProcessModelNotFound(missing)
    if filter.correlation_ids:
        correlations = await read_store.correlations_by_id(filter.correlation_ids)
        missing = _first_missing(filter.correlation_ids, correlations)
        if missing is not None:
            raise CorrelationNotFound(missing)


def _first_missing(wanted: Sequence[str], known: Collection[str]) -> str | None:
    return next((each for each in wanted if each not in known), None)
