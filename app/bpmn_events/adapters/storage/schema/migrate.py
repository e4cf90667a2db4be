"""Migration of a database to the current tables."""

import asyncio

from sqlalchemy import URL, ColumnClause, Connection, column, inspect, select, table, text

from bpmn_events.adapters.storage.connections.engines import (
    DEFAULT_TIMEOUT_SECONDS,
    is_sqlite,
    postgres_engine,
    sqlite_write_engine,
)
from bpmn_events.adapters.storage.connections.read_connections import ReadConnections
from bpmn_events.adapters.storage.connections.unavailability import as_unavailable
from bpmn_events.adapters.storage.connections.urls import parse_database_url
from bpmn_events.adapters.storage.schema.revisions import MIGRATIONS, UnknownRevision, head_revision, known_revisions

_LOCK = 0x62706D6E  # the key of an advisory lock: "bpmn" in ASCII
_version_number: ColumnClause[str] = column("version_num")
_VERSION = select(_version_number).select_from(table("alembic_version"))


async def migrate(
    database_url: str, revision: str = "head", *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
) -> None:
    """Migrate the database to a revision in one transaction.

    ``revision`` is ``"base"`` to drop all tables, or the revision to upgrade to. Processes that start at the same time
    wait for each other, and only the first one migrates. ``timeout_seconds`` is the time to connect and to wait for a
    locked SQLite file; the migration itself takes as long as it needs.

    Raises:
        BadDatabaseUrl: The URL is invalid, or its kind of database is not supported.
        UnknownRevision: Another version of the program has created the tables.
        EngineUnavailable: The database cannot be used.
    """
    url = parse_database_url(database_url)
    try:
        if is_sqlite(url):
            await asyncio.to_thread(_migrate_sqlite, url, revision, timeout_seconds)
        else:
            await _migrate_postgres(url, revision, timeout_seconds)
    except Exception as error:
        unavailable = as_unavailable(error)
        if unavailable is None:
            raise
        raise unavailable from error


def _migrate_sqlite(url: URL, revision: str, timeout_seconds: float) -> None:
    # A migration that rebuilds a table drops it, which foreign keys to that table would prevent.
    engine = sqlite_write_engine(url, timeout_seconds, "foreign_keys = OFF")
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _run_migrations(connection, revision)
        connection.commit()


async def _migrate_postgres(url: URL, revision: str, timeout_seconds: float) -> None:
    engine = postgres_engine(url, 1, timeout_seconds, statement_timeouts=False)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_run_migrations, revision)
    finally:
        await engine.dispose()


def _run_migrations(connection: Connection, revision: str) -> None:
    current = _current_revision(connection)
    if revision == "head" and current == head_revision():
        return
    if current is not None and current not in known_revisions():
        raise UnknownRevision(current)
    from alembic import command  # noqa: PLC0415  a seventh of the startup time, and rarely needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    (command.downgrade if revision == "base" else command.upgrade)(config, revision)


async def is_current(connections: ReadConnections) -> bool:
    """Return True if the tables of the database are those of the newest migration."""
    return await connections.run(_is_at_head)


def _is_at_head(connection: Connection) -> bool:
    return _current_revision(connection) == head_revision()


def _current_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(_VERSION).scalar()
