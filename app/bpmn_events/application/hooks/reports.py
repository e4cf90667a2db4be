"""The reports of deliveries: the numbers of each hook, and the reasons in the log."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from bpmn_events.application.hooks.outcomes import HookOutcome, HookResult
from bpmn_events.application.ports.cells import Cells
from bpmn_events.application.ports.clock import Clock
from bpmn_events.application.tallies import Tally

# The outcomes that are no mistake of anybody, unless the file of the hook is wrong.
_EXPECTED = frozenset({HookOutcome.DUPLICATE, HookOutcome.IGNORED, HookOutcome.CHALLENGED, HookOutcome.NOBODY_WAITS})
_WARNING_PAUSE = timedelta(minutes=1)

logger = logging.getLogger(__name__)


class HookReports:
    """Counts deliveries by hook and outcome, since the server started, and writes their reasons to the log."""

    def __init__(self, names: Iterable[str], cells: Cells, clock: Clock) -> None:
        self._clock = clock
        self._warned_at: dict[tuple[str, HookOutcome], datetime] = {}
        self._counts: Tally[tuple[str, str]] = Tally(cells, "hook_deliveries")
        # A counter that first appears with the value 1 looks to Prometheus as if it had not increased.
        for name in names:
            for outcome in HookOutcome:
                self._counts.add((name, outcome.value), 0)

    def add(self, name: str, result: HookResult) -> None:
        """Report a delivery to the hook. The reason is a warning at most once a minute for each outcome.

        Without a pause, anybody who knows the address of the hook could fill the log with warnings.
        """
        self._counts.add((name, result.outcome.value))
        if result.reason:
            is_mistake = result.is_hook_wrong or result.outcome not in _EXPECTED
            level = logging.WARNING if is_mistake and self._may_warn(name, result.outcome) else logging.INFO
            logger.log(level, "Hook %s: %s: %s", name, result.outcome, result.reason)

    def _may_warn(self, name: str, outcome: HookOutcome) -> bool:
        now, before = self._clock(), self._warned_at.get((name, outcome))
        if before is not None and now - before < _WARNING_PAUSE:
            return False
        self._warned_at[name, outcome] = now
        return True
