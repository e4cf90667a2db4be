"""Dates, times and durations of FEEL: their texts (DMN 1.5, section 10.3.4) and properties.

Dates are those of the years 1 to 9999, and times are precise to the microsecond.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bpmn_events.adapters.hosts.embedded.expressions.feel.arithmetic import months
from bpmn_events.adapters.hosts.embedded.expressions.feel.values import Months, Time, kind_of

_ZONE_NAME = re.compile(r"[A-Za-z0-9_+/:-]{1,64}", re.ASCII)
# A zone has an offset, or a name in the notation of FEEL (`@Europe/Berlin`), or one in that of Java after an offset.
_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+/-]{1,64})?(?:\[(?P<region>[A-Za-z0-9_+/-]{1,64})\])?"
_CLOCK = r"(?P<clock>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)"
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(f"T?{_CLOCK}{_ZONE}", re.ASCII)
_INSTANT = re.compile(rf"(?P<date>\d{{4}}-\d\d-\d\d)(?:T{_CLOCK}{_ZONE})?", re.ASCII)
_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d{1,9})Y)?(?:(\d{1,10})M)?", re.ASCII)
_DAYS = re.compile(
    r"(-)?P(?=\d|T\d)(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,13})M)?(?:(\d{1,14})(?:\.(\d{1,9}))?S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> date | None:
    """Return the date of a text such as ``2026-12-24``, or None."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def parse_time(text: str) -> Time | None:
    """Return the time of a text such as ``18:00:00``, ``18:00:00+01:00`` or ``18:00:00@Europe/Berlin``, or None."""
    match = _TIME.fullmatch(text)
    try:
        return None if match is None else Time(_parse_clock(match["clock"]), _match_zone(match))
    except (ValueError, KeyError):
        return None


def parse_instant(text: str) -> datetime | None:
    """Return the date and time of a text such as ``2026-12-24T18:00:00Z``, or None. A date alone is its midnight."""
    match = _INSTANT.fullmatch(text)
    try:
        if match is None:
            return None
        clock = _parse_clock(match["clock"]) if match["clock"] else time()
        return datetime.combine(date.fromisoformat(match["date"]), clock, _match_zone(match))
    except (ValueError, KeyError):
        return None


def parse_duration(text: str) -> timedelta | Months | None:
    """Return the duration of a text such as ``P1DT2H`` or ``P1Y6M``, or None."""
    try:
        if match := _MONTHS.fullmatch(text):
            sign, years, count = match.groups()
            return months((int(years or 0) * 12 + int(count or 0)) * (-1 if sign else 1))
        if match := _DAYS.fullmatch(text):
            sign, days, hours, minutes, whole, fraction = match.groups()
            span = timedelta(
                days=int(days or 0),
                hours=int(hours or 0),
                minutes=int(minutes or 0),
                seconds=int(whole or 0),
                microseconds=int((fraction or "").ljust(6, "0")[:6]),
            )
            return -span if sign else span
    except OverflowError:
        pass
    return None


def parse_literal(text: str) -> Any:
    """Return the value of a text after ``@``: a date, a time, a date and time, or a duration; None for others."""
    for parse in (parse_date, parse_time, parse_instant, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return None


def zone_named(name: str) -> tzinfo:
    """Return the time zone of an offset (``Z``, ``+01:00``) or a name.

    Raises:
        ValueError: There is none.
        KeyError: There is no zone of this name.
    """
    if not _ZONE_NAME.fullmatch(name):
        raise ValueError(name)
    if name == "Z":
        return UTC
    if name[0] in "+-":
        parts = [int(part) for part in name[1:].split(":")]
        offset = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)
        return UTC if not offset else timezone(-offset if name[0] == "-" else offset)
    try:
        return ZoneInfo(name)
    except OSError:  # a part of a name, such as `Europe`
        raise ValueError(name) from None


def _match_zone(match: re.Match[str]) -> tzinfo | None:
    if match["region"]:  # 2026-12-24T18:00:00+01:00[Europe/Berlin]
        return zone_named(match["region"])
    return zone_named(match["zone"].lstrip("@")) if match["zone"] else None


def _parse_clock(text: str) -> time:
    return time.fromisoformat(text[:15])


# --- texts ---


def format_date(value: date) -> str:
    """Return the ISO 8601 text of a date."""
    return value.isoformat()


def format_time(value: Time) -> str:
    """Return the text of a time of day, with the name of its zone if it has one."""
    return f"{_format_clock(value.clock)}{_format_zone(value.zone, None)}"


def format_instant(value: datetime, *, with_zone: bool = True) -> str:
    """Return the text of a date and time, with the name of its zone or, as in ISO 8601, its offset alone."""
    zone = _format_zone(value.tzinfo, None if with_zone else value)
    return f"{value.date().isoformat()}T{_format_clock(value.time())}{zone}"


def _format_clock(value: time) -> str:
    text = value.replace(tzinfo=None).isoformat()
    return text.rstrip("0") if value.microsecond else text


def _format_zone(zone: tzinfo | None, at: datetime | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo) and at is None:
        return f"@{zone.key}"
    return format_offset(zone.utcoffset(at) or timedelta())


def format_offset(offset: timedelta) -> str:
    """Return the text of an offset from UTC, such as ``+01:00`` or ``Z``."""
    if not offset:
        return "Z"
    minutes, rest = divmod(abs(offset) // timedelta(seconds=1), 60)
    text = f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{rest:02}" if rest else text


def format_duration(value: timedelta | Months) -> str:
    """Return the ISO 8601 text of a duration in its shortest form."""
    if isinstance(value, Months):
        years, rest = divmod(abs(value.count), 12)
        text = (f"{years}Y" if years else "") + (f"{rest}M" if rest or not years else "")
        return f"{'-' if value.count < 0 else ''}P{text}"
    total = abs(value)
    hours, rest = divmod(total.seconds, 3600)
    minutes, whole = divmod(rest, 60)
    fraction = f".{total.microseconds:06}".rstrip("0") if total.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{whole}{fraction}S" if whole or fraction else ""
    text = (f"{total.days}D" if total.days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if value < timedelta() else ''}P{text or 'T0S'}"


# --- properties ---


def _zone_of(value: Any) -> tzinfo | None:
    return value.zone if isinstance(value, Time) else value.tzinfo


def _offset(value: Any) -> timedelta | None:
    zone = _zone_of(value)
    return None if zone is None else zone.utcoffset(value if isinstance(value, datetime) else None)


def _zone_name(value: Any) -> str | None:
    zone = _zone_of(value)
    return zone.key if isinstance(zone, ZoneInfo) else None


def _signed(value: timedelta, part: Callable[[timedelta], int]) -> int:
    return -part(-value) if value < timedelta() else part(value)


_DATE_PROPERTIES: dict[str, Callable[[Any], Any]] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": lambda value: value.isoweekday(),
}
_ZONE_PROPERTIES: dict[str, Callable[[Any], Any]] = {"time offset": _offset, "timezone": _zone_name}
_PROPERTIES: dict[str, dict[str, Callable[[Any], Any]]] = {
    "date": _DATE_PROPERTIES,
    "date and time": {
        **_DATE_PROPERTIES,
        "hour": lambda value: value.hour,
        "minute": lambda value: value.minute,
        "second": lambda value: value.second,
        **_ZONE_PROPERTIES,
    },
    "time": {
        "hour": lambda value: value.clock.hour,
        "minute": lambda value: value.clock.minute,
        "second": lambda value: value.clock.second,
        **_ZONE_PROPERTIES,
    },
    "years and months duration": {
        "years": lambda value: int(value.count / 12),
        "months": lambda value: abs(value.count) % 12 * (-1 if value.count < 0 else 1),
    },
    "days and time duration": {
        "days": lambda value: _signed(value, lambda span: span.days),
        "hours": lambda value: _signed(value, lambda span: span.seconds // 3600),
        "minutes": lambda value: _signed(value, lambda span: span.seconds // 60 % 60),
        "seconds": lambda value: _signed(value, lambda span: span.seconds % 60),
    },
    "range": {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_included,
        "end included": lambda value: value.high_included,
    },
}
# The properties whose names have several words.
LONG_PROPERTIES = frozenset({"time offset", "start included", "end included"})


def get_property(value: Any, name: str) -> Any:
    """Return the property of a date, time, duration or range; None if the value has none of that name."""
    read = _PROPERTIES.get(kind_of(value), {}).get(name)
    return None if read is None else read(value)
