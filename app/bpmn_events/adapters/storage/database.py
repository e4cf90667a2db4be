"""Opens a database: the readers' connections and the writer's, each set up for its job."""

from dataclasses import dataclass
from functools import partial

from bpmn_events.adapters.storage.connections.engines import (
    BUSY_SECONDS,
    is_sqlite,
    postgres,
    postgres_read_engine,
    sqlite_inline_engine,
    sqlite_read_engine,
    sqlite_writer,
)
from bpmn_events.adapters.storage.connections.read_connections import (
    AsyncReadConnections,
    ReadConnections,
    SqliteReadConnections,
)
from bpmn_events.adapters.storage.connections.urls import parse_database_url
from bpmn_events.adapters.storage.connections.write_connections import PostgresWriter, SqliteWriter, Writer
from bpmn_events.adapters.storage.read_store import SqlReadStore
from bpmn_events.adapters.storage.transaction import SqlWriteStore

READ_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Database:
    """The stores over one database. Opening connects to nothing yet: the first statement does."""

    read_store: SqlReadStore
    write_store: SqlWriteStore
    connections: ReadConnections
    writer: Writer

    async def close(self) -> None:
        """Give back every connection; the last one to leave an SQLite file folds its log into it."""
        await self.connections.close()
        await self.writer.close()


def open_database(url: str, *, connections: int = READ_CONNECTIONS, busy_seconds: int = BUSY_SECONDS) -> Database:
    """The database at an address; ``connections`` is how many statements can read at once.

    An SQLite file's folder is made if there is none. ``busy_seconds`` is how long SQLite waits for another process's
    transaction.

    Raises:
        BadDatabaseUrl: the address cannot be used.
    """
    parsed = parse_database_url(url)
    if is_sqlite(parsed):
        many = partial(sqlite_read_engine, parsed, connections, busy_seconds)
        reading: ReadConnections = SqliteReadConnections(sqlite_inline_engine(parsed, busy_seconds), many)
        writer: Writer = SqliteWriter(sqlite_writer(parsed, busy_seconds), busy_seconds)
    else:
        reading = AsyncReadConnections(partial(postgres_read_engine, parsed, connections))
        writer = PostgresWriter(postgres(parsed, 1))
    return Database(SqlReadStore(reading), SqlWriteStore(writer), reading, writer)
