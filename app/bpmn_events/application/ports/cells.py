"""The port for the numbers that a server process counts: in its own memory, or readable for other processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

# A family of numbers, and the values of its labels.
CellName = tuple[str, ...]


class CellValues(Protocol):
    """A sequence of numbers that can be replaced, such as a list."""

    def __getitem__(self, index: int, /) -> float: ...

    def __setitem__(self, index: int, value: float, /) -> None: ...


@dataclass(frozen=True, slots=True)
class ProcessCells:
    """The numbers of one server process.

    Attributes:
        worker: The number of the process among those that share their numbers.
        pid: The id of the process, or None if it has ended. Only what it has counted is then of interest.
        numbers: The adjacent cells of each name.
    """

    worker: int
    pid: int | None
    numbers: Mapping[CellName, Sequence[float]]


class Cells(Protocol):
    """Numbers by name. Adding to a number must cost the hot path next to nothing, so callers keep its index."""

    @property
    def values(self) -> CellValues:
        """The cells of this process."""
        ...

    @property
    def is_shared(self) -> bool:
        """True if other processes read the cells, and this process reads theirs."""
        ...

    def allocate(self, name: CellName, size: int = 1) -> int:
        """Return the index of the first of ``size`` adjacent cells. A name has the same cells each time."""
        ...

    def read(self) -> Sequence[ProcessCells]:
        """Return the cells of all processes that share them."""
        ...
