"""Time zones: offsets from UTC, and zones of the IANA database with their daylight saving time."""

import re
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bpmn_events.adapters.hosts.embedded.model.timers.errors import TimerError

_DAY = timedelta(days=1)
_OFFSET = re.compile(
    r"(?P<sign>[+\u2212-])(?P<hours>[0-9]{2})(?::?(?P<minutes>[0-5][0-9])(?::?(?P<seconds>[0-5][0-9]))?)?"
)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._+-]*(?:/[A-Za-z0-9._+-]+)*")
# Files beside the zones, which depend on the machine or are no zones of a place.
_NO_ZONES = ("localtime", "posixrules", "Factory", "posix/", "right/")


def find_zone(name: str) -> ZoneInfo:
    """Return the zone of the IANA database with that name.

    Raises:
        TimerError: There is no such zone.
    """
    if _NAME.fullmatch(name) is not None and not name.startswith(_NO_ZONES):
        with suppress(KeyError, ValueError, OSError):
            return ZoneInfo(name)
    raise TimerError(f"`{name}` is no time zone of the IANA database, such as Europe/Berlin")


def parse_offset(text: str) -> timedelta:
    """Return the offset from UTC of a text such as ``Z``, ``+01``, ``+0100``, ``-05:30`` or ``+00:53:28``.

    Raises:
        TimerError: The text is no offset of less than a day.
    """
    if text in ("Z", "z"):
        return timedelta()
    match = _OFFSET.fullmatch(text)
    if match is not None:
        hours, minutes, seconds = (int(match[name] or 0) for name in ("hours", "minutes", "seconds"))
        offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        if offset < _DAY:
            return offset if match["sign"] == "+" else -offset
    raise TimerError(f"`{text}` is no offset from UTC such as +02:00")


def format_offset(offset: timedelta) -> str:
    """Return the text of an offset, as ``parse_offset`` reads it."""
    sign, total = ("-", -offset) if offset < timedelta() else ("+", offset)
    hours, seconds = divmod(total.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    return f"{sign}{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def offset_at(zone: tzinfo, wall: datetime) -> timedelta:
    """Return the offset of a local time, which may be skipped or repeated by daylight saving time.

    A skipped time is read with the offset before the change, and a repeated one is the first of the two, as in RFC
    5545, section 3.3.5, unless ``wall.fold`` is 1.
    """
    return zone.utcoffset(wall) or timedelta()
