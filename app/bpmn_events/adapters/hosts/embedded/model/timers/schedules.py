"""Schedules: the due times of a timer that waits."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec

from bpmn_events.adapters.hosts.embedded.model.timers import first_meaning
from bpmn_events.adapters.hosts.embedded.model.timers.durations import Duration
from bpmn_events.adapters.hosts.embedded.model.timers.errors import TimerError
from bpmn_events.adapters.hosts.embedded.model.timers.local_times import LocalTime
from bpmn_events.domain.start_timers import StartTime

# More points than the calendar has microseconds.
_MOST_POINTS = 2**60
_AFTER_ALL = datetime.max.replace(tzinfo=UTC)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Grid:
    """The points in time of a cycle: the anchor and a number of periods, which may be negative.

    Each point is computed from the anchor, so a month that is too short does not move the points after it.
    """

    anchor: LocalTime
    period: Duration

    def point(self, number: int) -> datetime:
        """Return the point with the number in UTC. Raises ``TimerError`` if it lies beyond the calendar."""
        return self.period.after(self.anchor, number)

    def first_after(self, instant: datetime, lowest: int) -> int:
        """Return the number of the first point after the instant, at least ``lowest``.

        This takes at most sixty steps, however many points lie in between.
        """
        if self._point(lowest) > instant:
            return lowest
        return lowest + bisect_right(range(lowest, lowest + _MOST_POINTS), instant, key=self._point)

    def _point(self, number: int) -> datetime:
        try:
            return self.point(number)
        except TimerError:
            return _AFTER_ALL if number > 0 else _BEFORE_ALL


@dataclass(frozen=True, slots=True)
class Schedule:
    """The due times of a waiting timer.

    Attributes:
        due: The next due time.
        remaining: The number of due times after the next one; None for no limit.
        interval: The ISO 8601 duration between two due times; None if there is only one.
        anchor: The instant from which the due times of a cycle are computed; None for a cycle of a model of the first
            meaning, in which each due time is computed from the one before.
        place: The place whose calendar and clocks count (``LocalTime.place``); None for UTC.
        number: The number of intervals from the anchor to the next due time.
    """

    due: datetime
    remaining: int | None = 0
    interval: str | None = None
    anchor: datetime | None = None
    place: str | None = None
    number: int = 0

    @classmethod
    def on_grid(cls, grid: Grid, number: int, remaining: int | None) -> "Schedule":
        """Return the schedule of a cycle whose next due time is the point of the grid with that number.

        Raises:
            TimerError: The point lies beyond the calendar.
        """
        return cls(grid.point(number), remaining, str(grid.period), grid.anchor.instant, grid.anchor.place, number)

    def next(self, now: datetime) -> "Schedule | None":
        """Return the schedule after the current due time has passed or was taken early; None if it was the last.

        Due times until now are over: the one that has just passed stands for them, and they count as passed. No due
        time follows the last of a cycle, or the last that the calendar has.

        Raises:
            TimerError: The time zone of the cycle is unknown on this machine.
        """
        if self.interval is None or self.remaining == 0:
            return None
        if self.anchor is None:
            return self._next_of_first_meaning()
        grid = self._grid()
        return self._at(grid, grid.first_after(now, self.number + 1))

    def without_past(self, now: datetime) -> "Schedule | None":
        """Return the schedule of a cycle with its first due time after now; None if it has none."""
        grid = self._grid()
        return self._at(grid, grid.first_after(now, self.number))

    def _grid(self) -> Grid:
        assert self.anchor is not None
        assert self.interval is not None
        return Grid(LocalTime.at(self.anchor, self.place), Duration.parse(self.interval))

    def to_start_time(self) -> StartTime:
        """Return the due time with the encoded schedule."""
        return StartTime(self.due, msgspec.json.encode(replace(self, due=_BEFORE_ALL)).decode())

    @classmethod
    def of_start_time(cls, time: StartTime) -> "Schedule":
        """Return the schedule of a due time."""
        return replace(msgspec.json.decode(time.schedule, type=Schedule), due=time.due_at)

    def _at(self, grid: Grid, number: int) -> "Schedule | None":
        remaining = None if self.remaining is None else self.remaining - (number - self.number)
        if remaining is not None and remaining < 0:
            return None
        try:
            return replace(self, due=grid.point(number), remaining=remaining, number=number)
        except TimerError:
            return None

    def _next_of_first_meaning(self) -> "Schedule | None":
        assert self.interval is not None
        remaining = None if self.remaining is None else self.remaining - 1
        try:
            return Schedule(first_meaning.add_duration(self.due, self.interval), remaining, self.interval)
        except TimerError:
            return None
