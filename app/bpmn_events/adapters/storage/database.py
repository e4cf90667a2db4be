"""Open a database: its read connections, its writer and the two stores."""

from dataclasses import dataclass
from functools import partial

from bpmn_events.adapters.storage.changes.feed import SqlChangeFeed
from bpmn_events.adapters.storage.connections.engines import (
    DEFAULT_TIMEOUT_SECONDS,
    is_sqlite,
    postgres_read_engine,
    postgres_write_engine,
    sqlite_inline_engine,
    sqlite_read_engine,
    sqlite_write_engine,
)
from bpmn_events.adapters.storage.connections.outage_log import OutageLog
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


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. It connects when it executes its first statement.

    Attributes:
        read_store: The read store.
        write_store: The write store.
        change_feed: The change feed.
        connections: The connections of the read store.
        transactions: The write transactions that the write store opens.
    """

    read_store: SqlReadStore
    write_store: SqlWriteStore
    change_feed: SqlChangeFeed
    connections: ReadConnections
    transactions: WriteTransactions

    async def close(self) -> None:
        """Close all connections; SQLite moves its write-ahead log into the file when the last connection closes."""
        await self.connections.close()
        await self.transactions.close()


def open_database(
    url: str, *, connections: int = READ_CONNECTIONS, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
) -> Database:
    """Return the database with this URL. The folder of an SQLite file is created if it does not exist.

    Args:
        url: The URL of the database.
        connections: How many statements can read at the same time.
        timeout_seconds: The time after which a database that does not respond, or is locked, counts as unavailable.

    Raises:
        BadDatabaseUrl: The URL is invalid, or its kind of database is not supported.
    """
    parsed, outages = parse_database_url(url), OutageLog()
    if is_sqlite(parsed):
        open_engine = partial(sqlite_read_engine, parsed, connections, timeout_seconds)
        read_connections: ReadConnections = SqliteReadConnections(
            sqlite_inline_engine(parsed), open_engine, outages.reads
        )
        transactions: WriteTransactions = SqliteTransactions(
            sqlite_write_engine(parsed, timeout_seconds), timeout_seconds, outages.writes
        )
    else:
        open_engine = partial(postgres_read_engine, parsed, connections, timeout_seconds)
        read_connections = AsyncReadConnections(open_engine, outages.reads, timeout_seconds=timeout_seconds)
        write_engine = postgres_write_engine(parsed, timeout_seconds)
        transactions = PostgresTransactions(write_engine, timeout_seconds, outages.writes)
    read_store = SqlReadStore(read_connections)
    change_feed = SqlChangeFeed(read_connections, read_store.models_by_id)
    return Database(read_store, SqlWriteStore(transactions), change_feed, read_connections, transactions)
