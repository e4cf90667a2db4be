"""Equality, order and membership in FEEL (DMN 1.5, section 10.3.2).

Values of different kinds are not comparable: the result is null. Only a comparison with null is true or false.
"""

import operator
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel.arithmetic import time_difference
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import (
    Months,
    Range,
    Run,
    Time,
    is_number,
    kind_of,
    to_number,
)


def equal(left: Any, right: Any, run: Run) -> bool | None:
    """Return True if two values of one kind are equal, or both are null; None for values of different kinds."""
    if left is None or right is None:
        return left is right
    if is_number(left) and is_number(right):
        return to_number(left) == to_number(right)
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    match kind:
        case "list":
            return len(left) == len(right) and _all_equal(left, right, run)
        case "context":
            if left.keys() != right.keys():
                return False
            return _all_equal(list(left.values()), [right[name] for name in left], run)
        case "range":
            ends = _all_equal([left.low, left.high], [right.low, right.high], run)
            return ends and (left.low_included, left.high_included) == (right.low_included, right.high_included)
        case "time":
            return time_difference(left, right) == timedelta()
        case "date and time":
            return _instant(left) == _instant(right)
    return bool(left == right)


def _all_equal(left: list[Any], right: list[Any], run: Run) -> bool | None:
    run.tick(1 + len(left) // 64)
    result: bool | None = True
    for pair in zip(left, right, strict=True):
        is_equal = equal(*pair, run)
        if is_equal is False:
            return False
        if is_equal is None:
            result = None
    return result


def unequal(left: Any, right: Any, run: Run) -> bool | None:
    """Return the negation of ``equal``."""
    is_equal = equal(left, right, run)
    return None if is_equal is None else not is_equal


def same(left: Any, right: Any, run: Run) -> bool:
    """Return True if two values are equal. Values of different kinds are not the same."""
    return equal(left, right, run) is True


def compare(left: Any, right: Any) -> int | None:
    """Return a negative number, zero or a positive number for the order of two values; None if they have none."""
    if is_number(left) and is_number(right):
        left, right = to_number(left), to_number(right)
    elif kind_of(left) != kind_of(right):
        return None
    elif isinstance(left, Months):
        left, right = left.count, right.count
    elif isinstance(left, Time):
        difference = time_difference(left, right)
        if difference is None:
            return None
        left, right = difference, timedelta()
    elif isinstance(left, datetime):
        (left, is_zoned), (right, is_other_zoned) = _instant(left), _instant(right)
        if is_zoned != is_other_zoned:
            return None
    elif kind_of(left) not in ("string", "date", "days and time duration"):
        return None
    return int(left > right) - int(left < right)


def _instant(value: datetime) -> tuple[timedelta, bool]:
    """Return the time since the beginning of the calendar, in UTC if the instant has an offset, and whether it has one.

    Python would compare the clock times of two instants in one zone, without its daylight saving. It has no instants
    that are in UTC before the year 1 or after 9999.
    """
    offset = value.utcoffset()
    return value.replace(tzinfo=None) - datetime.min - (offset or timedelta()), offset is not None


def _ordering(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any, Run], bool | None]:
    def ordered(left: Any, right: Any, _run: Run) -> bool | None:
        order = compare(left, right)
        return None if order is None else test(order, 0)

    return ordered


COMPARISONS: dict[str, Callable[[Any, Any, Run], bool | None]] = {
    "=": equal,
    "!=": unequal,
    "<": _ordering(operator.lt),
    "<=": _ordering(operator.le),
    ">": _ordering(operator.gt),
    ">=": _ordering(operator.ge),
}


def between(value: Any, low: Any, high: Any) -> bool | None:
    """Return True if the value is at least ``low`` and at most ``high``."""
    return both(_at_least(value, low), _at_least(high, value))


def _at_least(left: Any, right: Any) -> bool | None:
    order = compare(left, right)
    return None if order is None else order >= 0


def in_range(value: Any, interval: Range) -> bool | None:
    """Return True if the value is in the range; None if it has no order with the ends."""
    above: bool | None = True
    below: bool | None = True
    if interval.low is not None:
        order = compare(value, interval.low)
        above = None if order is None else order > 0 or (order == 0 and interval.low_included)
    if interval.high is not None:
        order = compare(value, interval.high)
        below = None if order is None else order < 0 or (order == 0 and interval.high_included)
    return both(above, below)


def matches(value: Any, test: Any, run: Run) -> bool | None:
    """Return True if the value satisfies a test of ``in``: a range or list that has it, or an equal value."""
    if isinstance(test, Range) and not isinstance(value, Range):
        return in_range(value, test)
    if isinstance(test, list) and not isinstance(value, list):
        run.tick(1 + len(test) // 64)
        return any_of([matches(value, item, run) for item in test])
    if isinstance(test, list):
        return equal(value, test, run) is True or any(same(value, item, run) for item in test)
    return equal(value, test, run)


def any_of(results: list[bool | None]) -> bool | None:
    """Return True if one is; False if all are false; else None."""
    if True in results:
        return True
    return False if all(result is False for result in results) else None


def both(left: Any, right: Any) -> bool | None:
    """Return the conjunction of two truth values. Any value that is no boolean counts as null."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: Any, right: Any) -> bool | None:
    """Return the disjunction of two truth values. Any value that is no boolean counts as null."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None
