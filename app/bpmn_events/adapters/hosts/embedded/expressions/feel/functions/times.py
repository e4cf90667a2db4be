"""Functions of dates, times and durations (DMN 1.5, section 10.3.4)."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel import arithmetic, comparison, temporal
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions.registry import builtin
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import DECIMAL, Months, Number, Run, Time, kind_of

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@builtin("now")
def _now(run: Run) -> datetime:
    return run.now if run.now.tzinfo is None else run.now.astimezone(UTC)


@builtin("today")
def _today(run: Run) -> date:
    now: datetime = _now(run)
    return now.date()


@builtin("date", "from: any")
def _date(run: Run, value: Any) -> date | None:
    if isinstance(value, str):
        return temporal.parse_date(value)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


@builtin("date", "year: number, month: number, day: number")
def _date_of(run: Run, year: Number, month: Number, day: Number) -> date:
    return date(_whole(year), _whole(month), _whole(day))


def _whole(value: Number) -> int:
    if type(value) is not int:
        raise ValueError(value)
    return value


@builtin("time", "from: any")
def _time(run: Run, value: Any) -> Time | None:
    if isinstance(value, str):
        return temporal.parse_time(value)
    if isinstance(value, datetime):
        return Time(value.time(), value.tzinfo)
    if isinstance(value, date):
        return Time(time(), UTC)
    return value if isinstance(value, Time) else None


@builtin("time", "hour: number, minute: number, second: number, offset: duration|null?")
def _time_of(run: Run, hour: Number, minute: Number, second: Number, offset: Any = None) -> Time:
    return Time(_clock(hour, minute, second), _zone_at(offset))


def _clock(hour: Number, minute: Number, second: Number) -> time:
    exact = DECIMAL.multiply(second, 1_000_000)
    whole, micro = divmod(int(exact), 1_000_000)
    return time(_whole(hour), _whole(minute), whole, micro)


def _zone_at(offset: Any) -> tzinfo | None:
    if offset is None:
        return None
    if not isinstance(offset, timedelta):
        raise ValueError(offset)
    return timezone(offset) if offset else UTC


@builtin("date and time", "from: any")
def _instant(run: Run, value: Any) -> datetime | None:
    if isinstance(value, str):
        return temporal.parse_instant(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value if isinstance(value, datetime) else None


@builtin("date and time", "date: datetime, time: any")
def _instant_of(run: Run, day: date, clock: Any) -> datetime | None:
    """Return the instant of a date and a time of day; or an instant in another time zone, as in Camunda."""
    if isinstance(clock, Time):
        return datetime(day.year, day.month, day.day).combine(day, clock.clock, clock.zone)
    if isinstance(clock, str) and isinstance(day, datetime) and day.tzinfo is not None:
        try:
            return day.astimezone(temporal.zone_named(clock))
        except KeyError:
            return None
    return None


@builtin(
    "date and time",
    "year: number, month: number, day: number, hour: number, minute: number, second: number, offset: any?",
)
def _instant_at(
    run: Run,
    year: Number,
    month: Number,
    day: Number,
    hour: Number,
    minute: Number,
    second: Number,
    offset: Any = None,
) -> datetime | None:
    try:
        zone = temporal.zone_named(offset) if isinstance(offset, str) else _zone_at(offset)
    except KeyError:
        return None
    return datetime.combine(_date_of(run, year, month, day), _clock(hour, minute, second), zone)


@builtin("duration", "from: any")
def _duration(run: Run, value: Any) -> Any:
    if isinstance(value, str):
        return temporal.parse_duration(value)
    return value if isinstance(value, timedelta | Months) else None


@builtin("years and months duration", "from: datetime, to: datetime")
def _months_between(run: Run, start: date, end: date) -> Months:
    """Return the whole months between two dates."""
    count = (end.year - start.year) * 12 + end.month - start.month
    rest_of_month = end.day - start.day
    if count > 0 and rest_of_month < 0:
        count -= 1
    elif count < 0 and rest_of_month > 0:
        count += 1
    return Months(count)


@builtin("is", "value1: any, value2: any")
def _is(run: Run, left: Any, right: Any) -> bool:
    """Return True if two values are the same, the offset of a time or the zone of an instant included."""
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, datetime):
        return temporal.format_instant(left) == temporal.format_instant(right)
    if isinstance(left, Time):
        return temporal.format_time(left) == temporal.format_time(right)
    return comparison.same(left, right, run)


@builtin("day of year", "date: datetime")
def _day_of_year(run: Run, value: date) -> int:
    return value.timetuple().tm_yday


@builtin("day of week", "date: datetime")
def _day_of_week(run: Run, value: date) -> str:
    return _DAYS[value.weekday()]


@builtin("month of year", "date: datetime")
def _month_of_year(run: Run, value: date) -> str:
    return _MONTHS[value.month - 1]


@builtin("week of year", "date: datetime")
def _week_of_year(run: Run, value: date) -> int:
    return value.isocalendar().week


@builtin("last day of month", "date: datetime")
def _last_day_of_month(run: Run, value: date) -> date:
    return date(value.year, value.month, arithmetic.days_in_month(value.year, value.month))


@builtin("cycle", "interval: duration")
def _cycle(run: Run, interval: Any) -> str:
    """Return the repeating interval of a timer that has no end, as in Camunda."""
    return f"R/{temporal.format_duration(interval)}"


@builtin("cycle", "repetitions: number|null, interval: duration")
def _cycle_of(run: Run, repetitions: Number | None, interval: Any) -> str:
    """Return the repeating interval of a timer."""
    return f"R{'' if repetitions is None else _whole(repetitions)}/{temporal.format_duration(interval)}"
