"""Durations such as ``30m`` or ``1h30m``."""

import re
from datetime import timedelta

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_MAX_SECONDS = 3660 * 86_400


def parse_duration(text: str) -> timedelta:
    """Return the duration of a text such as ``30m``, ``8h``, ``7d`` or ``1h30m``.

    Raises:
        ValueError: The text has another form, or the duration is zero or more than ten years.
    """
    if not re.fullmatch(r"([0-9]{1,9}[wdhms]){1,5}", text):
        raise ValueError(f"{text!r} is not a duration such as 30m, 8h or 7d")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"([0-9]+)([wdhms])", text))
    if not 0 < seconds <= _MAX_SECONDS:
        raise ValueError(f"{text!r} is not a duration between one second and ten years")
    return timedelta(seconds=seconds)


def format_duration(span: timedelta) -> str:
    """Return the duration in its largest whole unit, such as ``3d``, or ``now`` if it is less than a second."""
    seconds = int(abs(span).total_seconds())
    return next((f"{seconds // size}{unit}" for unit, size in _UNITS.items() if seconds >= size), "now")
