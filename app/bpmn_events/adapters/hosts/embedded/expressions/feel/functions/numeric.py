"""Functions of numbers (DMN 1.5, section 10.3.4), and the conversion of texts to numbers."""

import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel import arithmetic
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions.registry import builtin
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import (
    DECIMAL,
    Months,
    Number,
    Run,
    as_integer,
    finite,
    parse_number,
    to_number,
)

# The scales that decimals of 34 digits can have (DMN 1.5, section 10.3.4).
_SCALES = range(-6111, 6177)
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)


def round_number(value: Number, scale: Number, rounding: str) -> Number | None:
    """Return the number with so many decimal places, or None if there can be no such number."""
    if type(scale) is not int or scale not in _SCALES:
        return None
    exact = Decimal(value)
    if exact.adjusted() < -scale - 1:
        step = Decimal((0, (1,), -scale))
        is_up = (
            rounding == ROUND_UP or (rounding == ROUND_CEILING and exact > 0) or (rounding == ROUND_FLOOR and exact < 0)
        )
        return finite(DECIMAL.copy_sign(step, exact)) if is_up and exact else 0
    if -exact.as_tuple().exponent <= scale:  # type: ignore[operator]
        return value
    return finite(exact.quantize(Decimal((0, (1,), -scale)), rounding, DECIMAL))


def _declare_rounding(name: str, rounding: str, *, scale: str) -> None:
    @builtin(name, f"n: number, scale: number{scale}")
    def _round(run: Run, value: Number, digits: Number | None = None) -> Number | None:
        return round_number(value, digits or 0, rounding)


for _name, _rounding, _scale in (
    ("decimal", ROUND_HALF_EVEN, ""),
    ("floor", ROUND_FLOOR, "?"),
    ("ceiling", ROUND_CEILING, "?"),
    ("round up", ROUND_UP, "?"),
    ("round down", ROUND_DOWN, "?"),
    ("round half up", ROUND_HALF_UP, "?"),
    ("round half down", ROUND_HALF_DOWN, "?"),
):
    _declare_rounding(_name, _rounding, scale=_scale)


@builtin("abs", "n: quantity")
def _abs(run: Run, value: Any) -> Any:
    if isinstance(value, Months):
        return Months(abs(value.count))
    return DECIMAL.abs(value) if isinstance(value, Decimal) else abs(value)


@builtin("modulo", "dividend: number, divisor: number")
def _modulo(run: Run, dividend: Number, divisor: Number) -> Number | None:
    """Return the remainder with the sign of the divisor."""
    if divisor == 0:
        return None
    if type(dividend) is int and type(divisor) is int:
        return dividend % divisor
    quotient = DECIMAL.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return finite(DECIMAL.subtract(dividend, DECIMAL.multiply(divisor, quotient)))


@builtin("sqrt", "number: number")
def _sqrt(run: Run, value: Number) -> Number | None:
    return finite(DECIMAL.sqrt(value))


@builtin("log", "number: number")
def _log(run: Run, value: Number) -> Number | None:
    return finite(DECIMAL.ln(value))


@builtin("exp", "number: number")
def _exp(run: Run, value: Number) -> Number | None:
    return finite(DECIMAL.exp(value))


@builtin("odd", "number: number")
def _odd(run: Run, value: Number) -> bool | None:
    whole = as_integer(value)
    return None if whole is None else whole % 2 == 1


@builtin("even", "number: number")
def _even(run: Run, value: Number) -> bool | None:
    whole = as_integer(value)
    return None if whole is None else whole % 2 == 0


@builtin("number", "from: any, grouping separator: string|null?, decimal separator: string|null?")
def _number(run: Run, value: Any, grouping: str | None = None, point: str | None = None) -> Number | None:
    if type(value) in (int, float):
        return to_number(value)
    if not isinstance(value, str) or len(value) > 100:
        return None if not isinstance(value, Decimal) else value
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        return None
    text = value.replace(grouping, "") if grouping else value
    if point == "," and "." in text:
        return None
    text = text.replace(point, ".") if point else text
    return parse_number(text) if _NUMBER.fullmatch(text) else None


def total(numbers: list[Number]) -> Number | None:
    """Return the sum of numbers, or None if it is too large."""
    result: Number | None = 0
    for number in numbers:
        result = None if result is None else arithmetic.add_numbers(result, number)
    return result
