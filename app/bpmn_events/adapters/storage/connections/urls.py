"""Parsing and checks of database URLs."""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}

# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS
_ROLES = ("any", "read-write", "read-only", "primary", "standby", "prefer-standby")

# https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# The parameters of asyncpg.connect that take a text.
_PARAMETERS = frozenset(
    {
        "gsslib",
        "host",
        "krbsrvname",
        "passfile",
        "port",
        "prepared_statement_cache_size",
        "service",
        "servicefile",
        "ssl",
        "sslmode",
        "target_session_attrs",
    }
)


class BadDatabaseUrl(ValueError):
    """The database URL cannot be used."""


def parse_database_url(text: str) -> URL:
    """Return the URL, with the name of the driver that the server uses.

    Raises:
        BadDatabaseUrl: The text is no URL, or it names another kind of database or an SQLite database without a file.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ValueError if the port is not a number
        raise BadDatabaseUrl("The database URL is not of the form sqlite:///FILE or postgresql://HOST/NAME.") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise BadDatabaseUrl(f"Databases of the kind {url.drivername!r} are not supported: use sqlite or postgresql.")
    url = url.set(drivername=driver)
    if driver.startswith("sqlite"):
        return _with_file(url)
    return _with_asyncpg_ssl(_with_valid_hosts(_with_known_parameters(url)))


def libpq_url(url: URL) -> str:
    """Return the URL of a PostgreSQL database in the form of PostgreSQL's own programs, without the password.

    They take several hosts before the path, and no driver (https://www.postgresql.org/docs/current/libpq-connect.html).
    """
    query = dict(url.query)
    named = query.pop("host", ())
    hosts = [named] if isinstance(named, str) else list(named)
    if mode := query.pop("ssl", None):
        query["sslmode"] = mode
    if hosts and not hosts[0].startswith("/"):
        address, hosts = ",".join(hosts), []
    else:  # one host, or the folder of a socket
        address = f"[{url.host}]" if ":" in (url.host or "") else url.host or ""
        address += f":{url.port}" if url.port else ""
    user = f"{quote(url.username, safe='')}@" if url.username else ""
    parameters = urlencode([*query.items(), *(("host", host) for host in hosts)], doseq=True)
    return f"postgresql://{user}{address}/{quote(url.database or '', safe='')}{'?' if parameters else ''}{parameters}"


def _with_file(url: URL) -> URL:
    name = url.database
    if not name or name.startswith(("file:", ":memory:")):
        raise BadDatabaseUrl(
            "SQLite needs a file, such as sqlite:///./data/bpmn-events.db: readers and the writer use connections of "
            "their own, and would each get another database in memory."
        )
    return url.set(database=str(Path(name)))


def _with_known_parameters(url: URL) -> URL:
    if unknown := sorted(url.query.keys() - _PARAMETERS):
        raise BadDatabaseUrl(
            f"The database URL takes no parameter {unknown[0]!r}, only {', '.join(sorted(_PARAMETERS))}. The variables "
            "PGSSLROOTCERT, PGSSLCERT and PGSSLKEY name the files for TLS."
        )
    return url


def _with_valid_hosts(url: URL) -> URL:
    """Return the URL if each of its hosts has a port, or none has, and the wanted role of the server exists."""
    dialect: Any = PGDialect_asyncpg
    try:
        dialect().create_connect_args(url)
    except ArgumentError as error:
        raise BadDatabaseUrl(f"The hosts of the database URL cannot be used: {error}.") from None
    role = url.query.get("target_session_attrs", _ROLES[0])
    if role not in _ROLES:
        raise BadDatabaseUrl(f"target_session_attrs of the database URL is one of {', '.join(_ROLES)}, not {role!r}.")
    return url


def _with_asyncpg_ssl(url: URL) -> URL:
    """Return the URL with libpq's parameter ``sslmode`` under the name that asyncpg uses, ``ssl``."""
    mode = url.query.get("sslmode")
    if (ssl := mode or url.query.get("ssl", _SSL_MODES[0])) not in _SSL_MODES:
        raise BadDatabaseUrl(f"ssl of the database URL is one of {', '.join(_SSL_MODES)}, not {ssl!r}.")
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode}) if mode else url
