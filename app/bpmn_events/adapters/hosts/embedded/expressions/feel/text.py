"""The texts of FEEL values, as ``string()`` returns them (DMN 1.5, section 10.3.4)."""

from decimal import Decimal
from typing import Any

from bpmn_events.adapters.hosts.embedded.expressions.feel import temporal
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import Number, Range, Run, kind_of, to_number
from bpmn_events.adapters.hosts.embedded.expressions.values import MAX_TEXT, ExpressionError


def to_text(value: Any, run: Run) -> str | None:
    """Return the text of a value; a text is its own. Null has none.

    Raises:
        ExpressionError: The text would be too long.
    """
    return value if value is None or isinstance(value, str) else _Writer(run).write(value)


def format_number(value: Number) -> str:
    """Return a number in decimal notation, with an exponent only if it is very large or small."""
    if isinstance(value, Decimal) and -40 < value.adjusted() < 40:
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


class _Writer:
    """The text of a value that may be nested. Its length is limited while it is written."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._left = MAX_TEXT

    def write(self, value: Any) -> str:
        match kind_of(value):
            case "list":
                text = f"[{', '.join([self._quote(item) for item in value])}]"
            case "context":
                text = "{" + ", ".join([f"{name}: {self._quote(item)}" for name, item in value.items()]) + "}"
            case "range":
                text = self._write_range(value)
            case _:
                text = _format_scalar(value)
        self._left -= len(text)
        self._run.tick(1 if len(text) > 64 else 0)
        if self._left < 0:
            raise ExpressionError("the result is too large")
        return text

    def _quote(self, value: Any) -> str:
        if isinstance(value, str):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return "null" if value is None else self.write(value)

    def _write_range(self, value: Range) -> str:
        low, high = ("" if end is None else self._quote(end) for end in (value.low, value.high))
        if value.low is None:
            return f"(<{'=' if value.high_included else ''} {high})"
        if value.high is None:
            return f"(>{'=' if value.low_included else ''} {low})"
        return f"{'[' if value.low_included else '('}{low}..{high}{']' if value.high_included else ')'}"


def _format_scalar(value: Any) -> str:
    match kind_of(value):
        case "number":
            return format_number(to_number(value))
        case "boolean":
            return "true" if value else "false"
        case "date":
            return temporal.format_date(value)
        case "time":
            return temporal.format_time(value)
        case "date and time":
            return temporal.format_instant(value)
        case "function":
            return f"function({', '.join(value.parameters)})"
    return str(value) if isinstance(value, str) else temporal.format_duration(value)
