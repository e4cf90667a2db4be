"""The clock, which tests can replace."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

# Returns the current time as an aware datetime in UTC.
Clock: TypeAlias = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)
