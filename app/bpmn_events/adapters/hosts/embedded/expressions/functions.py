"""The functions of the expression language. Each checks what it is given; none has an effect or a memory."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, floor
from typing import Any

import isodate

from bpmn_events.adapters.hosts.embedded.expressions.values import (
    MAX_TEXT,
    ExpressionError,
    bounded,
    bounded_text,
    contains,
    is_empty,
    is_number,
    kind_of,
    number,
)


@dataclass(frozen=True, slots=True)
class Function:
    """``least`` and ``most`` are the numbers of arguments. ``call`` takes the present time before them."""

    call: Callable[..., Any]
    least: int
    most: int


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ExpressionError(f"a text is needed, not {kind_of(value)}")
    return value


def _number(value: Any) -> int | float:
    if not is_number(value):
        raise ExpressionError(f"a number is needed, not {kind_of(value)}")
    return value  # type: ignore[no-any-return]


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ExpressionError(f"a whole number is needed, not {kind_of(value)}")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ExpressionError(f"a list is needed, not {kind_of(value)}")
    return value


def _numbers(*values: Any) -> list[int | float]:
    """The numbers: all arguments, or the items of the one that is a list."""
    if len(values) == 1:
        values = tuple(_list(values[0]))
    if not values:
        raise ExpressionError("an empty list has none")
    return [_number(value) for value in values]


def _as_number(value: Any) -> int | float:
    if is_number(value):
        return value  # type: ignore[no-any-return]
    text = _text(value).strip()
    if len(text) <= 40 and text.isascii() and "_" not in text:
        try:
            return number(int(text))
        except ValueError:
            pass
        try:
            return number(float(text))
        except ValueError:
            pass
    raise ExpressionError(f"`{text[:40]}` is no number")


def _as_text(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
    raise ExpressionError(f"{kind_of(value)} has no text")


def _size(value: Any) -> int:
    if isinstance(value, str | list | dict):
        return len(value)
    raise ExpressionError(f"{kind_of(value)} has no size")


def _round(value: Any, digits: Any = 0) -> int | float:
    if not -15 <= _whole(digits) <= 15:
        raise ExpressionError("a number is rounded to at most 15 digits")
    if isinstance(_number(value), int) and digits >= 0:
        return value  # type: ignore[no-any-return]
    step = Decimal(1).scaleb(-digits)
    exact = Decimal(repr(value))
    if exact.adjusted() - step.adjusted() > 25:  # nothing behind the point is left to round
        return value  # type: ignore[no-any-return]
    return number(float(exact.quantize(step, ROUND_HALF_UP)))


def _whole_of(rounding: Callable[[float], int]) -> Callable[[Any], int | float]:
    return lambda value: number(rounding(_number(value)))


def _substring(text: Any, start: Any, end: Any = None) -> str:
    if _whole(start) < 0 or (end is not None and _whole(end) < 0):
        raise ExpressionError("a position in a text counts from 0")
    return _text(text)[start:end]


def _replace(text: Any, old: Any, new: Any) -> str:
    if not _text(old):
        raise ExpressionError("an empty text cannot be replaced")
    found = _text(text).count(old)
    if len(text) + found * (len(_text(new)) - len(old)) > MAX_TEXT:
        raise ExpressionError("the result is too large")
    return text.replace(old, new)  # type: ignore[no-any-return]


def _split(text: Any, separator: Any) -> list[str]:
    if not _text(separator):
        raise ExpressionError("a text cannot be split at an empty one")
    return bounded(_text(text).split(separator))  # type: ignore[no-any-return]


def _join(items: Any, separator: Any) -> str:
    texts = [_as_text(item) for item in _list(items)]
    if sum(map(len, texts)) + len(texts) * len(_text(separator)) > MAX_TEXT:
        raise ExpressionError("the result is too large")
    return separator.join(texts)  # type: ignore[no-any-return]


def _moment(value: Any) -> datetime:
    """A date or date-time in ISO 8601; one without an offset is UTC."""
    text = _text(value)
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ExpressionError(f"`{text[:40]}` is no ISO 8601 date such as 2026-12-24T18:00:00Z") from None


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plus(value: Any, duration: Any) -> str:
    text = _text(duration)
    backwards = text.startswith("-")
    try:
        if len(text) > 40 or not text.removeprefix("-").startswith("P"):
            raise ValueError
        span = isodate.parse_duration(text.removeprefix("-"))
        moment = _moment(value)
        return _written(moment - span if backwards else moment + span)
    except (ValueError, ArithmeticError):
        raise ExpressionError(f"`{text[:40]}` is no ISO 8601 duration such as PT15M, or leads too far") from None


def _seconds_between(earlier: Any, later: Any) -> int | float:
    return number((_moment(later) - _moment(earlier)).total_seconds())


def _pure(call: Callable[..., Any], least: int, most: int | None = None) -> Function:
    return Function(lambda _, *arguments: call(*arguments), least, least if most is None else most)


FUNCTIONS: dict[str, Function] = {
    # any value
    "size": _pure(_size, 1),
    "contains": _pure(contains, 2),
    "number": _pure(_as_number, 1),
    "string": _pure(_as_text, 1),
    "isEmpty": _pure(is_empty, 1),
    # texts
    "lower": _pure(lambda text: bounded_text(_text(text).lower()), 1),
    "upper": _pure(lambda text: bounded_text(_text(text).upper()), 1),
    "trim": _pure(lambda text: _text(text).strip(), 1),
    "startsWith": _pure(lambda text, part: _text(text).startswith(_text(part)), 2),
    "endsWith": _pure(lambda text, part: _text(text).endswith(_text(part)), 2),
    "indexOf": _pure(lambda text, part: _text(text).find(_text(part)), 2),
    "substring": _pure(_substring, 2, 3),
    "replace": _pure(_replace, 3),
    "split": _pure(_split, 2),
    "join": _pure(_join, 2),
    # numbers
    "abs": _pure(lambda value: number(abs(_number(value))), 1),
    "round": _pure(_round, 1, 2),
    "floor": _pure(_whole_of(floor), 1),
    "ceil": _pure(_whole_of(ceil), 1),
    "min": _pure(lambda *values: min(_numbers(*values)), 1, 8),
    "max": _pure(lambda *values: max(_numbers(*values)), 1, 8),
    "sum": _pure(lambda *values: number(sum(_numbers(*values))), 1, 8),
    # dates
    "now": Function(_written, 0, 0),
    "today": Function(lambda now: now.astimezone(UTC).date().isoformat(), 0, 0),
    "plus": _pure(_plus, 2),
    "before": _pure(lambda left, right: _moment(left) < _moment(right), 2),
    "after": _pure(lambda left, right: _moment(left) > _moment(right), 2),
    "secondsBetween": _pure(_seconds_between, 2),
    "daysBetween": _pure(lambda earlier, later: (_moment(later).date() - _moment(earlier).date()).days, 2),
    "year": _pure(lambda value: _moment(value).year, 1),
    "month": _pure(lambda value: _moment(value).month, 1),
    "day": _pure(lambda value: _moment(value).day, 1),
    "hour": _pure(lambda value: _moment(value).hour, 1),
    "weekday": _pure(lambda value: _moment(value).isoweekday(), 1),
}
