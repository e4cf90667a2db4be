"""The journal of a run that sends a file."""

import os
import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bpmn_events.cli.bulk.journal import Extent, Header, Journal, Record, UnfinishedRun
from bpmn_events.cli.caller import UsageError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = Header("run", 10, "digest", 3, NOW)
RECORD = Record(NOW, line=2, triggered=1, failed=1, key="k-1", failed_lines=Extent(5, "lines"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lines.progress"


@contextmanager
def locked(path: Path) -> Iterator[Journal]:
    with closing(Journal.lock(path, 0o600)) as journal:
        yield journal


def unfinished(path: Path) -> UnfinishedRun | None:
    with locked(path) as journal:
        return journal.unfinished


def write(path: Path, *records: Record) -> None:
    """Write the journal of a run that ends without being complete."""
    with locked(path) as journal:
        journal.begin(HEADER)
        for record in records:
            journal.record(record)


def test_a_run_that_has_not_begun_leaves_no_file(path: Path) -> None:
    assert unfinished(path) is None
    assert not path.exists()


def test_a_complete_run_leaves_no_file(path: Path) -> None:
    with locked(path) as journal:
        journal.begin(HEADER)
        journal.record(RECORD)
        journal.complete()
    assert not path.exists()


def test_an_unfinished_run_is_found_until_it_is_complete(path: Path) -> None:
    write(path)
    assert unfinished(path) == UnfinishedRun(HEADER, Record(NOW))
    write(path, Record(NOW, line=1), RECORD)
    assert unfinished(path) == UnfinishedRun(HEADER, RECORD)
    with locked(path) as journal:
        journal.begin(HEADER)
        journal.complete()
    assert unfinished(path) is None


@pytest.mark.parametrize("damage", [b'{"at":', b"\0" * 50, b'{"at":"2026-01-01T00:00:00Z","line":9}'])
def test_an_incomplete_record_does_not_count(path: Path, damage: bytes) -> None:
    write(path, RECORD)
    with path.open("ab") as file:
        file.write(damage)
    assert unfinished(path) == UnfinishedRun(HEADER, RECORD)
    later = Record(NOW, line=3)
    write(path, later)
    assert unfinished(path) == UnfinishedRun(HEADER, later)


def test_any_beginning_of_a_journal_is_the_journal_of_no_run_or_an_earlier_one(path: Path) -> None:
    write(path, RECORD)
    data = path.read_bytes()
    runs = []
    for size in range(len(b'{"runId":'), len(data) + 1):
        path.write_bytes(data[:size])
        runs.append(unfinished(path))
    header_size = data.index(b"\n") + 1
    begun = [UnfinishedRun(HEADER, Record(NOW))] * (len(data) - header_size)
    assert runs == [None] * (len(runs) - len(begun) - 1) + begun + [UnfinishedRun(HEADER, RECORD)]


@pytest.mark.parametrize("text", ["my notes", "my notes\n", "{}\n", '{"runId": "r", "version": 99}\n'])
def test_another_file_is_left_alone(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(UsageError, match="is no journal of this version"):
        Journal.lock(path, 0o600)
    assert path.read_text() == text


def test_a_journal_is_locked_once(path: Path) -> None:
    with locked(path), pytest.raises(UsageError, match="another command is at work"):
        Journal.lock(path, 0o600)


def test_a_record_that_the_disk_does_not_take_leaves_the_last_one(path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with locked(path) as journal:
        journal.begin(HEADER)
        journal.record(RECORD)
        size = path.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, hard))
        try:
            with pytest.raises(OSError, match="File too large"):
                journal.record(Record(NOW, line=3))
            assert path.stat().st_size == size
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        journal.record(Record(NOW, line=4))
    assert unfinished(path) == UnfinishedRun(HEADER, Record(NOW, line=4))


def test_a_journal_that_cannot_be_begun_leaves_no_file(path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with locked(path) as journal, pytest.raises(UsageError, match="cannot be written: File too large"):
            journal.begin(HEADER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.listdir(path.parent) == []
