"""The limits of what one caller may do in a minute."""

from collections.abc import Callable

from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.tallies import Tally
from bpmn_events.application.token_buckets import WINDOW_SECONDS, TokenBuckets
from bpmn_events.domain.errors import TooManyRequests
from bpmn_events.domain.principal import SYSTEM, Principal

REQUESTS, TRIGGERS = "requests", "triggers"


class RateLimits:
    """The limits of one server process, by name; those that are off are missing.

    Args:
        quotas: For each limit, the number for one caller and minute, or None if the limit is off.
        clock: Returns the time in seconds, which never goes back.
        cells: Where refusals are counted.

    Attributes:
        buckets: The buckets of each limit that is on.
    """

    def __init__(self, quotas: dict[str, int | None], clock: Callable[[], float], cells: Cells) -> None:
        self.buckets = {name: TokenBuckets(quota, clock) for name, quota in quotas.items() if quota is not None}
        self._refused: Tally[str] = Tally(cells, "rate_limited")
        for name in quotas:
            self._refused.add(name, 0)

    def take(self, name: str, caller: str) -> None:
        """Count one more of what the limit is about. Do nothing if the limit is off.

        Raises:
            TooManyRequests: The caller has to wait.
        """
        buckets = self.buckets.get(name)
        if buckets is None or buckets.take(caller):
            return
        self._refused.add(name)
        seconds = max(1, buckets.allowance(caller).next_seconds)
        raise TooManyRequests(
            retry_after_seconds=seconds, limit=name, quota=buckets.quota, window_seconds=WINDOW_SECONDS
        )

    def take_trigger(self, principal: Principal) -> None:
        """Count a command that triggers an event or finishes a task. The server itself has no limit.

        Raises:
            TooManyRequests: The caller has to wait.
        """
        if principal is not SYSTEM:
            self.take(TRIGGERS, subject_key(principal.subject))


def subject_key(subject: str) -> str:
    """Return the name under which the limits know an authenticated caller. It differs from that of every address."""
    return f"subject {subject}"
