"""A primary with a synchronous standby: an acknowledged commit is on both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.databases.postgres_node import PostgresNode
from tests.support.polling import block_until
from tests.support.postgres import fast_folder, require_postgres

_STANDBY = "standby"
# Otherwise a standby pauses for up to five seconds before it notices that it was promoted.
_SETTINGS = {"wal_retrieve_retry_interval": "200ms"}


@dataclass
class PostgresPair:
    """A primary and its standby on the same machine."""

    primary: PostgresNode
    standby: PostgresNode

    def create_database(self) -> str:
        """Create a database, and return a URL that finds it on whichever node accepts writes."""
        self.primary.call("createdb", "product")
        hosts = "&".join(f"host=127.0.0.1:{node.port}" for node in (self.primary, self.standby))
        return f"postgresql+asyncpg://postgres@/product?{hosts}&target_session_attrs=read-write"

    @property
    def primary_url(self) -> str:
        """The URL of the database on the primary alone."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.primary.port}/product"

    @property
    def standby_url(self) -> str:
        """The URL of the database on the standby alone."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.standby.port}/product"

    def is_synchronous(self) -> bool:
        """Return whether the standby is connected, so that commits wait for it and reach it."""
        return self.primary.query("SELECT max(sync_state) FROM pg_stat_replication") == "sync"

    def await_synchronous(self) -> None:
        """Wait until the standby is connected."""
        block_until(self.is_synchronous)

    def stop_replication(self) -> None:
        """Let the standby receive nothing more, and commits not wait for it: a promotion loses what follows."""
        self.primary.query("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.primary.query("SELECT pg_reload_conf()")
        self.standby.query("ALTER SYSTEM SET primary_conninfo = ''")
        self.standby.query("SELECT pg_reload_conf()")
        block_until(lambda: self.primary.query("SELECT count(*) FROM pg_stat_replication") == "0")

    def promote_standby(self) -> None:
        """Make the standby the primary. Nobody follows it then, so its commits wait for no other node."""
        self.standby.promote()


@contextmanager
def running_pair() -> Iterator[PostgresPair]:
    """Run a pair, and stop or kill both nodes at the end."""
    programs = require_postgres()
    with fast_folder() as folder:
        folder.chmod(0o755)
        primary = PostgresNode(programs, folder / "primary", _SETTINGS)
        standby = PostgresNode(programs, folder / _STANDBY, _SETTINGS)
        try:
            primary.create()
            primary.start()
            standby.copy(primary, _STANDBY)
            standby.start()
            primary.query(f"ALTER SYSTEM SET synchronous_standby_names = '{_STANDBY}'")
            primary.query("SELECT pg_reload_conf()")
            pair = PostgresPair(primary, standby)
            pair.await_synchronous()
            yield pair
        finally:
            standby.kill()
            primary.kill()
