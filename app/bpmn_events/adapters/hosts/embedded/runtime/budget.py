"""Budget of a step: limits on the work that one step of an execution may do, and on the data that it may produce."""

from datetime import datetime
from time import thread_time

import orjson

from bpmn_events.adapters.hosts.embedded.engine_port import FULL_LIMIT, StepLimit, StepTooLong
from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.model.elements import Node
from bpmn_events.domain.errors import ProcessFailed

MAX_STEPS = 10_000
MAX_OCCURRENCES = 20_000
STEPS_PER_PATH = 20

# Units of work between two looks at the clock. An ordinary step has fewer, and never looks: one look takes half a
# microsecond.
_UNITS_PER_LOOK = 16
# To encode data, so that its size is known, takes as long as one unit of work for so many bytes.
_BYTES_PER_UNIT = 16_384


def encoded_size(value: object) -> int:
    """Return the size of a JSON value in bytes."""
    return len(orjson.dumps(value))


class Budget(Evaluation):
    """What is left of the limits of a step. It stops a process that loops or computes without ever waiting.

    Moves of tokens, here called steps, and occurrences of loops are counted: the result is the same each time. Time
    and data are limited so that no step holds up the server, whatever its expressions do.

    Attributes:
        kept_bytes: The size of the values that the step stores or sends.
    """

    # As attributes of the class, these cost an ordinary step nothing.
    kept_bytes = 0
    _steps_left = MAX_STEPS
    _units_left = _UNITS_PER_LOOK
    _paths = 0
    _occurrences = 0
    _started_at: float | None = None
    _node_id: str | None = None

    def __init__(self, now: datetime, limit: StepLimit = FULL_LIMIT) -> None:
        self.now = now  # without a call of the base class: each step creates a budget
        self._limit = limit

    def charge(self, steps: int, node_id: str | None = None) -> None:
        """Charge the steps; raise ``ProcessFailed`` if none are left for them."""
        self._steps_left -= steps
        if self._steps_left < 0:
            raise ProcessFailed("it took too many steps without waiting for anything", node_id)
        if node_id is not None:
            self._node_id = node_id
        self._units_left -= 1  # as ``tick``, without a call
        if self._units_left < 0:
            self._look_at_clock()

    def tick(self, units: int) -> None:
        """Count units of work, of some microseconds each.

        Raises:
            ProcessFailed: The step has taken too long.
            StepTooLong: It has taken too long for a limit that is not final.
        """
        self._units_left -= units
        if self._units_left < 0:
            self._look_at_clock()

    def _look_at_clock(self) -> None:
        self._units_left = _UNITS_PER_LOOK
        # The time of the thread, because a process must not fail when others use the processor.
        now = thread_time()
        if self._started_at is None:
            self._started_at = now
        elif now - self._started_at > self._limit.seconds + self._limit.seconds_per_path * self._paths:
            self._stop("it took too long without waiting for anything")

    def keep(self, value: object, replaced: object = None) -> None:
        """Charge the size of a value that the step stores or sends. Values that are shared count each time.

        If the value replaces a text, the size of that text is given back.

        Raises:
            ProcessFailed: The step has produced too much data.
            StepTooLong: It has produced too much for a limit that is not final.
        """
        if isinstance(value, str):
            size = len(value)
        else:
            size = encoded_size(value)
            self.tick(size // _BYTES_PER_UNIT)
        self.keep_bytes(size - len(replaced) if isinstance(replaced, str) else size)

    def keep_bytes(self, size: int) -> None:
        """Charge data of that size, like ``keep``. A replaced text may have come from outside, without a charge."""
        self.kept_bytes = max(self.kept_bytes + size, 0)
        if self.kept_bytes > self._limit.kept_bytes:
            self._stop("it produced too much data without waiting for anything")

    def _stop(self, reason: str) -> None:
        if self._limit.is_final:
            raise ProcessFailed(reason, self._node_id)
        raise StepTooLong

    def allow_more_steps(self, times: int = 1) -> None:
        """Allow more steps and time for paths that run in parallel."""
        self._steps_left += STEPS_PER_PATH * times
        self._paths += times

    def count_occurrences(self, node: Node, number: int) -> None:
        """Allow more steps for each occurrence of a loop; raise ``ProcessFailed`` if there are too many occurrences."""
        self._occurrences += number
        if self._occurrences > MAX_OCCURRENCES:
            raise ProcessFailed(f"more than {MAX_OCCURRENCES} occurrences of loops began at once", node.id)
        self.allow_more_steps(number)
