"""The database that the settings name: migration, backup, and the mode of its file."""

import logging
import shlex
from pathlib import Path

from bpmn_events.adapters.storage.backup import BackupFacts, OnProgress, back_up_sqlite
from bpmn_events.adapters.storage.connections.files import mode_for_others
from bpmn_events.adapters.storage.connections.urls import libpq_url, parse_database_url
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.config import Settings

logger = logging.getLogger(__name__)


async def migrate_database(settings: Settings) -> None:
    """Migrate the database of the settings to the current tables; do nothing if it has them.

    Raises:
        UnknownRevision: Another version of the program has created the tables.
    """
    await migrate(settings.database_url, timeout_seconds=settings.database_timeout_seconds)


def back_up_database(settings: Settings, file: Path, on_progress: OnProgress) -> BackupFacts:
    """Copy the SQLite database of the settings to a new file. Return the facts of the copy.

    Raises:
        OSError: As ``back_up_sqlite``.
    """
    return back_up_sqlite(settings.database_url, file, on_progress)


def dump_command(settings: Settings, file: Path) -> str:
    """Return the shell command that backs up the PostgreSQL database of the settings, without the password."""
    url = libpq_url(parse_database_url(settings.database_url))
    return f"umask 077; {shlex.join(['pg_dump', '--format=custom', f'--file={file}', f'--dbname={url}'])}"


def warn_of_readers(settings: Settings) -> None:
    """Log a warning if users other than the owner of the SQLite file can read or write it."""
    path = Path(parse_database_url(settings.database_url).database or "")
    if settings.is_sqlite and (mode := mode_for_others(path)) is not None:
        logger.warning("Other users have access to %s (mode %04o): chmod 600 %s*", path, mode, path)
