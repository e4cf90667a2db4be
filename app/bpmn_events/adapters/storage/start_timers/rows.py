"""Conversion of start timers to rows and back."""

from collections.abc import Sequence
from typing import Any

from bpmn_events.adapters.storage.retries import rows as retry_rows
from bpmn_events.adapters.storage.rows import Values
from bpmn_events.adapters.storage.schema.tables import start_timers
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.retries import PendingRetry, RetryKind
from bpmn_events.domain.start_timers import StartTime, StartTimer

RETRY = (start_timers.c.attempts, start_timers.c.retry_at, start_timers.c.failed_at, start_timers.c.failure)
START_TIMER = (
    start_timers.c.id,
    start_timers.c.process_model_key,
    start_timers.c.process_model_id,
    start_timers.c.element_id,
    start_timers.c.lane,
    start_timers.c.due_at,
    start_timers.c.schedule,
    *RETRY,
)


def start_timer_values(timer: StartTimer) -> Values:
    """Return the column values of a new start timer, which has not failed."""
    return {
        "id": timer.id,
        "process_model_key": timer.process_model_key,
        "process_model_id": timer.process_model_id,
        "element_id": timer.element_id,
        "lane": timer.lane,
        "due_at": microseconds(timer.due_at),
        "schedule": timer.time.schedule,
    }


def start_timer(row: Sequence[Any]) -> StartTimer:
    """Return the start timer of a row of ``START_TIMER``."""
    identifier, key, model_id, element_id, lane, due_at, schedule, *retry = row
    time = StartTime(instant(due_at), schedule)
    return StartTimer(
        identifier, key, model_id, element_id, lane, time, None if retry[1] is None else retry_rows.retry(retry)
    )


def pending_start(row: Sequence[Any]) -> PendingRetry:
    """Return the item of a row of ``START_TIMER`` that has failed, in the list of all retries."""
    timer = start_timer(row)
    assert timer.retry is not None
    return PendingRetry(
        timer.id,
        RetryKind.TIMER,
        None,
        timer.element_id,
        timer.lane,
        timer.process_model_key,
        None,
        timer.retry,
    )
