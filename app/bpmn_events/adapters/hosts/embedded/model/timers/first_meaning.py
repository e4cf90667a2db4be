"""The times of models of the first meaning.

A cycle computes each due time from the one before, and calculates in UTC.
"""

import re
from datetime import UTC, datetime
from typing import Any

import isodate

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.model.timers.errors import TimerError

_MAX_BACKWARD_STEPS = 10_000
_STEPS_PER_UNIT = 16
_REFERENCE_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def parse_cycle(text: str, evaluation: Evaluation) -> tuple[datetime, int | None, str]:
    """Return the first due time of a repeating interval, the number of those after it, and its interval.

    The forms are ``R3/PT10S``, ``R/2026-01-01T00:00:00Z/PT1H`` (with the first due time) and
    ``R3/PT1H/2026-01-02T00:00:00Z`` (with the last due time). ``R3`` means three due times in all.

    Raises:
        TimerError: The text has none of these forms, or its first due time cannot be computed.
    """
    parts = text.split("/")
    repeat = re.fullmatch(r"R(\d{0,9})", parts[0])
    if repeat is None or len(parts) not in (2, 3):
        raise TimerError(f"`{text}` is no ISO 8601 repeating interval such as R3/PT10M (cron texts are not supported)")
    times = int(repeat.group(1)) if repeat.group(1) else None
    if times == 0:
        raise TimerError("a cycle of no repetitions is never due")
    remaining = None if times is None else times - 1
    if len(parts) == 2:
        return _shift(evaluation.now, _parse_interval(parts[1])), remaining, parts[1]
    if parts[1].startswith("P"):
        if times is None or times > _MAX_BACKWARD_STEPS:
            raise TimerError(f"a cycle that leads up to an end has 1 to {_MAX_BACKWARD_STEPS} repetitions")
        start, interval = parse_date(parts[2]), _parse_interval(parts[1])
        for step in range(1, times):
            start = _shift(start, interval, backward=True)
            if step % _STEPS_PER_UNIT == 0:
                evaluation.tick(1)
        return start, remaining, parts[1]
    _parse_interval(parts[2])
    return parse_date(parts[1]), remaining, parts[2]


def parse_date(text: str) -> datetime:
    """Return the date in UTC. Raises ``TimerError`` if the text is none."""
    try:
        date = datetime.fromisoformat(text)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        raise TimerError(f"`{text}` is no ISO 8601 date such as 2026-12-24T18:00:00Z") from None


def add_duration(start: datetime, duration: str) -> datetime:
    """Return the time after the duration. Raises ``TimerError`` if it is none, or leads beyond the calendar."""
    return _shift(start, _parse_duration(duration))


def _parse_interval(text: str) -> Any:
    """Return a duration greater than zero. A cycle with another interval would be due again at once, without end."""
    interval = _parse_duration(text)
    if _shift(_REFERENCE_TIME, interval) <= _REFERENCE_TIME:
        raise TimerError(f"`{text}` is no interval of a cycle: it does not lead forwards")
    return interval


def _parse_duration(text: str) -> Any:
    try:
        if not text.startswith("P"):
            raise ValueError
        return isodate.parse_duration(text)
    except (ValueError, ArithmeticError):
        raise TimerError(f"`{text}` is no ISO 8601 duration such as PT15M") from None


def _shift(start: datetime, span: Any, *, backward: bool = False) -> datetime:
    try:
        return start - span if backward else start + span  # type: ignore[no-any-return]
    except (OverflowError, ValueError, ArithmeticError):
        raise TimerError("the time lies beyond the calendar") from None
