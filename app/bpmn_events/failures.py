"""Exceptions that end a command with one line on stderr, because its environment and not the program is at fault.

The command line imports them from this module: importing the adapters would break the layers, and importing
``bootstrap`` would slow down its start.
"""

import errno
import os
from pathlib import Path

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from bpmn_events.adapters.auth.secret_strength import WeakSecret
from bpmn_events.adapters.storage.connections.unavailability import error_code, unavailability_reason
from bpmn_events.adapters.storage.connections.urls import parse_database_url
from bpmn_events.adapters.storage.schema.revisions import UnknownRevision
from bpmn_events.config import InvalidSettings, Settings
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.listening import CannotListen
from bpmn_events.settings.prefix import PREFIX

__all__ = [
    "CannotListen",
    "InvalidSettings",
    "NoSharedSecret",
    "UnknownRevision",
    "WeakSecret",
    "database_failure",
    "failure_reason",
]

_URL = f"{PREFIX}DATABASE_URL"
_NO_DRIVER = "PostgreSQL needs the package asyncpg: install bpmn-events with the extra 'postgres'"
# What to do, by the beginning of PostgreSQL's SQLSTATE.
_POSTGRES_ADVICE = {
    "28": f"check the user and the password in {_URL}",
    "3D000": f"create it, or correct {_URL}",
    "53300": "let the server accept more connections (max_connections), or run fewer workers",
    "25006": f"name the primary in {_URL}",
}


class NoSharedSecret(Exception):
    """Tokens come from the identity provider: this server cannot make one."""

    def __str__(self) -> str:
        return self.__class__.__doc__ or ""


def database_failure(error: Exception) -> str | None:
    """Return the reason why the database cannot be used, or None for any other exception.

    A violated constraint or an invalid statement is a mistake of this program, and needs a traceback.
    """
    is_mistake = isinstance(error, IntegrityError | ProgrammingError)
    if isinstance(error, EngineUnavailable | TimeoutError) or (isinstance(error, DBAPIError) and not is_mistake):
        return unavailability_reason(error)
    return None


def failure_reason(error: BaseException, settings: Settings | None = None) -> str | None:
    """Return in one line why a command or server cannot run and what to do, or None for a mistake of this program.

    ``settings`` is None if they could not be read.
    """
    if isinstance(error, InvalidSettings | WeakSecret | NoSharedSecret | UnknownRevision | CannotListen):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return _NO_DRIVER if error.name == "asyncpg" else None
    if settings is not None and isinstance(error, Exception) and (reason := _driver_reason(error)) is not None:
        if isinstance(error, EngineUnavailable) and not error.is_outage:
            return reason  # too busy, or locked by another server: no advice about the database would help
        return f"the database {_name(settings)} cannot be used: {reason}{_database_advice(error, reason, settings)}"
    if isinstance(error, OSError):
        return _file_failure(error, settings)
    return None


def _driver_reason(error: Exception) -> str | None:
    is_configuration = type(error).__name__ == "ClientConfigurationError"  # asyncpg: TLS files, unknown parameters
    return " ".join(str(error).split()) if is_configuration else database_failure(error)


def _name(settings: Settings) -> str:
    """Return the file of the database, or its name, host and port; never its user and password."""
    url = parse_database_url(settings.database_url)
    if settings.is_sqlite:
        return str(url.database)
    hosts = url.query.get("host") or f"{url.host or 'localhost'}:{url.port or 5432}"
    return f"{url.database!r} at {hosts if isinstance(hosts, str) else ', '.join(hosts)}"


def _database_advice(error: Exception, reason: str, settings: Settings) -> str:
    if settings.is_sqlite:
        return _sqlite_advice(Path(parse_database_url(settings.database_url).database or ""), reason)
    code = error_code(error)
    advice = [text for start, text in _POSTGRES_ADVICE.items() if code and code.startswith(start)]
    if code is None:
        advice.append(f"check that it runs there, and {_URL}")
    return "".join(f"; {text}" for text in advice)


def _sqlite_advice(file: Path, reason: str) -> str:
    """Return what to do about the file or its folder; the empty text if both can be written."""
    folder = next(path for path in file.absolute().parents if path.exists())
    if file.is_dir() or not folder.is_dir() or "not a database" in reason:
        return f"; name another file in {_URL}"
    for path in (file, folder):
        if path.exists() and not os.access(path, os.W_OK):
            return f"; let the user of this process write to {path}, or name another file in {_URL}"
    return ""


def _file_failure(error: OSError, settings: Settings | None) -> str:
    """Return the reason for an error of the file system, with the name of the file and what to do."""
    if error.filename is None:
        return str(error)
    name = os.fsdecode(error.filename)
    setting = _setting_of(Path(name), settings)
    correction = f"correct {setting}" if setting else "name another"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{name} is a file, and a folder is needed there: {correction}"
    is_refused = error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}
    advice = f": let the user of this process read and write there, or {correction}" if is_refused else ""
    return f"{name}: {error.strerror}{advice}"


def _setting_of(path: Path, settings: Settings | None) -> str | None:
    """Return the name of the setting to which the file or folder belongs; None if there is none."""
    if settings is None:
        return None
    folders = {f"{PREFIX}METRICS_FOLDER": settings.metrics_folder, _URL: settings.data_folder}
    for name, folder in folders.items():
        if folder is not None and (folder == path or folder in path.parents or path in folder.parents):
            return name
    return None
