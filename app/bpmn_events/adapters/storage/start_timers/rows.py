"""Conversion of start timers to rows and back."""

from collections.abc import Sequence
from typing import Any

from bpmn_events.adapters.storage.rows import Values
from bpmn_events.adapters.storage.schema.tables import start_timers
from bpmn_events.domain.instants import instant, microseconds
from bpmn_events.domain.retries import UNEXPECTED, Retry
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
    identifier, key, model_id, element_id, lane, due_at, schedule, attempts, retry_at, failed_at, failure = row
    retry = None
    if retry_at is not None:
        retry = Retry(attempts, instant(retry_at), instant(failed_at), failure or UNEXPECTED)
    return StartTimer(identifier, key, model_id, element_id, lane, StartTime(instant(due_at), schedule), retry)
