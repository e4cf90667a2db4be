"""Bringing a database to the current tables, and telling whether it is there."""

import asyncio

from sqlalchemy import URL, ColumnClause, Connection, column, inspect, select, table, text

from bpmn_events.adapters.storage.connections.engines import BUSY_SECONDS, is_sqlite, postgres, sqlite_writer
from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.connections.urls import parse_database_url
from bpmn_events.adapters.storage.schema.revisions import MIGRATIONS, UnknownRevision, head, known

_LOCK = 0x62706D6E  # any number that nobody else takes: "bpmn"
_version_number: ColumnClause[str] = column("version_num")
_VERSION = select(_version_number).select_from(table("alembic_version"))


async def migrate(database_url: str, revision: str = "head") -> None:
    """Bring the database to a revision, forward or back, in one transaction.

    Processes that start together wait for each other; the second one finds nothing to do.

    Raises:
        BadDatabaseUrl: the address cannot be used.
        UnknownRevision: another version of the program has made the tables.
    """
    url = parse_database_url(database_url)
    if is_sqlite(url):
        await asyncio.to_thread(_migrate_sqlite, url, revision)
    else:
        await _migrate_postgres(url, revision)


def _migrate_sqlite(url: URL, revision: str) -> None:
    # A table that is rebuilt is dropped for a moment: its references must not mind.
    engine = sqlite_writer(url, BUSY_SECONDS, "foreign_keys = OFF")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _go_to(connection, revision)
        connection.commit()


async def _migrate_postgres(url: URL, revision: str) -> None:
    engine = postgres(url, 1)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_go_to, revision)
    finally:
        await engine.dispose()


def _go_to(connection: Connection, revision: str) -> None:
    found = _revision(connection)
    if revision == "head" and found == head():
        return
    if found is not None and found not in known():
        raise UnknownRevision(found)
    from alembic import command  # noqa: PLC0415  a seventh of the start, and mostly there is nothing to do
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    (command.downgrade if revision == "base" else command.upgrade)(config, revision)


async def is_current(connections: ReadConnections) -> bool:
    """Whether the database has exactly the tables this version of the program expects."""
    return await connections.run(_has_head)


def _has_head(connection: Connection) -> bool:
    return _revision(connection) == head()


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(_VERSION).scalar()
