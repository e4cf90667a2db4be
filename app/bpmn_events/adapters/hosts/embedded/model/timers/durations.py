"""Durations of ISO 8601-1:2019, section 5.5.2."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import NoReturn

from bpmn_events.adapters.hosts.embedded.model.timers.errors import BEYOND_CALENDAR, TimerError
from bpmn_events.adapters.hosts.embedded.model.timers.local_times import LocalTime

_NUMBER = r"([0-9]+(?:[.,][0-9]+)?)"
_DESIGNATORS = re.compile(
    rf"(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_ALTERNATIVE = re.compile(
    r"([0-9]{4})-(?:([0-9]{2})(?:-([0-9]{2}))?|([0-9]{3}))"
    r"(?:T([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}(?:[.,][0-9]+)?))?)?)?"
    r"|([0-9]{4})(?:([0-9]{2})([0-9]{2})|([0-9]{3}))(?:T([0-9]{2})(?:([0-9]{2})([0-9]{2}(?:[.,][0-9]+)?)?)?)?"
)
_INNER_SIGN = re.compile(r"[PTYMWDHS][+\u2212-][0-9]")
# The greatest years, months, days, days of a year, hours, minutes and seconds of the alternative format.
_CARRY_OVER = (9999, 12, 30, 365, 24, 60, 60)
_CLOCK_UNITS = (3_600_000_000, 60_000_000, 1_000_000)
_DAY = 86_400_000_000
# Models have few durations, and each timer that begins to wait reads one.
_CACHED = 1_024


@dataclass(frozen=True, slots=True)
class Duration:
    """A time span of calendar months, calendar days and exact time. None of them is negative.

    Attributes:
        microseconds: The exact time. A finer fraction of a second is cut off.
    """

    months: int = 0
    days: int = 0
    microseconds: int = 0

    @classmethod
    @lru_cache(_CACHED)
    def parse(cls, text: str) -> "Duration":
        """Return the duration of a text such as ``P1Y2M3DT4H5M6.5S``, ``P2W`` or ``P0003-06-04T12:30:05``.

        Raises:
            TimerError: The text is no duration, is negative, or has a part of a month.
        """
        if text.startswith("-"):
            raise TimerError(f"`{text}` is a negative duration, which leads into the past")
        body = text.removeprefix("+")
        if not body.startswith("P"):
            _refuse(text)
        if (match := _DESIGNATORS.fullmatch(body, 1)) and any(match.groups()) and not body.endswith("T"):
            return cls._of_numbers(text, match.groups())
        if match := _ALTERNATIVE.fullmatch(body, 1):
            return cls._of_alternative(text, match.groups()[:7] if match[1] else match.groups()[7:])
        if _INNER_SIGN.search(body):
            raise TimerError(f"`{text}` has a sign within the duration (ISO 8601-2), which is not supported")
        _refuse(text)

    @classmethod
    def _of_numbers(cls, text: str, parts: tuple[str | None, ...]) -> "Duration":
        present = [part for part in parts if part is not None]
        if any(not part.isdecimal() for part in present[:-1]):
            raise TimerError(f"`{text}` has a fraction in another number than the last one")
        years, months, weeks, days, *clock = (Fraction((part or "0").replace(",", ".")) for part in parts)
        all_months, all_days = 12 * years + months, 7 * weeks + days
        if all_months.denominator != 1:
            raise TimerError(f"`{text}` has a part of a month, which has no fixed length")
        whole_days = all_days.numerator // all_days.denominator
        return cls(int(all_months), whole_days, int((all_days - whole_days) * _DAY) + _exact(clock))

    @classmethod
    def _of_alternative(cls, text: str, parts: tuple[str | None, ...]) -> "Duration":
        numbers = [Fraction((part or "0").replace(",", ".")) for part in parts]
        if any(number > most for number, most in zip(numbers, _CARRY_OVER, strict=True)):
            raise TimerError(f"`{text}` has a number that is too large for the format P[YYYY]-[MM]-[DD]T[hh]:[mm]:[ss]")
        years, months, days, days_of_year, *clock = numbers
        return cls(int(12 * years + months), int(days + days_of_year), _exact(clock))

    @classmethod
    def between(cls, start: LocalTime, end: LocalTime) -> "Duration":
        """Return the duration of an interval: whole calendar days in a common time zone, and the exact rest.

        Raises:
            TimerError: The end is not after the start.
        """
        if end.instant <= start.instant:
            raise TimerError("the end of the interval is not after its start")
        days = max((end.wall - start.wall).days, 0) if start.zone is not None and start.zone == end.zone else 0
        if cls(0, days).after(start) > end.instant:  # daylight saving time has taken the rest of the last day
            days -= 1
        rest = end.instant - cls(0, days).after(start)
        return cls(0, days, rest // timedelta(microseconds=1))

    def after(self, start: LocalTime, times: int = 1) -> datetime:
        """Return the instant in UTC that is this duration, ``times`` times, after a local time.

        The calendar of the place counts the months and days: the last day of a month stands for a later one that the
        month does not have, and a day keeps the wall clock time when daylight saving time begins or ends.

        Raises:
            TimerError: The instant lies beyond the calendar.
        """
        try:
            reached = start.instant
            if times and (self.months or self.days):
                wall = _add_months(start.wall, self.months * times) + timedelta(days=self.days * times)
                reached = start.moved_to(wall).instant
            return reached + timedelta(microseconds=self.microseconds * times)
        except (OverflowError, ValueError):
            raise TimerError(BEYOND_CALENDAR) from None

    @property
    def is_zero(self) -> bool:
        """True if the duration leads nowhere."""
        return not (self.months or self.days or self.microseconds)

    def __str__(self) -> str:
        seconds, rest = divmod(self.microseconds, 1_000_000)
        return f"P{self.months}M{self.days}DT{seconds}.{rest:06}S"


def _refuse(text: str) -> NoReturn:
    raise TimerError(f"`{text}` is no ISO 8601 duration such as PT15M")


def _exact(clock: Sequence[Fraction]) -> int:
    """Return hours, minutes and seconds as whole microseconds."""
    return int(sum((number * unit for number, unit in zip(clock, _CLOCK_UNITS, strict=True)), Fraction()))


def _add_months(wall: datetime, months: int) -> datetime:
    """Return the same day that many months later, or the last day of that month if it is shorter.

    Raises:
        ValueError: The month lies beyond the calendar.
    """
    year, month = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    month += 1
    if not 1 <= year <= 9999:
        raise ValueError
    return wall.replace(year=year, month=month, day=min(wall.day, monthrange(year, month)[1]), fold=0)
