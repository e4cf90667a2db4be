"""Dates of ISO 8601-1:2019, sections 5.2 to 5.4, with the time zones of RFC 9557."""

import re
from calendar import isleap
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NoReturn
from zoneinfo import ZoneInfo

from bpmn_events.adapters.hosts.embedded.model.timers.errors import BEYOND_CALENDAR, TimerError
from bpmn_events.adapters.hosts.embedded.model.timers.local_times import LocalTime
from bpmn_events.adapters.hosts.embedded.model.timers.zones import find_zone, offset_at, parse_offset

_TEXT = re.compile(
    r"(?P<date>[0-9W-]+)(?:[Tt ](?P<time>[0-9:.,]+)(?P<offset>[Zz]|[+\u2212-][0-9:]+)?)?(?P<suffix>(?:\[[^\[\]]*\])*)"
)
_CALENDAR = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?|([0-9]{4})([0-9]{2})([0-9]{2})")
_ORDINAL = re.compile(r"([0-9]{4})-?([0-9]{3})")
_WEEK = re.compile(r"([0-9]{4})(?:-W([0-9]{2})(?:-([0-9]))?|W([0-9]{2})([0-9])?)")
_TIME = re.compile(r"([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2}))?)?(?:[.,]([0-9]+))?")
_UNITS = (3_600_000_000, 60_000_000, 1_000_000)
# Years with a sign or more digits (ISO 8601-1:2019, 5.2.2.2), and decades and centuries.
_OTHER_YEAR = re.compile(r"(?:[+\u2212-][0-9]{4,}|[0-9]{5,})-.*|[+\u2212-][0-9]{4,}|[0-9]{2,3}", re.DOTALL)
# Models have few dates, and each timer that begins to wait reads one.
_CACHED = 1_024


@lru_cache(_CACHED)
def parse_date(text: str, default: LocalTime | None = None) -> LocalTime:
    """Return the time of a text such as ``2026-12-24T18:00:00+01:00[Europe/Berlin]``.

    A part of the date or time that the text leaves out is the first one possible. A text without an offset and zone is
    at the place of ``default``, or in UTC: the meaning of a model must not depend on the time zone of the server.

    Raises:
        TimerError: The text is no date, lies beyond the calendar, or its offset contradicts its zone.
    """
    if _OTHER_YEAR.fullmatch(text):
        raise TimerError(f"`{text}` is not supported: a date begins with a year of four digits, 0001 to 9999")
    match = _TEXT.fullmatch(text)
    if match is None:
        _refuse(text)
    wall = _parse_wall(text, match["date"], match["time"])
    zone = _parse_suffix(match["suffix"])
    if zone is not None:
        local = _local_time(text, wall, match["offset"], zone)
    elif match["offset"] is None:
        local = LocalTime(wall) if default is None else default.moved_to(wall)
    else:
        local = LocalTime(wall, parse_offset(match["offset"]))
    local.check_calendar()
    return local


def _refuse(text: str) -> NoReturn:
    raise TimerError(f"`{text}` is no ISO 8601 date such as 2026-12-24T18:00:00Z") from None


def _parse_wall(text: str, date_text: str, time_text: str | None) -> datetime:
    try:
        day = _parse_day(date_text)
        is_midnight, elapsed = (False, timedelta()) if time_text is None else _parse_time(time_text)
    except ValueError:
        _refuse(text)
    try:
        return datetime.combine(day + timedelta(days=is_midnight), time()) + elapsed
    except OverflowError:
        raise TimerError(BEYOND_CALENDAR) from None


def _parse_day(text: str) -> date:
    """Return the day of a calendar date, ordinal date or week date. Raises ``ValueError`` if it is none."""
    if text.startswith("0000"):
        raise TimerError(BEYOND_CALENDAR)
    if match := _CALENDAR.fullmatch(text):
        year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
        return date(int(year), int(month or 1), int(day or 1))
    if match := _ORDINAL.fullmatch(text):
        start, number = date(int(match[1]), 1, 1), int(match[2])
        if not 1 <= number <= 365 + isleap(start.year):
            raise ValueError
        return start + timedelta(days=number - 1)
    if match := _WEEK.fullmatch(text):
        return date.fromisocalendar(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5] or 1))
    raise ValueError


def _parse_time(text: str) -> tuple[bool, timedelta]:
    """Return True for the midnight at the end of a day (24:00), and the time since the beginning of the day.

    Raises:
        ValueError: The text is no time of a day.
        TimerError: The time is a leap second.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError
    *parts, fraction = match.groups()
    hours, minutes, seconds = (int(part or 0) for part in parts)
    if seconds == 60:
        raise TimerError(f"`{text}` is a leap second, which the clock of the server does not count")
    unit = _UNITS[sum(part is not None for part in parts) - 1]
    rest = int(fraction) * unit // 10 ** len(fraction) if fraction else 0
    if hours == 24 and not (minutes or seconds or rest):
        return True, timedelta()
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError
    return False, timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=rest)


def _parse_suffix(text: str) -> str | None:
    """Return the name of the zone of an RFC 9557 suffix such as ``[Europe/Berlin]``; None without a suffix."""
    tags = [tag.removesuffix("]") for tag in text.split("[")[1:]]
    if not tags:
        return None
    if len(tags) > 1 or "=" in tags[0]:
        raise TimerError(f"`{text}` has other tags than one time zone such as [Europe/Berlin]")
    return tags[0].removeprefix("!")


def _local_time(text: str, wall: datetime, offset_text: str | None, name: str) -> LocalTime:
    """Return the local time in a zone, which is that of the text's offset if it has one.

    ``Z`` says that the offset of the zone is unknown (RFC 9557, section 2.2), so the time is in UTC.
    """
    if name[:1] in ("+", "-"):
        offset = parse_offset(name)
        if offset_text is not None and parse_offset(offset_text) != offset:
            _refuse_offset(text, name)
        return LocalTime(wall, offset)
    zone = find_zone(name)
    if offset_text is None:
        return LocalTime.in_zone(wall, name)
    if offset_text in ("Z", "z"):
        return _in_zone(wall, zone, name)
    offset = parse_offset(offset_text)
    local = LocalTime(wall, offset, name)
    if _in_zone(local.instant.replace(tzinfo=None), zone, name) != local:
        _refuse_offset(text, name)
    return local


def _in_zone(utc: datetime, zone: ZoneInfo, name: str) -> LocalTime:
    try:
        wall = utc.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    except (OverflowError, ValueError):
        raise TimerError(BEYOND_CALENDAR) from None
    return LocalTime(wall.replace(fold=0), offset_at(zone, wall), name)


def _refuse_offset(text: str, name: str) -> NoReturn:
    raise TimerError(f"`{text}` has an offset that {name} does not have at that time")
