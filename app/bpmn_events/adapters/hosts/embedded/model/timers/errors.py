"""The error of a text that is no time."""

BEYOND_CALENDAR = "the time lies beyond the calendar, which has the years 1 to 9999 in UTC"


class TimerError(Exception):
    """The text is not a valid time of its kind. The message gives the reason."""
