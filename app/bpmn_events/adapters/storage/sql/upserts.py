"""INSERT statements that skip existing rows."""

from collections.abc import Mapping

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_if_absent(table: Table) -> Mapping[str, Executable]:
    """Return the INSERT … ON CONFLICT DO NOTHING statement of each dialect."""
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
    }
