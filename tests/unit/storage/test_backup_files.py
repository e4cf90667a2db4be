"""Backups on file systems that lack hard links, or whose folders cannot be opened."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bpmn_events.adapters.storage.backup import back_up_sqlite
from bpmn_events.adapters.storage.schema.migrate import migrate


@pytest.fixture
async def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/data/cases.db"
    await migrate(url)
    return url


def ignore(_copied: int, _all: int) -> None:
    return


def create(target: Path) -> Callable[[int, int], None]:
    """Return a function that creates the file while the backup is written."""

    def write(_copied: int, _all: int) -> None:
        target.write_text("precious")

    return write


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["EPERM", "EOPNOTSUPP", "ENOSYS", "EINVAL"])
def without_hard_links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let links fail as on FAT, on network file systems, in FUSE and on Windows."""

    def refuse(source: Any, target: Any) -> None:
        code = getattr(errno, request.param)
        raise OSError(code, os.strerror(code), str(source), None, str(target))

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.usefixtures("without_hard_links")
def test_a_backup_without_hard_links(url: str, tmp_path: Path) -> None:
    facts = back_up_sqlite(url, tmp_path / "copy.db", ignore)
    assert names(tmp_path) == ["copy.db", "data"]
    assert (tmp_path / "copy.db").stat().st_size == facts.size


@pytest.mark.usefixtures("without_hard_links")
def test_a_file_that_appears_meanwhile_is_not_replaced(url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with pytest.raises(FileExistsError, match=r"copy\.db exists: a backup replaces no file$"):
        back_up_sqlite(url, target, create(target))
    assert names(tmp_path) == ["copy.db", "data"]
    assert target.read_text() == "precious"


def test_a_file_that_appears_meanwhile_is_named(url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with pytest.raises(FileExistsError, match=r"copy\.db exists: a backup replaces no file$"):
        back_up_sqlite(url, target, create(target))
    assert names(tmp_path) == ["copy.db", "data"]


def test_a_backup_into_a_folder_that_cannot_be_opened(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to open any folder."""
    system_open = os.open

    def open_no_folder(path: Any, *arguments: Any, **options: Any) -> int:
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return system_open(path, *arguments, **options)

    monkeypatch.setattr(os, "open", open_no_folder)
    back_up_sqlite(url, tmp_path / "copy.db", ignore)
    assert names(tmp_path) == ["copy.db", "data"]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.EIO], ids=["not supported", "disk failure"])
def test_a_folder_that_cannot_be_synced(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Some network file systems cannot sync folders. A failure of the disk is an error nevertheless."""
    system_sync = os.fsync

    def sync_no_folder(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(code, os.strerror(code))
        system_sync(descriptor)

    monkeypatch.setattr(os, "fsync", sync_no_folder)
    if code == errno.EINVAL:
        back_up_sqlite(url, tmp_path / "copy.db", ignore)
    else:
        with pytest.raises(OSError, match=r"^/.*/copy\.db cannot be written: Input/output error$"):
            back_up_sqlite(url, tmp_path / "copy.db", ignore)
