"""The errors of the drivers that mean that the database cannot be used, and those that are mistakes of the program."""

import sqlite3
from typing import Any

import asyncpg
import pytest
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from bpmn_events.adapters.storage.connections.unavailability import as_unavailable, unavailability_reason
from bpmn_events.domain.errors import EngineUnavailable


def sqlite_error(code: int, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> sqlite3.Error:
    error = kind("the reason")
    error.sqlite_errorcode = code
    return error


def postgres_error(sqlstate: str) -> Exception:
    """Return the error of a statement, as asyncpg and SQLAlchemy raise it."""
    driver_error = asyncpg.PostgresError.new({"C": sqlstate, "M": "the reason"})
    driver: Any = dialect.AsyncAdapt_asyncpg_dbapi(asyncpg)  # type: ignore[no-untyped-call]
    kind = next(k for c in type(driver_error).__mro__ if (k := driver._asyncpg_error_translate.get(c)))
    return wrapped(kind("the reason", driver_error), driver.Error)


def wrapped(driver_error: Exception, base: Any = sqlite3.Error, *, is_disconnect: bool = False) -> Exception:
    error = DBAPIError.instance("SELECT 1", None, driver_error, base, connection_invalidated=is_disconnect)
    assert isinstance(error, Exception)
    return error


OUTAGES = [
    ConnectionRefusedError(111, "Connection refused"),
    ConnectionResetError(104, "Connection reset by peer"),
    TimeoutError(),
    OSError(-2, "Name or service not known"),
    PoolExhausted("QueuePool limit"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.TargetServerAttributeNotMatched("None of the hosts match"),
    wrapped(asyncpg.InterfaceError("connection is closed"), asyncpg.InterfaceError, is_disconnect=True),
    *(
        sqlite_error(code)
        for code in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_BUSY_SNAPSHOT,
            sqlite3.SQLITE_LOCKED,
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_READONLY_DIRECTORY,
            sqlite3.SQLITE_IOERR_WRITE,
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_CANTOPEN,
        )
    ),
    sqlite_error(sqlite3.SQLITE_NOTADB, sqlite3.DatabaseError),
    wrapped(sqlite_error(sqlite3.SQLITE_FULL)),
    *map(
        postgres_error,
        (
            "08006",
            "25006",
            "25P03",
            "28P01",
            "3D000",
            "53100",
            "53300",
            "55P03",
            "57014",
            "57P01",
            "57P02",
            "57P03",
            "58030",
        ),
    ),
]

OTHER_ERRORS = [
    KeyError("id"),
    ValueError("a mistake"),
    EngineUnavailable(),
    sqlite_error(sqlite3.SQLITE_ERROR),
    sqlite3.ProgrammingError("Cannot operate on a closed database."),
    wrapped(sqlite_error(sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.IntegrityError)),
    wrapped(sqlite3.ProgrammingError("You did not supply a value for binding parameter :id.")),
    wrapped(sqlite_error(sqlite3.SQLITE_ERROR)),
    *map(postgres_error, ("23505", "22003", "42601", "42P01", "40001", "40P01", "25P02")),
]


@pytest.mark.parametrize("error", OUTAGES, ids=repr)
def test_an_outage(error: Exception) -> None:
    unavailable = as_unavailable(error)
    assert unavailable is not None
    assert unavailable.outcome_unknown is False
    assert unavailable.message == "The database cannot be used at the moment: try again later."


@pytest.mark.parametrize("error", OTHER_ERRORS, ids=repr)
def test_a_mistake(error: Exception) -> None:
    assert as_unavailable(error) is None


def test_the_reason_is_the_words_of_the_driver() -> None:
    assert unavailability_reason(TimeoutError()) == "it does not respond in time"
    assert unavailability_reason(PoolExhausted("QueuePool limit of size 4")) == "all connections are in use"
    assert unavailability_reason(wrapped(sqlite_error(sqlite3.SQLITE_FULL))) == "the reason"
    assert unavailability_reason(OSError(111, "Connect\ncall failed")) == "[Errno 111] Connect call failed"
    assert unavailability_reason(EngineUnavailable("Too much to do.")) == "Too much to do."
    error = EngineUnavailable()
    error.__cause__ = ConnectionResetError(104, "Connection reset by peer")
    assert unavailability_reason(error) == "[Errno 104] Connection reset by peer"
