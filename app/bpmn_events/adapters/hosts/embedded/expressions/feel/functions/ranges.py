"""Functions of ranges and points (DMN 1.5, section 10.3.4), and the conversion of texts to ranges."""

import re
from collections.abc import Callable
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel import comparison, temporal
from bpmn_events.adapters.hosts.embedded.expressions.feel.functions.registry import builtin
from bpmn_events.adapters.hosts.embedded.expressions.feel.tokens import literal_text
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import Range, Run, parse_number

_RANGE = re.compile(r"\s*([\[(\]])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])\[])\s*", re.DOTALL)
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)", re.ASCII)
_CALL = re.compile(r'(date|time|date and time|duration)\(\s*("[^"]*")\s*\)|@\s*("[^"]*")')
_MAX_TEXT = 400

# The relation of the ends of two values: their order, then whether each belongs to its range.
_Relation = Callable[[Range, Range], bool | None]


def _point(value: Any) -> Range:
    return Range(value, True, value, True)


def _order(left: Any, right: Any) -> int:
    """Return the order of two ends. Raise ``ValueError`` if they have none."""
    order = None if left is None or right is None else comparison.compare(left, right)
    if order is None:
        raise ValueError
    return order


def _before(left: Range, right: Range) -> bool:
    order = _order(left.high, right.low)
    return order < 0 or (order == 0 and not (left.high_included and right.low_included))


def _meets(left: Range, right: Range) -> bool:
    return _order(left.high, right.low) == 0 and left.high_included and right.low_included


def _overlaps(left: Range, right: Range) -> bool:
    return not _before(left, right) and not _before(right, left)


def _starts_first(left: Range, right: Range) -> bool:
    order = _order(left.low, right.low)
    return order < 0 or (order == 0 and left.low_included and not right.low_included)


def _ends_first(left: Range, right: Range) -> bool:
    order = _order(left.high, right.high)
    return order < 0 or (order == 0 and not left.high_included and right.high_included)


def _overlaps_before(left: Range, right: Range) -> bool:
    return _starts_first(left, right) and _overlaps(left, right) and not _ends_first(right, left)


def _same_start(left: Range, right: Range) -> bool:
    return _order(left.low, right.low) == 0 and left.low_included == right.low_included


def _same_end(left: Range, right: Range) -> bool:
    return _order(left.high, right.high) == 0 and left.high_included == right.high_included


def _includes(left: Range, right: Range) -> bool:
    return not _starts_first(right, left) and not _ends_first(left, right)


def _finishes(left: Range, right: Range) -> bool:
    return _same_end(left, right) and not _starts_first(left, right)


def _starts(left: Range, right: Range) -> bool:
    return _same_start(left, right) and not _ends_first(right, left)


def _coincides(left: Range, right: Range) -> bool:
    return _same_start(left, right) and _same_end(left, right)


def _declare(name: str, first: str, second: str, relation: _Relation, *, reversed_: bool = False) -> None:
    """Declare a function of two ranges. A value that is no range counts as the range of this one point.

    ``first`` and ``second`` say which arguments have to be ranges.
    """

    @builtin(name, f"{first}: any, {second}: any")
    def _relate(run: Run, left: Any, right: Any) -> bool | None:
        for parameter, value in ((first, left), (second, right)):
            if value is None or (parameter.startswith("range") and not isinstance(value, Range)):
                return None
        low, high = (value if isinstance(value, Range) else _point(value) for value in (left, right))
        return relation(high, low) if reversed_ else relation(low, high)


for _name, _first, _second, _relation in (
    ("before", "point1", "point2", _before),
    ("meets", "range1", "range2", _meets),
    ("overlaps", "range1", "range2", _overlaps),
    ("overlaps before", "range1", "range2", _overlaps_before),
    ("finishes", "point", "range", _finishes),
    ("includes", "range", "point", _includes),
    ("starts", "point", "range", _starts),
    ("coincides", "point1", "point2", _coincides),
):
    _declare(_name, _first, _second, _relation)
for _name, _first, _second, _relation in (
    ("after", "point1", "point2", _before),
    ("met by", "range1", "range2", _meets),
    ("overlaps after", "range1", "range2", _overlaps_before),
    ("finished by", "range", "point", _finishes),
    ("during", "point", "range", _includes),
    ("started by", "range", "point", _starts),
):
    _declare(_name, _first, _second, _relation, reversed_=True)


@builtin("range", "from: string")
def _range(run: Run, text: str) -> Range | None:
    """Return the range of a text such as ``[1..5]``, whose ends are literals."""
    match = _RANGE.fullmatch(text) if len(text) <= _MAX_TEXT else None
    if match is None:
        return None
    opening, low, high, closing = match.groups()
    ends = _endpoint(low), _endpoint(high)
    if (low and ends[0] is None) or (high and ends[1] is None) or not (low or high):
        return None
    if low and high and (comparison.compare(*ends) or 0) > 0:
        return None
    return Range(ends[0], opening == "[" and bool(low), ends[1], closing == "]" and bool(high))


def _endpoint(text: str) -> Any:
    if _NUMBER.fullmatch(text):
        return parse_number(text)
    if len(text) > 1 and text[0] == text[-1] == '"':
        return literal_text(text)
    call = _CALL.fullmatch(text)
    if call is None:
        return None
    parsers: dict[str | None, Callable[[str], Any]] = {
        None: temporal.parse_literal,
        "date": temporal.parse_date,
        "time": temporal.parse_time,
        "date and time": temporal.parse_instant,
        "duration": temporal.parse_duration,
    }
    return parsers[call[1]]((call[2] or call[3])[1:-1])
