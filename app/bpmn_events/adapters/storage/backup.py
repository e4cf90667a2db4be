"""Copies of an SQLite database that is in use.

``VACUUM INTO`` copies the state of one instant in one read transaction (https://sqlite.org/lang_vacuum.html). With a
write-ahead log, this holds up no writer. The backup API would begin again whenever another process writes.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bpmn_events.adapters.storage.connections.files import create_private_file, sync_file, sync_folder
from bpmn_events.adapters.storage.connections.urls import parse_database_url

_POLL_SECONDS = 0.2
_COUNTED = ("process_instances", "waiting_events", "event_triggers")

# Receives the number of bytes copied so far, and the approximate number of all.
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """The size of a backup in bytes, the revision of its tables, and the numbers of its rows."""

    size: int
    revision: str
    instances: int
    waiting_events: int
    triggers: int


def back_up_sqlite(database_url: str, target: Path, on_progress: OnProgress) -> BackupFacts:
    """Copy the database to a new file, which only its owner can read. Return the facts of the copy.

    The file has another name until it is complete and durable.

    Raises:
        FileNotFoundError: There is no database.
        FileExistsError: The target exists.
        OSError: The target cannot be written, or the database cannot be read.
    """
    source = Path(parse_database_url(database_url).database or "").absolute()
    target = target.absolute()
    if not source.is_file():
        raise FileNotFoundError(f"there is no database {source}")
    _refuse_existing(target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    with _naming(target):
        create_private_file(draft)
        try:
            facts = _copy_and_inspect(source, draft, on_progress)
            sync_file(draft)
            _publish(draft, target)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(target.parent)
    return facts


@contextmanager
def _naming(target: Path) -> Iterator[None]:
    """Replace an error of the operating system by one with the name of the target, not of the draft."""
    try:
        yield
    except OSError as error:
        if error.errno is None:  # one of this module, which has its text already
            raise
        raise OSError(f"{target} cannot be written: {error.strerror}") from error


def _publish(draft: Path, target: Path) -> None:
    """Give the draft the name of the target, unless a file of that name has appeared meanwhile.

    Raises:
        FileExistsError: There is such a file.
        OSError: The draft cannot be renamed.
    """
    try:
        os.link(draft, target)  # unlike a renaming, this never replaces a file
    except FileExistsError:
        _refuse_existing(target)
        raise
    except OSError:
        # FAT, exFAT and many network file systems have no hard links, and say so with various errors.
        _refuse_existing(target)
        draft.rename(target)


def _refuse_existing(target: Path) -> None:
    if os.path.lexists(target):
        raise FileExistsError(f"{target} exists: a backup replaces no file")


def _copy_and_inspect(source: Path, draft: Path, on_progress: OnProgress) -> BackupFacts:
    try:
        _copy(source, draft, on_progress)
        return _inspect(draft)
    except sqlite3.Error as error:
        raise OSError(f"{source} cannot be copied: {error}") from error


def _copy(source: Path, draft: Path, on_progress: OnProgress) -> None:
    """Copy the database in a thread, and report the progress."""
    with closing(_connect(source, "mode=rw")) as connection, ThreadPoolExecutor(1) as executor:
        size = _used_bytes(connection)
        copying = executor.submit(connection.execute, "VACUUM INTO ?", (str(draft),))
        try:
            while not copying.done():
                on_progress(draft.stat().st_size, size)
                _wait(copying.exception)
            copying.result()
        except BaseException:
            connection.interrupt()
            raise


def _wait(finish: Callable[[float], object]) -> None:
    try:
        finish(_POLL_SECONDS)
    except TimeoutError:
        return


def _connect(file: Path, options: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?{options}", uri=True, check_same_thread=False)


def _used_bytes(connection: sqlite3.Connection) -> int:
    names = ("page_count", "freelist_count", "page_size")
    pages, free, page_size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return int((pages - free) * page_size)


def _inspect(copy: Path) -> BackupFacts:
    with closing(_connect(copy, "mode=ro&immutable=1")) as connection:  # creates no further files
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED]
    return BackupFacts(copy.stat().st_size, str(revision), *counts)
