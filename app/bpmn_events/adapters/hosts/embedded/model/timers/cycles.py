"""Repeating intervals of ISO 8601-1:2019, section 5.6."""

import re
from datetime import datetime

from bpmn_events.adapters.hosts.embedded.model.timers.dates import parse_date
from bpmn_events.adapters.hosts.embedded.model.timers.durations import Duration
from bpmn_events.adapters.hosts.embedded.model.timers.errors import TimerError
from bpmn_events.adapters.hosts.embedded.model.timers.local_times import LocalTime
from bpmn_events.adapters.hosts.embedded.model.timers.schedules import Grid, Schedule

_COUNT = re.compile(r"R([0-9]*|-1)")
# The names of time zones have slashes, too.
_SOLIDUS = re.compile(r"/(?![^\[]*\])")
# The calendar ends before more repetitions, and the stored state has no larger integers.
_ENDLESS = 2**60


def parse_cycle(text: str, now: datetime) -> Schedule:
    """Return the schedule of a repeating interval that begins to wait now.

    The forms are ``R3/PT10S``, ``R3/START/PT1H`` and ``R3/START/END`` with the first due time, and ``R3/PT1H/END`` with
    the last one. ``R3`` means three due times in all, and ``R`` or ``R-1`` any number. ``R/PT1H/END`` has no first due
    time, so it begins with the first one after now.

    Raises:
        TimerError: The text has none of these forms, or a due time lies beyond the calendar.
    """
    count_text, *parts = _SOLIDUS.split(text)
    count = _COUNT.fullmatch(count_text)
    if count is None or len(parts) not in (1, 2) or not all(parts):
        raise TimerError(f"`{text}` is no ISO 8601 repeating interval such as R3/PT10M (cron texts are not supported)")
    times = int(count[1]) if count[1] not in ("", "-1") else None
    if times == 0:
        raise TimerError("a cycle of no repetitions is never due")
    remaining = None if times is None else min(times - 1, _ENDLESS)
    if len(parts) == 1:
        period = _parse_period(parts[0])
        return Schedule.on_grid(Grid(LocalTime.at(now, None), period), 1, remaining)
    if _is_duration(parts[0]):
        return _leading_up_to(Grid(parse_date(parts[1]), _parse_period(parts[0])), remaining, now)
    start = parse_date(parts[0])
    period = _parse_period(parts[1]) if _is_duration(parts[1]) else Duration.between(start, _parse_end(parts[1], start))
    return Schedule.on_grid(Grid(start, period), 0, remaining)


def _is_duration(text: str) -> bool:
    return text.lstrip("+-").startswith("P")


def _parse_period(text: str) -> Duration:
    """Return a duration greater than zero. A cycle with another one would be due again at once, without end."""
    period = Duration.parse(text)
    if period.is_zero:
        raise TimerError(f"`{text}` is no interval of a cycle: it does not lead forwards")
    return period


def _parse_end(text: str, start: LocalTime) -> LocalTime:
    try:
        return parse_date(text, start)
    except TimerError as error:
        raise TimerError(f"the end of the interval is not written in full: {error}") from None


def _leading_up_to(grid: Grid, remaining: int | None, now: datetime) -> Schedule:
    if remaining is not None:
        return Schedule.on_grid(grid, -remaining, remaining)
    number = min(grid.first_after(now, -_ENDLESS), 0)
    return Schedule.on_grid(grid, number, -number)
