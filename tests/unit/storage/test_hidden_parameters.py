"""No error of the database shows the parameters of its statement, which may be payloads."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from bpmn_events.adapters.storage.connections import engines

SQLITE, POSTGRES = make_url("sqlite:///data/file.db"), make_url("postgresql+asyncpg://localhost/bpmn")
ENGINES: dict[str, Callable[[], Any]] = {
    "sqlite reads": lambda: engines.sqlite_read_engine(SQLITE, 1, 1.0),
    "sqlite inline": lambda: engines.sqlite_inline_engine(SQLITE),
    "postgresql": lambda: engines.postgres_engine(POSTGRES, 1, 1.0),
    "postgresql reads": lambda: engines.postgres_read_engine(POSTGRES, 1, 1.0),
    "postgresql writes": lambda: engines.postgres_write_engine(POSTGRES, 1.0),
}


@pytest.mark.parametrize("make", ENGINES.values(), ids=ENGINES.keys())
def test_each_engine_hides_them(make: Callable[[], Any]) -> None:
    engine = make()
    assert getattr(engine, "sync_engine", engine).hide_parameters


def test_an_error_of_a_write_shows_none(tmp_path: Any) -> None:
    engine = engines.sqlite_write_engine(make_url(f"sqlite:///{tmp_path}/file.db"), 1.0)
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("SELECT :payload FROM nowhere"), {"payload": "a private value"})
    assert "a private value" not in str(caught.value)
