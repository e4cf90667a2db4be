"""When a timer is due: ISO 8601 dates, durations and repeating intervals (BPMN 2.0.2, table 10.101)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import isodate

from bpmn_events.adapters.hosts.embedded.expressions.expression import Expression, ExpressionError

MAX_LENGTH = 255
MAX_BACKWARDS = 10_000
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class TimerError(Exception):
    """The text is no such time. The message says why."""


class TimerKind(StrEnum):
    """Which element of the timer event definition the model gives."""

    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The next due time. ``remaining`` counts the times after it (None: no end), ``interval`` lies between them."""

    due: datetime
    remaining: int | None = 0
    interval: str | None = None

    def next(self) -> "Schedule | None":
        """The schedule after its due time has come; None if that was the last, in the calendar or by its number."""
        if self.interval is None or self.remaining == 0:
            return None
        remaining = None if self.remaining is None else self.remaining - 1
        try:
            return Schedule(_after(self.due, self.interval), remaining, self.interval)
        except TimerError:
            return None


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of a model: a literal that was checked at deployment, or an expression that yields such a text."""

    kind: TimerKind
    text: str
    expression: Expression | None

    @classmethod
    def parse(cls, kind: TimerKind, text: str) -> "Timer":
        """Raises ``TimerError`` if the text is neither a time of that kind nor an expression."""
        text = text.strip()
        if text.startswith(("${", "#{", "=")):
            try:
                return cls(kind, text, Expression.parse(text))
            except ExpressionError as error:
                raise TimerError(str(error)) from None
        _schedule(kind, text, datetime.now(UTC))
        return cls(kind, text, None)

    def schedule(self, now: datetime, variables: Mapping[str, Any]) -> Schedule:
        """When it is due if it begins to wait now.

        Raises:
            TimerError, ExpressionError: the expression has no value, or none that is a time of this kind.
        """
        if self.expression is None:
            return _schedule(self.kind, self.text, now)
        value = self.expression.evaluate(variables, now)
        if not isinstance(value, str):
            raise TimerError(f"`{self.text}` yields no text")
        return _schedule(self.kind, value.strip(), now)


def _schedule(kind: TimerKind, text: str, now: datetime) -> Schedule:
    if len(text) > MAX_LENGTH:
        raise TimerError(f"a time has at most {MAX_LENGTH} characters")
    match kind:
        case TimerKind.DATE:
            return Schedule(_date(text))
        case TimerKind.DURATION:
            return Schedule(_after(now, text))
        case TimerKind.CYCLE:
            return _cycle(text, now)


def _cycle(text: str, now: datetime) -> Schedule:
    """``R3/PT10S``, ``R/2026-01-01T00:00:00Z/PT1H`` or ``R3/PT1H/2026-01-02T00:00:00Z`` (ISO 8601, section 4.5).

    In the last form the dates lead up to the given end. ``R3`` means three times in all.
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
        return Schedule(_shifted(now, _interval(parts[1])), remaining, parts[1])
    if parts[1].startswith("P"):
        if times is None or times > MAX_BACKWARDS:
            raise TimerError(f"a cycle that leads up to an end has 1 to {MAX_BACKWARDS} repetitions")
        start, interval = _date(parts[2]), _interval(parts[1])
        for _ in range(times - 1):
            start = _shifted(start, interval, backwards=True)
        return Schedule(start, remaining, parts[1])
    _interval(parts[2])
    return Schedule(_date(parts[1]), remaining, parts[2])


def _date(text: str) -> datetime:
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        raise TimerError(f"`{text}` is no ISO 8601 date such as 2026-12-24T18:00:00Z") from None
    # A date without an offset is UTC: the meaning of a model must not depend on the server's time zone.
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _interval(text: str) -> Any:
    """A duration that leads forwards: another would be due again at once, for ever."""
    interval = _duration(text)
    if _shifted(_SOME_TIME, interval) <= _SOME_TIME:
        raise TimerError(f"`{text}` is no interval of a cycle: it does not lead forwards")
    return interval


def _duration(text: str) -> Any:
    try:
        if not text.startswith("P"):
            raise ValueError
        return isodate.parse_duration(text)
    except (ValueError, ArithmeticError):
        raise TimerError(f"`{text}` is no ISO 8601 duration such as PT15M") from None


def _after(start: datetime, duration: str) -> datetime:
    return _shifted(start, _duration(duration))


def _shifted(start: datetime, span: Any, *, backwards: bool = False) -> datetime:
    try:
        return start - span if backwards else start + span  # type: ignore[no-any-return]
    except (OverflowError, ValueError, ArithmeticError):
        raise TimerError("the time lies beyond the calendar") from None
