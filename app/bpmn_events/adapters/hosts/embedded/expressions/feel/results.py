"""The JSON values of FEEL values, as they are stored in variables."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel import temporal
from bpmn_events.adapters.hosts.embedded.expressions.feel.text import to_text
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import Function, Run
from bpmn_events.adapters.hosts.embedded.expressions.values import MAX_INTEGER, ExpressionError

# The values of these types are JSON values as they are; lists and contexts may have others in them.
_PLAIN = frozenset({type(None), bool, str, float})


def to_json(value: Any, run: Run) -> Any:
    """Return the JSON value: dates, times, durations and ranges become texts, in ISO 8601 as far as it has them.

    Raises:
        ExpressionError: The value is a function, or a number beyond the range of JSON numbers here.
    """
    if type(value) in _PLAIN:
        return value
    if type(value) is int:
        return value if -MAX_INTEGER <= value < MAX_INTEGER else _to_float(Decimal(value))
    if isinstance(value, list):
        run.tick(1 + len(value) // 64)
        return [to_json(item, run) for item in value]
    if isinstance(value, dict):
        run.tick(1 + len(value) // 64)
        return {name: to_json(item, run) for name, item in value.items()}
    if isinstance(value, Decimal):
        return _to_float(value)
    if isinstance(value, datetime):
        return temporal.format_instant(value, with_zone=False)
    if isinstance(value, Function):
        raise ExpressionError("a function is no value that can be stored")
    return to_text(value, run)


def _to_float(value: Decimal) -> float:
    number = float(value)
    if number in (float("inf"), float("-inf")):
        raise ExpressionError("the result is too large")
    return number
