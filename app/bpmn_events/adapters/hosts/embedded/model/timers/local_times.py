"""Local times: a wall clock time with its offset from UTC, and with the time zone whose clocks show it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bpmn_events.adapters.hosts.embedded.model.timers.errors import BEYOND_CALENDAR, TimerError
from bpmn_events.adapters.hosts.embedded.model.timers.zones import find_zone, format_offset, offset_at, parse_offset


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A point in time as the clocks of a place show it.

    Attributes:
        wall: The date and time without an offset.
        offset: The offset from UTC at this time.
        zone: The name of the IANA zone that gives the offsets of other times; None if the offset never changes.
    """

    wall: datetime
    offset: timedelta = timedelta()
    zone: str | None = None

    @classmethod
    def in_zone(cls, wall: datetime, zone: str) -> "LocalTime":
        """Return the local time in a zone of the IANA database.

        Raises:
            TimerError: There is no such zone.
        """
        return cls(wall, offset_at(find_zone(zone), wall), zone)

    @classmethod
    def at(cls, instant: datetime, place: str | None) -> "LocalTime":
        """Return an instant at a place, whose text is as in ``place``.

        Raises:
            TimerError: The zone is unknown, or the local time lies beyond the calendar.
        """
        offset, _, zone = (place or "Z").partition("[")
        shift = parse_offset(offset)
        return cls(_add(instant.replace(tzinfo=None), shift), shift, zone.removesuffix("]") or None)

    @property
    def place(self) -> str | None:
        """The offset and the zone as a text such as ``+01:00[Europe/Berlin]``; None for UTC."""
        if self.zone is None:
            return format_offset(self.offset) if self.offset else None
        return f"{format_offset(self.offset)}[{self.zone}]"

    @property
    def instant(self) -> datetime:
        """The instant in UTC. Raises ``TimerError`` if it lies beyond the calendar."""
        return _add(self.wall, -self.offset).replace(tzinfo=UTC)

    def check_calendar(self) -> None:
        """Raise ``TimerError`` if the instant lies beyond the calendar, although the local time does not."""
        _add(self.wall, -self.offset)

    def moved_to(self, wall: datetime) -> "LocalTime":
        """Return another local time at the same place."""
        return LocalTime(wall, self.offset) if self.zone is None else LocalTime.in_zone(wall, self.zone)


def _add(time: datetime, span: timedelta) -> datetime:
    try:
        return (time + span).replace(fold=0)
    except OverflowError:
        raise TimerError(BEYOND_CALENDAR) from None
