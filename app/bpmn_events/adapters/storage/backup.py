"""Copies of an SQLite database that is in use.

``VACUUM INTO`` copies the state of one instant in one read transaction (https://sqlite.org/lang_vacuum.html). With a
write-ahead log, this holds up no writer. The backup API would begin again whenever another process writes.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bpmn_events.adapters.storage.connections.files import create_private_file
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
    if os.path.lexists(target):
        raise FileExistsError(f"{target} exists: a backup replaces no file")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    create_private_file(draft)
    try:
        facts = _copy_and_inspect(source, draft, on_progress)
        _sync(draft)
        os.link(draft, target)  # unlike a renaming, this replaces no file that has appeared meanwhile
    finally:
        draft.unlink()
    _sync(target.parent)
    return facts


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


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
