"""The check that the models and correlations of a filter exist.

Without it, a misspelled key would result in an empty list.
"""

from collections.abc import Collection, Sequence

from bpmn_events.application.ports.read_store import ReadStore
from bpmn_events.domain.errors import CorrelationNotFound, ProcessModelNotFound
from bpmn_events.domain.filters import WaitingEventFilter


async def require_existing_targets(filter: WaitingEventFilter, read_store: ReadStore) -> None:
    """Check that each process model and correlation of the filter exists.

    Raises:
        ProcessModelNotFound: A model is not deployed; the error has the first such key.
        CorrelationNotFound: A correlation does not exist; the error has the first such id.
    """
    if filter.process_model_keys:
        models = await read_store.latest_models(filter.process_model_keys)
        missing = _first_missing(filter.process_model_keys, models)
        if missing is not None:
            raise ProcessModelNotFound(missing)
    if filter.correlation_ids:
        correlations = await read_store.correlations_by_id(filter.correlation_ids)
        missing = _first_missing(filter.correlation_ids, correlations)
        if missing is not None:
            raise CorrelationNotFound(missing)


def _first_missing(keys: Sequence[str], known: Collection[str]) -> str | None:
    return next((key for key in keys if key not in known), None)
