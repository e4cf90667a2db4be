"""Numbers that processes share: their own, those of others, and those of processes that were killed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bpmn_events.adapters.workers.shared_cells import SharedCells
from bpmn_events.application.tallies import Tally

# Counts as often as its second argument says, and waits for the end of its input.
WORKER = """
import sys
from pathlib import Path
from bpmn_events.adapters.workers.shared_cells import SharedCells
from bpmn_events.application.tallies import Tally
tally = Tally(SharedCells(Path(sys.argv[1])), "requests")
for _ in range(int(sys.argv[2])):
    tally.add("200")
print(flush=True)
sys.stdin.read()
"""
REQUESTS = ("requests", "200")


@contextmanager
def worker(folder: Path, count: int) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process that has counted, and kill it at the end."""
    command = [sys.executable, "-c", WORKER, str(folder), str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def requests(cells: SharedCells) -> dict[int, float]:
    """Return the number of requests of each worker that has counted some."""
    return {each.worker: each.numbers[REQUESTS][0] for each in cells.read() if REQUESTS in each.numbers}


def test_a_name_has_the_same_cells_each_time(tmp_path: Path) -> None:
    cells = SharedCells(tmp_path)
    first, second = cells.allocate(("seconds", "/a"), 8), cells.allocate(("seconds", "/b"), 8)
    assert cells.allocate(("seconds", "/a"), 8) == first
    assert abs(first - second) == 8
    cells.values[second + 7] += 2.5
    [process] = cells.read()
    assert list(process.numbers["seconds", "/b"]) == [0, 0, 0, 0, 0, 0, 0, 2.5]
    assert list(process.numbers["seconds", "/a"]) == [0] * 8
    assert process.pid == os.getpid()


def test_a_name_of_another_size_gets_new_cells(tmp_path: Path) -> None:
    """A folder that is kept during an upgrade may have histograms with other bounds."""
    cells = SharedCells(tmp_path)
    first, second = cells.allocate(("seconds", "/a"), 8), cells.allocate(("seconds", "/b"), 8)
    assert cells.allocate(("seconds", "/a"), 9) >= max(first, second) + 8


def test_every_process_reads_all_numbers(tmp_path: Path) -> None:
    own = SharedCells(tmp_path)
    tally: Tally[str] = Tally(own, "requests")
    tally.add("200", 7)
    with worker(tmp_path, 3) as first, worker(tmp_path, 5) as second:
        assert requests(own) == {0: 7, 1: 3, 2: 5}
        assert [each.pid for each in own.read()] == [os.getpid(), first.pid, second.pid]


def test_the_numbers_of_a_killed_process_stay(tmp_path: Path) -> None:
    own = SharedCells(tmp_path)
    with worker(tmp_path, 3) as killed:
        killed.kill()
        killed.wait()
        assert requests(own) == {1: 3}
        assert [each.pid for each in own.read()] == [os.getpid(), None]
        with worker(tmp_path, 4) as successor:
            assert requests(own) == {1: 7}
            assert [each.pid for each in own.read()] == [os.getpid(), successor.pid]


def test_processes_that_start_at_the_same_time_have_files_of_their_own(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path), "2"]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(5)]
    try:
        for process in processes:
            assert process.stdout is not None
            process.stdout.readline()
        own = SharedCells(tmp_path)
        assert sorted(requests(own).values()) == [2] * 5
        assert {each.pid for each in own.read()} == {os.getpid(), *(process.pid for process in processes)}
    finally:
        for process in processes:
            process.communicate()


def test_a_half_written_name_is_no_name(tmp_path: Path) -> None:
    with worker(tmp_path, 3) as killed:
        killed.kill()
    with (tmp_path / "0.names").open("ab") as names:
        names.write(b'[1, "reques')
    own = SharedCells(tmp_path)
    tally: Tally[str] = Tally(own, "requests")
    tally.add("404")
    [process] = own.read()
    assert {name: list(numbers) for name, numbers in process.numbers.items()} == {
        REQUESTS: [3],
        ("requests", "404"): [1],
    }


def test_files_that_are_being_made_are_not_read(tmp_path: Path) -> None:
    own = SharedCells(tmp_path)
    (tmp_path / "1.cells").touch()
    assert [each.worker for each in own.read()] == [0]


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        SharedCells(tmp_path / "file")
