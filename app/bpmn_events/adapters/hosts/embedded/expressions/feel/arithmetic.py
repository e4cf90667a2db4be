"""Arithmetic of FEEL (DMN 1.5, section 10.3.2): numbers, texts, dates, times and durations."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel.values import (
    DECIMAL,
    Months,
    Number,
    Time,
    bounded,
    finite,
    is_number,
    kind_of,
    to_number,
)
from bpmn_events.adapters.hosts.embedded.expressions.values import MAX_TEXT

_DAY = timedelta(days=1)
# The years of a date have at most nine digits (section 10.3.2.3).
_MAX_MONTHS = 12 * 10**9
_Operation = Callable[[Any, Any], Any]


def add_numbers(left: Number, right: Number) -> Number | None:
    """Return the sum."""
    if type(left) is int and type(right) is int:
        return bounded(left + right)
    return finite(DECIMAL.add(left, right))


def subtract_numbers(left: Number, right: Number) -> Number | None:
    """Return the difference."""
    if type(left) is int and type(right) is int:
        return bounded(left - right)
    return finite(DECIMAL.subtract(left, right))


def multiply_numbers(left: Number, right: Number) -> Number | None:
    """Return the product."""
    if type(left) is int and type(right) is int:
        return bounded(left * right)
    return finite(DECIMAL.multiply(left, right))


def divide_numbers(left: Number, right: Number) -> Number | None:
    """Return the quotient, or None for a division by zero."""
    return None if right == 0 else finite(DECIMAL.divide(left, right))


def negate_number(value: Number) -> Number | None:
    """Return the number with the opposite sign."""
    return -value if type(value) is int else finite(DECIMAL.minus(value))


def add_months(start: date | datetime, months: int) -> Any:
    """Return the same day of another month, or its last day if it is shorter."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, days_in_month(year, month + 1)))


def days_in_month(year: int, month: int) -> int:
    """Return the number of days in a month of the Gregorian calendar."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def add_days(start: date | datetime, span: timedelta) -> date | datetime:
    """Return the date, or the date and time, after the duration has passed."""
    if isinstance(start, datetime):
        return shift_instant(start, span)
    return (datetime.combine(start, time()) + span).date()


def shift_instant(start: datetime, span: timedelta) -> datetime:
    """Return the instant after the duration has passed, in the zone of the start."""
    if start.tzinfo is None:
        return start + span
    return (start.astimezone(UTC) + span).astimezone(start.tzinfo)


def add_to_time(start: Time, span: timedelta) -> Time:
    """Return the time of day after the duration has passed, past midnight if need be."""
    since_midnight = datetime.combine(date(2000, 1, 1), start.clock) - datetime(2000, 1, 1)
    return Time((datetime(2000, 1, 1) + (since_midnight + span) % _DAY).time(), start.zone)


def time_difference(left: Time, right: Time) -> timedelta | None:
    """Return the duration between two times of day, or None if only one has an offset."""
    if (left.zone is None) != (right.zone is None):
        return None
    return _since_midnight(left) - _since_midnight(right)


def _since_midnight(value: Time) -> timedelta:
    clock = datetime.combine(date(2000, 1, 1), value.clock, value.zone)
    return clock.replace(tzinfo=None) - datetime(2000, 1, 1) - (clock.utcoffset() or timedelta())


def date_difference(left: date | datetime, right: date | datetime) -> timedelta | None:
    """Return the duration between two dates. A date alone is its midnight, in UTC if the other one has an offset."""
    start, end = _at_midnight(right), _at_midnight(left)
    if not isinstance(left, datetime) and start.tzinfo is not None:
        end = end.replace(tzinfo=UTC)
    if not isinstance(right, datetime) and end.tzinfo is not None:
        start = start.replace(tzinfo=UTC)
    if (start.tzinfo is None) != (end.tzinfo is None):
        return None
    # Python would subtract the clock times of two instants in one zone, without its daylight saving.
    return end - start if end.tzinfo is None else end.astimezone(UTC) - start.astimezone(UTC)


def _at_midnight(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time())


def seconds(span: timedelta) -> Decimal:
    """Return the exact length of a duration in seconds."""
    return Decimal(span // timedelta(microseconds=1)).scaleb(-6)


def from_seconds(length: Decimal) -> timedelta:
    """Return the duration of that length, to the microsecond. Raise an arithmetic error if there is none."""
    return timedelta(microseconds=int(length.scaleb(6)))


def months(count: Number | Decimal) -> Months:
    """Return a duration of whole months. Raise an arithmetic error if it is longer than any calendar."""
    if not -_MAX_MONTHS < count < _MAX_MONTHS:
        raise OverflowError
    return Months(int(count))


_NUMBER, _TEXT = "number", "string"
_DATE, _TIME, _INSTANT = "date", "time", "date and time"
_DAYS, _MONTHS = "days and time duration", "years and months duration"


def _swapped(operation: _Operation) -> _Operation:
    return lambda left, right: operation(right, left)


_ADD: dict[tuple[str, str], _Operation] = {
    (_NUMBER, _NUMBER): lambda left, right: add_numbers(to_number(left), to_number(right)),
    (_TEXT, _TEXT): lambda left, right: left + right if len(left) + len(right) <= MAX_TEXT else None,
    (_DATE, _DAYS): add_days,
    (_INSTANT, _DAYS): add_days,
    (_DATE, _MONTHS): lambda left, right: add_months(left, right.count),
    (_INSTANT, _MONTHS): lambda left, right: add_months(left, right.count),
    (_TIME, _DAYS): add_to_time,
    (_DAYS, _DAYS): lambda left, right: left + right,
    (_MONTHS, _MONTHS): lambda left, right: months(left.count + right.count),
}
_ADD.update({(right, left): _swapped(operation) for (left, right), operation in list(_ADD.items()) if left != right})
_SUBTRACT: dict[tuple[str, str], _Operation] = {
    (_NUMBER, _NUMBER): lambda left, right: subtract_numbers(to_number(left), to_number(right)),
    (_DATE, _DATE): date_difference,
    (_DATE, _INSTANT): date_difference,
    (_INSTANT, _DATE): date_difference,
    (_INSTANT, _INSTANT): date_difference,
    (_TIME, _TIME): time_difference,
    (_DATE, _DAYS): lambda left, right: add_days(left, -right),
    (_INSTANT, _DAYS): lambda left, right: add_days(left, -right),
    (_DATE, _MONTHS): lambda left, right: add_months(left, -right.count),
    (_INSTANT, _MONTHS): lambda left, right: add_months(left, -right.count),
    (_TIME, _DAYS): lambda left, right: add_to_time(left, -right),
    (_DAYS, _DAYS): lambda left, right: left - right,
    (_MONTHS, _MONTHS): lambda left, right: months(left.count - right.count),
}
_MULTIPLY: dict[tuple[str, str], _Operation] = {
    (_NUMBER, _NUMBER): lambda left, right: multiply_numbers(to_number(left), to_number(right)),
    (_DAYS, _NUMBER): lambda left, right: from_seconds(DECIMAL.multiply(seconds(left), to_number(right))),
    (_NUMBER, _DAYS): lambda left, right: from_seconds(DECIMAL.multiply(seconds(right), to_number(left))),
    (_MONTHS, _NUMBER): lambda left, right: months(DECIMAL.multiply(left.count, to_number(right))),
    (_NUMBER, _MONTHS): lambda left, right: months(DECIMAL.multiply(right.count, to_number(left))),
}
_DIVIDE: dict[tuple[str, str], _Operation] = {
    (_NUMBER, _NUMBER): lambda left, right: divide_numbers(to_number(left), to_number(right)),
    (_DAYS, _NUMBER): lambda left, right: from_seconds(DECIMAL.divide(seconds(left), to_number(right))),
    (_DAYS, _DAYS): lambda left, right: divide_numbers(seconds(left), seconds(right)),
    (_MONTHS, _NUMBER): lambda left, right: months(DECIMAL.divide(left.count, to_number(right))),
    (_MONTHS, _MONTHS): lambda left, right: divide_numbers(left.count, right.count),
}
_POWER: dict[tuple[str, str], _Operation] = {
    (_NUMBER, _NUMBER): lambda left, right: finite(DECIMAL.power(to_number(left), to_number(right))),
}


def _by_kinds(operations: dict[tuple[str, str], _Operation]) -> _Operation:
    def operate(left: Any, right: Any) -> Any:
        operation = operations.get((kind_of(left), kind_of(right)))
        if operation is None:
            return None
        try:
            return operation(left, right)
        except (ArithmeticError, ValueError):  # beyond the calendar, or the longest duration
            return None

    return operate


add = _by_kinds(_ADD)
subtract = _by_kinds(_SUBTRACT)
multiply = _by_kinds(_MULTIPLY)
divide = _by_kinds(_DIVIDE)
power = _by_kinds(_POWER)


def negate(value: Any) -> Any:
    """Return a number or duration with the opposite sign; None for any other value."""
    if is_number(value):
        return negate_number(to_number(value))
    if isinstance(value, timedelta):
        return subtract(timedelta(), value)
    return Months(-value.count) if isinstance(value, Months) else None
