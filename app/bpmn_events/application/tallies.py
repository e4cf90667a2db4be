"""Counts by label, and distributions of values, kept in cells."""

import os
from bisect import bisect_left
from collections.abc import Sequence
from typing import Generic, TypeVar

from bpmn_events.application.ports.cells import CellName, Cells, ProcessCells

L = TypeVar("L", bound=str | int | tuple[str | int, ...])


class LocalCells:
    """Cells that only this process reads."""

    is_shared = False

    def __init__(self) -> None:
        self.values: list[float] = []
        self._places: dict[CellName, slice] = {}

    def allocate(self, name: CellName, size: int = 1) -> int:
        place = self._places.get(name)
        if place is None:
            place = self._places[name] = slice(len(self.values), len(self.values) + size)
            self.values.extend([0.0] * size)
        return int(place.start)

    def read(self) -> Sequence[ProcessCells]:
        numbers = {name: self.values[place] for name, place in self._places.items()}
        return [ProcessCells(0, os.getpid(), numbers)]


class Tally(Generic[L]):
    """A family of numbers, one for each value of its labels, such as the requests by their status."""

    def __init__(self, cells: Cells, family: str) -> None:
        self._cells = cells
        self._family = family
        self._indices: dict[L, int] = {}

    def add(self, label: L, count: float = 1) -> None:
        """Add to the number with this label."""
        self._cells.values[self._index(label)] += count

    def set(self, label: L, value: float) -> None:
        """Replace the number with this label."""
        self._cells.values[self._index(label)] = value

    def __getitem__(self, label: L) -> float:
        return self._cells.values[self._index(label)]

    def _index(self, label: L) -> int:
        index = self._indices.get(label)
        if index is None:
            index = self._indices[label] = self._cells.allocate((self._family, *label_texts(label)))
        return index


class Distribution:
    """How many values are at most each of some bounds, by label, and the sum of the values.

    The cells of a label are one for each bound, one for larger values, and the sum.
    """

    def __init__(self, cells: Cells, family: str, bounds: Sequence[float]) -> None:
        self._cells = cells
        self._family = family
        self._bounds = bounds
        self._indices: dict[str, int] = {}

    def add(self, value: float, *labels: str) -> None:
        """Add a value."""
        label = labels[0] if labels else ""
        first = self._indices.get(label)
        if first is None:
            first = self._cells.allocate((self._family, *labels), len(self._bounds) + 2)
            self._indices[label] = first
        values = self._cells.values
        values[first + bisect_left(self._bounds, value)] += 1
        values[first + len(self._bounds) + 1] += value


def label_texts(label: str | int | tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the label or labels as texts."""
    return tuple(map(str, label)) if isinstance(label, tuple) else (str(label),)
