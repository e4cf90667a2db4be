"""The log of outages: one line when an outage of the database starts, and one when it is over."""

import logging
import time
from collections.abc import Callable

from bpmn_events.adapters.storage.connections.unavailability import as_unavailable, unavailability_reason

# A success so shortly after a failure does not end an outage: some connections may work again before others do.
_QUIET_SECONDS = 1.0

logger = logging.getLogger(__name__)


class OutageLog:
    """The outages of one database, as all connections of the process notice them.

    An outage starts with the first failure. It is over when every access that has failed succeeds again: with a full
    disk, for example, reads succeed all the time and writes do not.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.reads = Access(self)
        self.writes = Access(self)
        self._clock = clock
        self._started = 0.0
        self._last_failure = 0.0

    @property
    def is_outage(self) -> bool:
        """True during an outage."""
        return self.reads.is_failing or self.writes.is_failing

    def start(self, error: BaseException) -> None:
        """Log the error, unless it belongs to an outage that is already logged."""
        self._last_failure = self._clock()
        if not self.is_outage:
            self._started = self._last_failure
            logger.error("The database cannot be used: %s", unavailability_reason(error))

    def is_quiet(self) -> bool:
        """Return True if no failure is recent."""
        return self._clock() - self._last_failure >= _QUIET_SECONDS

    def end(self) -> None:
        """Log the end of the outage, unless another access still fails."""
        if not self.is_outage:
            logger.warning("The database can be used again, after %.1f s", self._clock() - self._started)


class Access:
    """One way to use the database: reads or writes.

    Attributes:
        is_failing: True after a failure, until a success. A caller checks it before it reports a success, so that a
            success costs nothing outside outages.
    """

    def __init__(self, log: OutageLog) -> None:
        self.is_failing = False
        self._log = log

    def raise_if_unavailable(self, error: Exception) -> None:
        """Note a failure and raise the typed error, if this error means that the database cannot be used.

        Raises:
            EngineUnavailable: The database cannot be used at the moment.
        """
        unavailable = as_unavailable(error)
        if unavailable is not None:
            if unavailable.is_outage:
                self.failed(error)
            raise unavailable from error

    def failed(self, error: BaseException) -> None:
        """Note a failure, which starts an outage unless one is already under way."""
        self._log.start(error)
        self.is_failing = True

    def succeeded(self) -> None:
        """Note a success, which ends the failure of this access."""
        if self.is_failing and self._log.is_quiet():
            self.is_failing = False
            self._log.end()
