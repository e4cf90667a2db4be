"""The clock, which tests can replace."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

# Returns the current time as an aware datetime in UTC.
Clock: TypeAlias = Callable[[], datetime]
