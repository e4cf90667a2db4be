"""The kinds of FEEL values (DMN 1.5, section 10.3.2.1), and the values that are no JSON values.

Null is None, and stands for every error: an operation without a result returns None. Numbers are integers and
decimals of 34 digits; the floats of JSON are read as the decimals that they are written as.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Any, TypeAlias

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.values import ExpressionError

# The numbers of FEEL are those of IEEE 754-2008 decimal128 (section 10.3.2.3). It traps nothing: errors are NaN.
DECIMAL = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
_LARGEST_INTEGER = 10**34
# The most characters and items that the operations of an evaluation may produce.
MAX_PRODUCED = 1 << 24

Number: TypeAlias = int | Decimal


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, with the offset or zone that it is given in; None for local time."""

    clock: time
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Months:
    """A years and months duration, in months."""

    count: int


@dataclass(frozen=True, slots=True)
class Range:
    """A range. An end that is None is open: the range has no lowest or highest value."""

    low: Any
    low_included: bool
    high: Any
    high_included: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A function that an expression defines.

    Attributes:
        parameters: The names of the parameters.
        call: Returns the value for arguments in the order of the parameters.
    """

    parameters: tuple[str, ...]
    call: Callable[["Run", list[Any]], Any]


class Run(Evaluation):
    """One evaluation of a FEEL expression. Its work counts in the evaluation that it is part of.

    ``called_tokens`` is the size of the functions that are being called.
    """

    def __init__(self, outer: Evaluation) -> None:
        super().__init__(outer.now)
        self._outer = outer
        self.called_tokens = 0
        self._size_left = MAX_PRODUCED

    def produced(self, value: Any) -> Any:
        """Return the result of an operation. It may be kept until the end, whether or not it is part of the value.

        Raises:
            ExpressionError: All results together are too large.
        """
        if type(value) is str or type(value) is list:
            self._size_left -= len(value)
            if self._size_left < 0:
                raise ExpressionError("the results on the way are too large")
        return value

    def tick(self, units: int) -> None:
        self._outer.tick(units)


class Scope:
    """Names with their values, and the scope around it. The outermost scope has the variables."""

    __slots__ = ("outer", "values")

    def __init__(self, values: Mapping[str, Any], outer: "Scope | None" = None) -> None:
        self.values = values
        self.outer = outer


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    Decimal: "number",
    str: "string",
    list: "list",
    dict: "context",
    date: "date",
    datetime: "date and time",
    Time: "time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    Range: "range",
    Function: "function",
}


def kind_of(value: Any) -> str:
    """Return the name of the type of a value."""
    return _KINDS[type(value)]


def is_number(value: Any) -> bool:
    """Return True for a number. Unlike in Python, a boolean is not a number."""
    return type(value) in (int, float, Decimal)


def to_number(value: Any) -> Number:
    """Return a number without the inexactness of binary fractions. The value must be a number."""
    if type(value) is int:
        return value
    return to_integer(Decimal(repr(value)) if type(value) is float else value)


def to_integer(value: Decimal) -> Number:
    """Return a whole decimal of at most 34 digits as an integer, and any other decimal as it is."""
    if value.is_finite() and value.adjusted() < 34 and value == (whole := value.to_integral_value()):
        return int(whole)
    return value


def finite(value: Decimal) -> Number | None:
    """Return the result of an operation on decimals, or None if it has none."""
    return to_integer(value) if value.is_finite() else None


def bounded(value: int) -> Number | None:
    """Return an integer with at most 34 digits of precision, or None if it is too large for a number."""
    if -_LARGEST_INTEGER < value < _LARGEST_INTEGER:
        return value
    return finite(DECIMAL.create_decimal(value))


def parse_number(text: str) -> Number | None:
    """Return the number that the text is the literal of, or None."""
    try:
        return finite(DECIMAL.create_decimal(text))
    except (InvalidOperation, ValueError):
        return None


def as_integer(value: Any) -> int | None:
    """Return a whole number as an integer; None for any other value."""
    number = to_number(value) if is_number(value) else None
    return number if type(number) is int else None
