"""The present time, which tests may let stand still."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

# Returns an aware datetime in UTC.
Clock: TypeAlias = Callable[[], datetime]
