"""The circumstances of an evaluation: the current time, and a meter of the work that is done."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

# So many items of a list, or characters of a text, are one unit of work.
SIZE_PER_UNIT = 256


class Evaluation:
    """What an expression sees besides the variables. A subclass limits the work.

    ``now`` is the current time.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now

    def tick(self, units: int) -> None:
        """Count units of work, of some microseconds each. An expression is one, if it reads no large values."""

    def keep(self, value: object, replaced: object = None) -> None:
        """Count a value that is going to be stored or sent, in place of another one."""

    def in_parts(self, items: list[Any]) -> Iterator[list[Any]]:
        """Yield the items of a list in parts, and count the work for each part."""
        for start in range(0, len(items), SIZE_PER_UNIT):
            self.tick(1)
            yield items[start : start + SIZE_PER_UNIT]

    def count_size(self, size: int) -> None:
        """Count the work of an operation that reads so many items or characters."""
        if size >= SIZE_PER_UNIT:
            self.tick(size // SIZE_PER_UNIT)
