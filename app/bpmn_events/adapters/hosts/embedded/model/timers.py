"""Timers: ISO 8601 dates, durations and repeating intervals (BPMN 2.0.2, table 10.101)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import isodate

from bpmn_events.adapters.hosts.embedded.expressions.evaluation import Evaluation
from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError

MAX_LENGTH = 255
MAX_BACKWARD_STEPS = 10_000
_STEPS_PER_UNIT = 16
_REFERENCE_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class TimerError(Exception):
    """The text is not a valid time of its kind. The message gives the reason."""


class TimerKind(StrEnum):
    """The kind of a timer, named as its element in the timer event definition."""

    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The due times of a waiting timer.

    Attributes:
        due: The next due time.
        remaining: The number of due times after the next one; None for no limit.
        interval: The ISO 8601 duration between two due times; None if there is only one.
    """

    due: datetime
    remaining: int | None = 0
    interval: str | None = None

    def next(self) -> "Schedule | None":
        """Return the schedule after the current due time has passed, or None if it was the last.

        It is the last if none remain, or if ``datetime`` cannot represent the next one.
        """
        if self.interval is None or self.remaining == 0:
            return None
        remaining = None if self.remaining is None else self.remaining - 1
        try:
            return Schedule(_add_duration(self.due, self.interval), remaining, self.interval)
        except TimerError:
            return None


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of a model: a literal that was checked at deployment, or an expression whose value is such a text.

    Attributes:
        kind: The kind of the timer.
        text: The literal or the expression as the model has it.
        expression: The parsed expression; None for a literal.
    """

    kind: TimerKind
    text: str
    expression: Expression | None

    @classmethod
    def parse(
        cls, kind: TimerKind, text: str, parse_expression: Callable[[str], Expression] = Expression.parse
    ) -> "Timer":
        """Return the timer of the text. ``parse_expression`` reads a text that is an expression.

        Raises:
            TimerError: The text is neither a valid time of this kind nor an expression.
        """
        text = text.strip()
        if text.startswith(("${", "#{", "=")):
            try:
                return cls(kind, text, parse_expression(text))
            except ExpressionError as error:
                raise TimerError(str(error)) from None
        _parse_schedule(kind, text, Evaluation(datetime.now(UTC)))
        return cls(kind, text, None)

    def schedule(self, variables: Mapping[str, Any], evaluation: Evaluation) -> Schedule:
        """Return the schedule of a timer that begins to wait now.

        Raises:
            ExpressionError: The expression has no value.
            TimerError: Its value is not a valid time of this kind.
        """
        if self.expression is None:
            return _parse_schedule(self.kind, self.text, evaluation)
        value = self.expression.evaluate(variables, evaluation)
        if not isinstance(value, str):
            raise TimerError(f"`{self.text}` yields no text")
        try:
            return _parse_schedule(self.kind, value.strip(), evaluation)
        except TimerError:  # its message has the value, which not everyone who reads the message may see
            raise TimerError(f"`{self.text}` yields no ISO 8601 text of a {self.kind.value}") from None


def _parse_schedule(kind: TimerKind, text: str, evaluation: Evaluation) -> Schedule:
    if len(text) > MAX_LENGTH:
        raise TimerError(f"a time has at most {MAX_LENGTH} characters")
    match kind:
        case TimerKind.DATE:
            return Schedule(_parse_date(text))
        case TimerKind.DURATION:
            return Schedule(_add_duration(evaluation.now, text))
        case TimerKind.CYCLE:
            return _parse_cycle(text, evaluation)


def _parse_cycle(text: str, evaluation: Evaluation) -> Schedule:
    """Return the schedule of a repeating interval (ISO 8601, section 4.5).

    The forms are ``R3/PT10S``, ``R/2026-01-01T00:00:00Z/PT1H`` (with the first due time) and
    ``R3/PT1H/2026-01-02T00:00:00Z`` (with the last due time). ``R3`` means three due times in all.

    Raises:
        TimerError: The text has none of these forms, or its first due time cannot be computed.
    """
    parts = text.split("/")
    repeat = re.fullmatch(r"R(\d{0,9})", parts[0])
    if repeat is None or len(parts) not in (2, 3):
        raise TimerError(f"`{text}` is no ISO 8601 repeating interval such as R3/PT10M (cron texts are not supported)")
    times = int(repeat.group(1)) if repeat.group(1) else None
    if times == 0:
        raise TimerError("a cycle of no repetitions is never due")
    remaining = None if times is None else times - 1
    if len(parts) == 2:
        return Schedule(_shift(evaluation.now, _parse_interval(parts[1])), remaining, parts[1])
    if parts[1].startswith("P"):
        if times is None or times > MAX_BACKWARD_STEPS:
            raise TimerError(f"a cycle that leads up to an end has 1 to {MAX_BACKWARD_STEPS} repetitions")
        start, interval = _parse_date(parts[2]), _parse_interval(parts[1])
        for step in range(1, times):
            start = _shift(start, interval, backward=True)
            if step % _STEPS_PER_UNIT == 0:
                evaluation.tick(1)
        return Schedule(start, remaining, parts[1])
    _parse_interval(parts[2])
    return Schedule(_parse_date(parts[1]), remaining, parts[2])


def _parse_date(text: str) -> datetime:
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        raise TimerError(f"`{text}` is no ISO 8601 date such as 2026-12-24T18:00:00Z") from None
    # UTC by default: the meaning of a model must not depend on the time zone of the server.
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _parse_interval(text: str) -> Any:
    """Return a duration greater than zero. A cycle with another interval would be due again at once, without end."""
    interval = _parse_duration(text)
    if _shift(_REFERENCE_TIME, interval) <= _REFERENCE_TIME:
        raise TimerError(f"`{text}` is no interval of a cycle: it does not lead forwards")
    return interval


def _parse_duration(text: str) -> Any:
    try:
        if not text.startswith("P"):
            raise ValueError
        return isodate.parse_duration(text)
    except (ValueError, ArithmeticError):
        raise TimerError(f"`{text}` is no ISO 8601 duration such as PT15M") from None


def _add_duration(start: datetime, duration: str) -> datetime:
    return _shift(start, _parse_duration(duration))


def _shift(start: datetime, span: Any, *, backward: bool = False) -> datetime:
    try:
        return start - span if backward else start + span  # type: ignore[no-any-return]
    except (OverflowError, ValueError, ArithmeticError):
        raise TimerError("the time lies beyond the calendar") from None
