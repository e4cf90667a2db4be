"""Database addresses: what may be written, and what the drivers need."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class BadDatabaseUrl(ValueError):
    """The database URL cannot be used."""


def parse_database_url(text: str) -> URL:
    """The address, with the driver that will be used.

    Raises:
        BadDatabaseUrl: it is no URL, names another kind of database, or an SQLite database without a file.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # the latter where the port is no number
        raise BadDatabaseUrl("The database URL is not of the form sqlite:///FILE or postgresql://HOST/NAME.") from None
    access_path = _DRIVERS.get(url.drivername)
    if access_path is None:
        raise BadDatabaseUrl(f"Databases of the kind {url.drivername!r} are not supported: use sqlite or postgresql.")
    url = url.set(drivername=access_path)
    return _sqlite(url) if access_path.startswith("sqlite") else _postgres(url)


def _sqlite(url: URL) -> URL:
    name = url.database
    if not name or name.startswith(("file:", ":memory:")):
        raise BadDatabaseUrl(
            "SQLite needs a file, such as sqlite:///./data/bpmn-events.db: readers and the writer use connections of "
            "their own, and would each get another database in memory."
        )
    return url.set(database=str(Path(name)))


def _postgres(url: URL) -> URL:
    """asyncpg knows libpq's ``sslmode`` as ``ssl``."""
    mode = url.query.get("sslmode")
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode}) if mode else url
