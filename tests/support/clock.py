"""A clock that only the test advances."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class Clock:
    """A clock that always returns ``now``."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)
