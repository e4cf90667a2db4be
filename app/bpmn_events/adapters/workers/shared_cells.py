"""Numbers that several server processes share through files that are mapped into memory.

Each worker owns a pair of files in a folder: ``N.cells`` has its numbers, eight bytes each, and ``N.names`` one JSON
line for each name, in the order of their cells. The page cache of the operating system keeps what a worker has counted,
so ``kill -9`` loses nothing. A worker holds a lock on its file, which the operating system releases when the process
ends. The process that replaces it takes the file over and continues to count in it.
"""

import json
import os
import sys
from array import array
from collections.abc import Iterator, Sequence
from itertools import count
from mmap import mmap
from pathlib import Path

from bpmn_events.application.ports.cells import CellName, ProcessCells

if sys.platform != "win32":
    import fcntl

# Many times as many as there are routes, methods and statuses. The file takes no room for unused cells.
_MAX_CELLS = 16_384
_FILE_BYTES = 8 * _MAX_CELLS
_PID, _FIRST = 0, 1


class SharedCells:
    """The numbers of this process, in a folder that it shares with other processes of the machine.

    Raises:
        OSError: The folder cannot be written.
    """

    is_shared = True

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._number, descriptor = _take_over(folder)
        self.values = memoryview(mmap(descriptor, _FILE_BYTES)).cast("d")
        names = folder / f"{self._number}.names"
        _remove_torn_line(names)
        self._places = dict(_read_places(names))
        self._end = max((place.stop for place in self._places.values()), default=_FIRST)
        # Both files stay open until the process ends, and with them the lock.
        self._names = os.open(names, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.values[_PID] = os.getpid()

    def allocate(self, name: CellName, size: int = 1) -> int:
        place = self._places.get(name)
        if place is None or place.stop - place.start != size:  # of another version, in a folder that is kept
            place = slice(self._end, self._end + size)
            if place.stop > _MAX_CELLS:
                raise MemoryError(f"there are more than {_MAX_CELLS} numbers")
            os.write(self._names, json.dumps([size, *name]).encode() + b"\n")
            self._places[name], self._end = place, place.stop
        return int(place.start)

    def read(self) -> Sequence[ProcessCells]:
        paths = sorted(self._folder.glob("*.cells"), key=_number)
        return [self._read_worker(path) for path in paths if path.stat().st_size == _FILE_BYTES]

    def _read_worker(self, path: Path) -> ProcessCells:
        number = _number(path)
        places = _read_places(path.with_suffix(".names"))
        with path.open("rb") as file:
            has_ended = number != self._number and _lock(file.fileno(), shared=True)
            values = array("d", file.read())
        numbers = {name: values[place] for name, place in places}
        return ProcessCells(number, None if has_ended else int(values[_PID]), numbers)


def _number(path: Path) -> int:
    return int(path.stem)


def _take_over(folder: Path) -> tuple[int, int]:
    """Return the smallest number that no running process has, and the descriptor of its locked file."""
    for number in count():
        descriptor = os.open(folder / f"{number}.cells", os.O_RDWR | os.O_CREAT, 0o600)
        if _lock(descriptor):
            os.truncate(descriptor, _FILE_BYTES)
            # Without room for the file, the first use of a page would kill the process.
            os.posix_fallocate(descriptor, 0, _FILE_BYTES)
            return number, descriptor
        os.close(descriptor)
    raise AssertionError("there is always another number")


if sys.platform == "win32":

    def _lock(descriptor: int, *, shared: bool = False) -> bool:
        """Raise OSError: Windows has no locks of this kind."""
        raise OSError("Windows cannot share metrics between processes")

else:

    def _lock(descriptor: int, *, shared: bool = False) -> bool:
        """Lock the file until it is closed. Return False if a running process has locked it."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _read_places(names: Path) -> Iterator[tuple[CellName, slice]]:
    """Yield each name with its cells. A last line without its end is not a name yet."""
    start = _FIRST
    for line in names.read_bytes().split(b"\n")[:-1] if names.exists() else ():
        size, *name = json.loads(line)
        yield tuple(name), slice(start, start + size)
        start += size


def _remove_torn_line(names: Path) -> None:
    """Remove the beginning of a line that a killed process could not complete."""
    if names.exists() and (content := names.read_bytes()) and not content.endswith(b"\n"):
        os.truncate(names, content.rfind(b"\n") + 1)
