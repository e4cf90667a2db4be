"""Conversion of rows to retries."""

from collections.abc import Sequence
from typing import Any

from bpmn_events.adapters.storage import rows
from bpmn_events.adapters.storage.rows import Values
from bpmn_events.adapters.storage.schema.tables import thrown_events
from bpmn_events.adapters.storage.start_timers import rows as start_timer_rows
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.retries import UNEXPECTED, FailedTimer, PendingRetry, Retry, RetryKind

TIMER = (*rows.WAITING_EVENT, *rows.RETRY)
START = start_timer_rows.START_TIMER
DELIVERY = (
    thrown_events.c.id,
    thrown_events.c.event_type,
    thrown_events.c.name,
    thrown_events.c.receiver_element_id,
    thrown_events.c.receiver_lane,
    thrown_events.c.receiver_model_key,
    thrown_events.c.correlation_id,
    thrown_events.c.attempts,
    thrown_events.c.due_at,
    thrown_events.c.failed_at,
    thrown_events.c.failure,
)


def retry_values(retry: Retry) -> Values:
    """Return the column values of the retry of a waiting event."""
    return {
        "attempts": retry.attempts,
        "retry_at": microseconds(retry.retry_at),
        "failed_at": microseconds(retry.failed_at),
        "failure": retry.reason,
    }


def retry(row: Sequence[Any]) -> Retry:
    """Return the retry of the number of attempts, the next time, the last time and the reason in a row."""
    attempts, retry_at, failed_at, reason = row
    return Retry(attempts, instant(retry_at), instant(failed_at or 0), reason or UNEXPECTED)


def failed_timer(row: Sequence[Any]) -> FailedTimer:
    """Return the timer and its retry of a row of ``TIMER``."""
    return FailedTimer(rows.waiting_event(row[: len(rows.WAITING_EVENT)]), retry(row[len(rows.WAITING_EVENT) :]))


def pending_timer(row: Sequence[Any]) -> PendingRetry:
    """Return the item of a row of ``TIMER``."""
    return PendingRetry.of_timer(failed_timer(row))


def pending_start(row: Sequence[Any]) -> PendingRetry:
    """Return the item of a row of ``START``, which has failed."""
    timer = start_timer_rows.start_timer(row)
    assert timer.retry is not None
    key, correlation_id = timer.process_model_key, None
    return PendingRetry(timer.id, RetryKind.TIMER, None, timer.element_id, timer.lane, key, correlation_id, timer.retry)


def pending_delivery(row: Sequence[Any]) -> PendingRetry:
    """Return the item of a row of ``DELIVERY``."""
    identifier, event_type, name, element_id, lane, model_key, correlation_id, *rest = row
    kind = RetryKind(event_type)
    return PendingRetry(identifier, kind, name, element_id, lane, model_key, correlation_id, retry(rest))
