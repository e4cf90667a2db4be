"""Opens a database: the readers' connections and the writer's, each set up for its job."""

from dataclasses import dataclass
from functools import partial

from bpmn_events.adapters.storage.connections.engines import (
    BUSY_SECONDS,
    is_sqlite,
    postgres,
    postgres_readers,
    sqlite_brief_reader,
    sqlite_readers,
    sqlite_writer,
)
from bpmn_events.adapters.storage.connections.readers import AsyncReaders, Readers, SqliteReaders
from bpmn_events.adapters.storage.connections.urls import parse_database_url
from bpmn_events.adapters.storage.connections.writers import PostgresWriter, SqliteWriter, Writer
from bpmn_events.adapters.storage.read_store import SqlReadStore
from bpmn_events.adapters.storage.transaction import SqlWriteStore

READERS = 4


@dataclass(frozen=True, slots=True)
class Database:
    """The stores over one database. Opening connects to nothing yet: the first statement does."""

    reads: SqlReadStore
    writes: SqlWriteStore
    readers: Readers
    writer: Writer

    async def close(self) -> None:
        """Give back every connection; the last one to leave an SQLite file folds its log into it."""
        await self.readers.close()
        await self.writer.close()


def open_database(url: str, *, readers: int = READERS, busy_seconds: int = BUSY_SECONDS) -> Database:
    """The database at an address; ``readers`` is how many statements can read at once.

    An SQLite file's folder is made if there is none. ``busy_seconds`` is how long SQLite waits for another process's
    transaction.

    Raises:
        BadDatabaseUrl: the address cannot be used.
    """
    parsed = parse_database_url(url)
    if is_sqlite(parsed):
        many = partial(sqlite_readers, parsed, readers, busy_seconds)
        reading: Readers = SqliteReaders(sqlite_brief_reader(parsed, busy_seconds), many)
        writer: Writer = SqliteWriter(sqlite_writer(parsed, busy_seconds), busy_seconds)
    else:
        reading = AsyncReaders(partial(postgres_readers, parsed, readers))
        writer = PostgresWriter(postgres(parsed, 1))
    return Database(SqlReadStore(reading), SqlWriteStore(writer), reading, writer)
