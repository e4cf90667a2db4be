"""The list of everything that waits, as the caller may see it."""

from collections.abc import Collection, Sequence

from app.application.access import require
from app.application.pages import Page, WaitingEventFilter, WaitingEventQuery
from app.application.ports import ReadStore
from app.domain.errors import CorrelationNotFound, ProcessModelNotFound
from app.domain.events import WaitingEvent
from app.domain.principal import Permission, Principal


class ListWaitingEvents:
    def __init__(self, reads: ReadStore) -> None:
        self._reads = reads

    async def __call__(
        self, principal: Principal | None, query: WaitingEventQuery, *, check_filter: bool = True
    ) -> Page[WaitingEvent]:
        """A page of waiting events. ``check_filter`` false treats unknown models and correlations as empty.

        Raises:
            Unauthorized, Forbidden.
            ProcessModelNotFound, CorrelationNotFound: the filter names one that does not exist.
        """
        principal = require(principal, Permission.EVENTS_READ)
        if check_filter:
            await self._check(query.filter)
        return await self._reads.waiting_events(query, principal)

    async def count(self, principal: Principal | None, filter: WaitingEventFilter) -> int:
        """How many match, over all pages."""
        return await self._reads.count_waiting_events(filter, require(principal, Permission.EVENTS_READ))

    async def _check(self, filter: WaitingEventFilter) -> None:
        if filter.process_model_keys:
            known = await self._reads.latest_models(filter.process_model_keys)
            missing = _first_missing(filter.process_model_keys, known)
            if missing is not None:
                raise ProcessModelNotFound(missing)
        if filter.correlation_ids:
            correlations = await self._reads.correlations_by_id(filter.correlation_ids)
            missing = _first_missing(filter.correlation_ids, correlations)
            if missing is not None:
                raise CorrelationNotFound(missing)


def _first_missing(wanted: Sequence[str], known: Collection[str]) -> str | None:
    return next((each for each in wanted if each not in known), None)
