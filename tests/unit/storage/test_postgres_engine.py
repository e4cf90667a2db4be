"""The connection parameters of PostgreSQL engines."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from bpmn_events.adapters.storage.connections.engines import postgres_engine
from bpmn_events.adapters.storage.connections.urls import parse_database_url

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
    assert (arguments["timeout"], arguments["command_timeout"]) == (2, pytest.approx(4.4))
    assert (settings["statement_timeout"], settings["lock_timeout"]) == ("4000", "2400")
    assert settings["tcp_user_timeout"] == "4000"
    assert settings["idle_in_transaction_session_timeout"] == "40000"
    assert settings["tcp_keepalives_idle"] == "4"
    pool = postgres_engine(parse_database_url(ONE), 1, 4.0).sync_engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.timeout() == 4


def test_migrations_take_as_long_as_they_need() -> None:
    arguments = connect_arguments(ONE, statement_timeouts=False)
    assert arguments["timeout"] == 2
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
