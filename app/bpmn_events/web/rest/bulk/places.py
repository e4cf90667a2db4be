"""The number of bodies with many triggers that are open at the same time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bpmn_events.domain.errors import EngineUnavailable, TooManyBodies

_RETRY_AFTER_SECONDS = 5


class BulkPlaces:
    """Limits the bodies that are open, because each has its connection, answers and lines for as long as it likes.

    Args:
        of_caller: How many one caller may have.
        total: How many all callers together may have.
    """

    def __init__(self, of_caller: int, total: int) -> None:
        self._of_caller = of_caller
        self._total = total
        self._open: Counter[str] = Counter()

    @contextmanager
    def take(self, subject: str) -> Iterator[None]:
        """Have a place for a body of the caller.

        Raises:
            TooManyBodies: The caller has too many.
            EngineUnavailable: All callers together have too many.
        """
        if self._open[subject] >= self._of_caller:
            raise TooManyBodies(limit=self._of_caller)
        if self._open.total() >= self._total:
            raise EngineUnavailable(
                "The server reads as many bodies with many triggers as it accepts: try again later.",
                retry_after_seconds=_RETRY_AFTER_SECONDS,
                is_outage=False,
            )
        self._open[subject] += 1
        try:
            yield
        finally:
            self._open -= Counter({subject: 1})  # without the callers that have none
