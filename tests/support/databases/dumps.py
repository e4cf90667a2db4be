"""The content of a database, read without the product."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from typing import Any

import asyncpg

Dump = dict[str, list[dict[str, Any]]]


async def dump(url: str, ignored_tables: Collection[str] = ()) -> Dump:
    """Return the rows of every table, sorted, without the ignored tables."""
    tables = _dump_sqlite(url) if url.startswith("sqlite") else await _dump_postgres(url)
    return {
        name: sorted(rows, key=lambda row: sorted((key, repr(value)) for key, value in row.items()))
        for name, rows in tables.items()
        if name not in ignored_tables
    }


async def count_rows(url: str, table: str) -> int:
    """Return the number of rows of a table."""
    statement = f"SELECT count(*) FROM {table}"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(_sqlite_file(url))) as sqlite:
            return int(sqlite.execute(statement).fetchone()[0])
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return int(await connection.fetchval(statement))
    finally:
        await connection.close()


async def read_rows(url: str, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table, in no particular order."""
    statement = f"SELECT * FROM {table}"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(_sqlite_file(url))) as sqlite:
            sqlite.row_factory = sqlite3.Row
            return [dict(row) for row in sqlite.execute(statement)]
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return [dict(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


def _sqlite_file(url: str) -> str:
    return url.partition(":///")[2]


def _dump_sqlite(url: str) -> Dump:
    with closing(sqlite3.connect(_sqlite_file(url))) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        tables = {}
        for (name,) in names.fetchall():
            cursor = connection.execute(f'SELECT * FROM "{name}"')
            columns = [column[0] for column in cursor.description]
            tables[name] = [dict(zip(columns, row, strict=True)) for row in cursor]
        return tables


async def _dump_postgres(url: str) -> Dump:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name: [dict(row) for row in await connection.fetch(f'SELECT * FROM "{name}"')] for (name,) in names}
    finally:
        await connection.close()
