"""Makes chosen SQL statements fail, as a full disk does."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

_DISK_FULL = "DO $$ BEGIN RAISE EXCEPTION SQLSTATE '53100' USING MESSAGE = 'No space left on device'; END $$"


class StatementFault:
    """Counts statements, and fails the one with the chosen number.

    Attributes:
        failed: the texts of the statements that have failed since ``arm``.
    """

    def __init__(self) -> None:
        self.failed: list[str] = []
        self._remaining = 0
        self._is_lasting = False

    def arm(self, number: int, *, lasting: bool) -> None:
        """Fail the statement with this number, counted from 1; a ``lasting`` fault fails all later ones too."""
        self.failed = []
        self._remaining, self._is_lasting = number, lasting

    def disarm(self) -> None:
        self._remaining, self._is_lasting = 0, False

    def before_execute(
        self, connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, is_many: bool
    ) -> tuple[str, Any]:
        """Listen to ``before_cursor_execute``: raise SQLite's error, or let PostgreSQL execute what raises it.

        Raises:
            OperationalError: the statement fails on SQLite.
        """
        if self._remaining == 0:
            return statement, parameters
        self._remaining -= 1
        if self._remaining > 0:
            return statement, parameters
        if self._is_lasting:
            self._remaining = 1
        self.failed.append(statement)
        if connection.dialect.name == "postgresql":
            return _DISK_FULL, [()] if is_many else ()
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
        raise OperationalError(statement, None, error)


@contextmanager
def statement_faults() -> Iterator[StatementFault]:
    """Listen to the statements of all engines in the block."""
    fault = StatementFault()
    event.listen(Engine, "before_cursor_execute", fault.before_execute, retval=True)
    try:
        yield fault
    finally:
        event.remove(Engine, "before_cursor_execute", fault.before_execute)
