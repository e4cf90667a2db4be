"""Classification of errors: the database cannot be used at the moment, or this program has made a mistake."""

import re
import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from bpmn_events.domain.errors import EngineUnavailable

# Result codes of SQLite (https://sqlite.org/rescode.html), without the upper bits of the extended codes.
_SQLITE_CODES = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)

# SQLSTATEs of PostgreSQL (appendix A of its manual), by class where every member of the class qualifies.
_POSTGRES_CODES = re.compile(
    "08..."  # the connection was lost, or could not be opened
    "|25006"  # read-only: a standby, or a former primary
    "|25P03"  # the session was idle in a transaction for too long
    "|28..."  # the server rejects the user
    "|3D000"  # the server has no such database
    "|53..."  # out of connections, memory or disk space
    "|55P03"  # a lock was not released in time
    "|57014"  # a statement took too long
    "|57P0."  # the server stops, starts or recovers
    "|58..."  # an error of its operating system
)

_BUSY_CODES = ("53200", "57014")

# asyncpg raises this without a SQLSTATE if none of several hosts accepts writes.
_NO_HOST = "TargetServerAttributeNotMatched"

_MISTAKES = (IntegrityError, ProgrammingError, DataError)
_SILENT = "it does not respond in time"


def as_unavailable(error: BaseException) -> EngineUnavailable | None:
    """Return the typed error if the exception means that the database cannot be used at the moment, else None.

    Raise the result ``from`` the exception, which then is the reason for the log and the command line. Use it only
    around calls of a database driver: every error of the operating system counts.
    """
    return EngineUnavailable(is_outage=not _is_busy(error)) if _is_unavailable(error) else None


def unavailability_reason(error: BaseException) -> str:
    """Return the reason in the words of the database driver, for the log and the command line."""
    if isinstance(error, EngineUnavailable) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, PoolExhausted):
        return "all connections are in use"
    reason = str(error.orig if isinstance(error, DBAPIError) else error)
    return " ".join(reason.split()) or (_SILENT if isinstance(error, TimeoutError) else type(error).__name__)


def error_code(error: BaseException) -> str | None:
    """Return the SQLSTATE of PostgreSQL, or None if the error has none, as with a server that does not respond."""
    if isinstance(error, EngineUnavailable) and error.__cause__ is not None:
        error = error.__cause__
    code = getattr(_driver_error(error), "sqlstate", None)
    return None if code is None else str(code)


def is_locked(error: BaseException) -> bool:
    """Return True if another process holds a lock on the SQLite file."""
    return _sqlite_code(_driver_error(error)) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _is_unavailable(error: BaseException) -> bool:
    if isinstance(error, OSError | PoolExhausted):  # a timeout of asyncio or asyncpg is an OSError
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, _MISTAKES):
        return False
    driver_error = _driver_error(error)
    sqlstate = getattr(driver_error, "sqlstate", None)
    if sqlstate is not None:
        return _POSTGRES_CODES.fullmatch(sqlstate) is not None
    return _sqlite_code(driver_error) in _SQLITE_CODES or _is_without_host(driver_error)


def _is_busy(error: BaseException) -> bool:
    """Return True if the server works, but could not execute this statement in time or within its memory."""
    if isinstance(error, PoolExhausted):
        return True
    return getattr(_driver_error(error), "sqlstate", None) in _BUSY_CODES


def _driver_error(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _sqlite_code(error: BaseException | None) -> int | None:
    # Python's sqlite3 raises some errors of its own, without a code.
    code = getattr(error, "sqlite_errorcode", None) if isinstance(error, sqlite3.Error) else None
    return None if code is None else code & 0xFF


def _is_without_host(error: BaseException | None) -> bool:
    errors = (error, error.__cause__) if error is not None else ()
    return any(type(candidate).__name__ == _NO_HOST for candidate in errors)
