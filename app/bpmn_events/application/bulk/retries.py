"""The lines that are executed again, because they may succeed later."""

import asyncio
import math
from collections.abc import Callable

from bpmn_events.application.commands.trigger_event import TriggerEvent
from bpmn_events.application.waiting import wait_at_most
from bpmn_events.domain.errors import Conflict, EngineUnavailable, TooManyRequests

_MIN_PAUSE_SECONDS, _MAX_PAUSE_SECONDS = 0.25, 5.0


class Retries:
    """Decides which lines of a text are executed again, and how many of them at the same time.

    A line is executed again if the database or the engine could not be used, or if a rate limit was used up. If it may
    have taken effect, that needs its idempotency key. After such a failure, the lines pause. Then one is executed at a
    time, and one more after each answer, so that they do not all fail again.

    Args:
        seconds: The time for which a line is executed again. For a rate limit, it waits without an end.
        stop: Ends the pauses and retries when it is set. Set when no line has had an answer for ``seconds``.
        on_outage: Called with the error when an outage begins.
    """

    def __init__(
        self,
        seconds: float,
        stop: asyncio.Event,
        on_outage: Callable[[EngineUnavailable], None] | None = None,
    ) -> None:
        self._seconds = seconds
        self._stop = stop
        self._on_outage = on_outage
        self._is_outage = False
        self._max_running = math.inf
        self._pause_seconds = _MIN_PAUSE_SECONDS
        self._paused_until = -math.inf
        self._no_answer_until = math.inf

    @property
    def are_over(self) -> bool:
        """True if no line is executed again."""
        return self._stop.is_set()

    def has_room(self, running: int) -> bool:
        """Return True if another line may be executed at the same time as those that run."""
        return running < self._max_running or self._stop.is_set()

    async def pause(self) -> None:
        """Wait until the next line may be executed."""
        seconds = self._paused_until - asyncio.get_running_loop().time()
        if seconds > 0:
            await wait_at_most(self._stop, seconds)

    def note_answer(self) -> None:
        """Note that a line has succeeded, or failed for good."""
        self._max_running += 1
        self._pause_seconds = _MIN_PAUSE_SECONDS
        self._no_answer_until = math.inf
        self._is_outage = False

    def note_failure(self, command: TriggerEvent, error: Exception, until: float) -> float | None:
        """Return the time of the event loop until which the command is executed again; None if it is not.

        ``until`` is what was returned after its failure before, or infinity.
        """
        if not is_temporary(error):
            self.note_answer()
            return None
        if self._stop.is_set():
            return None
        now = asyncio.get_running_loop().time()
        if isinstance(error, TooManyRequests):
            self._begin_pause(now, error.retry_after_seconds)
            self._no_answer_until = math.inf  # nothing fails during the pause
            return math.inf
        if isinstance(error, EngineUnavailable):
            self._note_outage(error)
        if now >= self._paused_until:  # lines that ran at the same time have failed for the same reason
            self._begin_pause(now, self._pause_seconds)
            self._pause_seconds = min(2 * self._pause_seconds, _MAX_PAUSE_SECONDS)
        self._no_answer_until = min(self._no_answer_until, now + self._seconds)
        if now >= self._no_answer_until:
            self._stop.set()
        until = min(until, now + self._seconds)
        is_over = now >= until or self._stop.is_set()
        return None if is_over or not _may_try_again(command, error) else until

    def _begin_pause(self, now: float, seconds: float) -> None:
        self._paused_until = max(self._paused_until, now + seconds)
        self._max_running = 1

    def _note_outage(self, error: EngineUnavailable) -> None:
        if error.is_outage and not self._is_outage:
            self._is_outage = True
            if self._on_outage is not None:
                self._on_outage(error)


def is_temporary(error: object) -> bool:
    """Return True if the same command may succeed later."""
    return isinstance(error, EngineUnavailable) or (isinstance(error, Conflict) and error.retryable)


def _may_try_again(command: TriggerEvent, error: Exception) -> bool:
    """Return True if the command cannot take effect twice when it is executed again."""
    is_unknown = isinstance(error, EngineUnavailable) and error.outcome_unknown
    return not is_unknown or command.dry_run or command.idempotency_key is not None
