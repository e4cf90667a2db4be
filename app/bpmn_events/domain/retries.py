"""Retries of timers and deliveries that failed: each pause is twice the one before, from a second to an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bpmn_events.domain.errors import DomainError
from bpmn_events.domain.events import WaitingEvent

FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(hours=1)
MAX_REASON = 500

# An unexpected error may name anything, so only the log has it.
UNEXPECTED = "An unexpected error, which is in the log of the server."


@dataclass(frozen=True, slots=True)
class Retry:
    """The retry of a timer or delivery that has failed.

    Attributes:
        attempts: The number of failed attempts.
        retry_at: The time of the next attempt.
        failed_at: The time of the last attempt.
        reason: The reason why it failed.
    """

    attempts: int
    retry_at: datetime
    failed_at: datetime
    reason: str

    @classmethod
    def after(cls, previous_attempts: int, now: datetime, error: Exception) -> "Retry":
        """Return the retry after one more attempt has failed."""
        return cls(previous_attempts + 1, now + pause_after(previous_attempts + 1), now, describe(error))


class RetryKind(StrEnum):
    """The kind of what is tried again."""

    TIMER = "TIMER"
    MESSAGE = "MESSAGE"
    SIGNAL = "SIGNAL"


@dataclass(frozen=True, slots=True)
class RetryCounts:
    """The number of timers, and of deliveries of messages and signals, that are tried again."""

    timers: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class FailedTimer:
    """A timer that waits for its retry."""

    event: WaitingEvent
    retry: Retry


@dataclass(frozen=True, slots=True)
class PendingRetry:
    """A timer, message or signal that has failed, in the list of all of them.

    Attributes:
        id: The id of the waiting event or thrown event.
        name: The name of the message or signal; None for a timer.
        element_id: The element of the timer or of the receiver whose process could not go on; None if no receiver is to
            blame. Likewise ``lane`` and ``process_model_key``.
        correlation_id: The correlation of the timer or of the sender; None if a caller sent it to any correlation.
        event: The waiting event of the timer; None for a timer start event.
    """

    id: str
    kind: RetryKind
    name: str | None
    element_id: str | None
    lane: str | None
    process_model_key: str | None
    correlation_id: str | None
    retry: Retry
    event: WaitingEvent | None = None

    @classmethod
    def of_timer(cls, timer: FailedTimer) -> "PendingRetry":
        """Return the item of a timer."""
        event = timer.event
        return cls(
            event.id,
            RetryKind.TIMER,
            None,
            event.element_id,
            event.lane,
            event.process_model_key,
            event.correlation_id,
            timer.retry,
            event,
        )


def pause_after(attempts: int) -> timedelta:
    """Return the pause after so many failed attempts."""
    doublings = min(attempts - 1, 20)
    return min(FIRST_RETRY * (1 << doublings), LAST_RETRY)


def describe(error: Exception) -> str:
    """Return the reason of a failure for the people who may see the timer or delivery."""
    reason = str(error) if isinstance(error, DomainError) else UNEXPECTED
    return reason if len(reason) <= MAX_REASON else reason[: MAX_REASON - 1] + "…"
