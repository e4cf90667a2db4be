"""Open a database: its read connections, its writer and the two stores."""

from dataclasses import dataclass
from functools import partial

from bpmn_events.adapters.storage.connections.engines import (
    BUSY_SECONDS,
    is_sqlite,
    postgres_engine,
    postgres_read_engine,
    sqlite_inline_engine,
    sqlite_read_engine,
    sqlite_write_engine,
)
from bpmn_events.adapters.storage.connections.read_connections import (
    AsyncReadConnections,
    ReadConnections,
    SqliteReadConnections,
)
from bpmn_events.adapters.storage.connections.urls import parse_database_url
from bpmn_events.adapters.storage.read_store import SqlReadStore
from bpmn_events.adapters.storage.transaction import SqlWriteStore
from bpmn_events.adapters.storage.transactions.postgres import PostgresTransactions
from bpmn_events.adapters.storage.transactions.sqlite import SqliteTransactions
from bpmn_events.adapters.storage.transactions.write_connection import WriteTransactions

READ_CONNECTIONS = 4
TIMEOUT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. It connects when it executes its first statement.

    Attributes:
        read_store: The read store.
        write_store: The write store.
        connections: The connections of the read store.
        transactions: The write transactions that the write store opens.
    """

    read_store: SqlReadStore
    write_store: SqlWriteStore
    connections: ReadConnections
    transactions: WriteTransactions

    async def close(self) -> None:
        """Close all connections; SQLite moves its write-ahead log into the file when the last connection closes."""
        await self.connections.close()
        await self.transactions.close()


def open_database(url: str, *, connections: int = READ_CONNECTIONS, busy_seconds: int = BUSY_SECONDS) -> Database:
    """Return the database with this URL. The folder of an SQLite file is created if it does not exist.

    Args:
        url: The URL of the database.
        connections: How many statements can read at the same time.
        busy_seconds: How long SQLite waits for the transaction of another process.

    Raises:
        BadDatabaseUrl: The URL is invalid, or its kind of database is not supported.
    """
    parsed = parse_database_url(url)
    if is_sqlite(parsed):
        open_engine = partial(sqlite_read_engine, parsed, connections, busy_seconds)
        read_connections: ReadConnections = SqliteReadConnections(
            sqlite_inline_engine(parsed, busy_seconds), open_engine
        )
        transactions: WriteTransactions = SqliteTransactions(sqlite_write_engine(parsed, busy_seconds), busy_seconds)
    else:
        read_connections = AsyncReadConnections(partial(postgres_read_engine, parsed, connections))
        transactions = PostgresTransactions(postgres_engine(parsed, 1), TIMEOUT_SECONDS)
    return Database(SqlReadStore(read_connections), SqlWriteStore(transactions), read_connections, transactions)
