"""The outcomes of deliveries, and how often each hook had them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.tallies import Tally


class HookOutcome(StrEnum):
    """The outcome of a delivery.

    Attributes:
        DELIVERED: A process has received it.
        DUPLICATE: It was delivered before.
        IGNORED: The condition of the hook is not met.
        NOBODY_WAITS: There is no receiver, and nothing was changed.
        BAD_SIGNATURE: It is not signed as it has to be.
        REFUSED: It cannot be read, an expression failed, or the process does not take it.
        LIMITED: The caller has used up a rate limit.
        UNAVAILABLE: The database cannot be used.
        FAILED: The process or the server failed.
    """

    DELIVERED = "DELIVERED"
    DUPLICATE = "DUPLICATE"
    IGNORED = "IGNORED"
    NOBODY_WAITS = "NOBODY_WAITS"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    REFUSED = "REFUSED"
    LIMITED = "LIMITED"
    UNAVAILABLE = "UNAVAILABLE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class HookResult:
    """The outcome of a delivery that was signed right, with the reason for the log if it did not reach a process."""

    outcome: HookOutcome
    reason: str = ""


class HookCounts:
    """The deliveries since the server started, by hook and outcome."""

    def __init__(self, cells: Cells, names: Iterable[str]) -> None:
        self._counts: Tally[tuple[str, str]] = Tally(cells, "hook_deliveries")
        # A counter that first appears with the value 1 looks to Prometheus as if it had not increased.
        for name in names:
            for outcome in HookOutcome:
                self._counts.add((name, outcome.value), 0)

    def count(self, name: str, outcome: HookOutcome) -> None:
        """Count a delivery."""
        self._counts.add((name, outcome.value))
