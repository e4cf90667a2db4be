"""Inserting what may be there already."""

from collections.abc import Mapping

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_if_absent(table: Table) -> Mapping[str, Executable]:
    """Return the statement for each dialect: rows whose keys are there are left as they are."""
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
    }
