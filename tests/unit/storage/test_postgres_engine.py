"""The connection parameters of PostgreSQL engines."""

import socket
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from bpmn_events.adapters.storage.connections.engines import postgres_engine
from bpmn_events.adapters.storage.connections.postgres_hosts import PostgresHosts
from bpmn_events.adapters.storage.connections.urls import BadDatabaseUrl, parse_database_url
from tests.support.postgres import PostgresServer

ONE = "postgresql://ada:secret@db:5433/events"
SEVERAL = "postgresql+asyncpg://ada@/events?host=a:5432&host=b:5433&target_session_attrs=read-write"


def connect_arguments(url: str, **options: Any) -> dict[str, Any]:
    """Return the arguments with which the engine calls the driver."""
    engine = postgres_engine(parse_database_url(url), 1, 4.0, **options)
    arguments: dict[str, Any] = {}

    def record(_dialect: object, _record: object, _args: object, kwargs: dict[str, Any]) -> None:
        arguments.update(kwargs)
        raise ConnectionRefusedError

    event.listen(engine.sync_engine, "do_connect", record)
    try:
        engine.sync_engine.raw_connection()
    except ConnectionRefusedError:
        return arguments
    raise AssertionError("the engine did not connect")


def test_every_time_follows_from_one_setting() -> None:
    arguments = connect_arguments(ONE)
    settings = arguments["server_settings"]
    assert arguments["command_timeout"] == pytest.approx(4.4)
    assert (settings["statement_timeout"], settings["lock_timeout"]) == ("4000", "1600")
    assert settings["tcp_user_timeout"] == "4000"
    assert settings["idle_in_transaction_session_timeout"] == "40000"
    assert settings["tcp_keepalives_idle"] == "4"
    pool = postgres_engine(parse_database_url(ONE), 1, 4.0).sync_engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.timeout() == pytest.approx(3.6)


def test_migrations_take_as_long_as_they_need() -> None:
    arguments = connect_arguments(ONE, statement_timeouts=False)
    assert "command_timeout" not in arguments
    assert [name for name in arguments["server_settings"] if "timeout" in name] == []


def test_one_host() -> None:
    arguments = connect_arguments(ONE)
    assert (arguments["host"], arguments["port"], arguments["database"]) == ("db", 5433, "events")


def test_several_hosts() -> None:
    arguments = connect_arguments(SEVERAL)
    assert (arguments["host"], arguments["port"]) == (["a", "b"], [5432, 5433])
    assert (arguments["user"], arguments["database"]) == ("ada", "events")
    assert arguments["target_session_attrs"] == "read-write"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("host=a&host=b:5433", "hosts of the database URL cannot be used"),
        (
            "host=a:5432&host=b:5433&target_session_attrs=bogus",
            "target_session_attrs of the database URL is one of any,",
        ),
    ],
)
def test_hosts_that_cannot_be_used_are_refused(query: str, reason: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=reason):
        parse_database_url(f"postgresql://ada@/events?{query}")


async def test_all_hosts_share_the_time_and_the_last_one_that_worked_comes_first(
    postgres_server: PostgresServer,
) -> None:
    """The first two hosts accept connections, and do not respond."""
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as first,
        closing(socket.create_server(("127.0.0.1", 0))) as other,
    ):
        ports = [first.getsockname()[1], other.getsockname()[1], postgres_server.port]
        options: dict[str, Any] = {"host": ["127.0.0.1"] * 3, "user": "postgres", "database": "postgres"}
        hosts = PostgresHosts(1.5)
        for _ in range(2):
            connection = await hosts.connect(port=list(ports), **options | {"host": list(options["host"])})
            assert await connection.fetchval("SELECT 1") == 1
            await connection.close()
        first.settimeout(1)
        first.accept()[0].close()
        with pytest.raises(TimeoutError):  # the second connection did not try it
            first.accept()
