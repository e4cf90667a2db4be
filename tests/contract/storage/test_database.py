"""Database URLs and the set-up of connections."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bpmn_events.adapters.storage.connections.urls import BadDatabaseUrl, parse_database_url
from bpmn_events.adapters.storage.database import open_database
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.processes import Correlation
from tests.contract.storage.samples import NOW


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("sqlite:///data/x.db", "sqlite+aiosqlite:///data/x.db"),
        ("sqlite+aiosqlite:///./data/x.db", "sqlite+aiosqlite:///data/x.db"),
        ("sqlite:////var/x.db", "sqlite+aiosqlite:////var/x.db"),
        ("postgres://ada@db/events", "postgresql+asyncpg://ada@db/events"),
        ("postgresql://ada@db:5433/events", "postgresql+asyncpg://ada@db:5433/events"),
        ("postgresql+asyncpg://db/events?sslmode=require", "postgresql+asyncpg://db/events?ssl=require"),
        (
            "postgresql://ada@/events?host=a:5432&host=b:5433&target_session_attrs=read-write",
            "postgresql+asyncpg://ada@/events?host=a%3A5432&host=b%3A5433&target_session_attrs=read-write",
        ),
    ],
)
def test_valid_database_urls(text: str, url: str) -> None:
    assert parse_database_url(text).render_as_string(hide_password=False) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///file:x?mode=memory&uri=true", "needs a file"),
        ("mysql://ada:secret@db/events", "'mysql' are not supported"),
        ("postgresql+psycopg://db/events", "not supported"),
        ("data/x.db", "not of the form"),
        ("postgresql://ada:secret@db:port/events", "not of the form"),
        ("", "not of the form"),
    ],
)
def test_invalid_database_urls(text: str, reason: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=reason) as caught:
        parse_database_url(text)
    assert "secret" not in str(caught.value)


async def test_a_new_sqlite_file_in_a_new_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/deep/x.db"
    await migrate(url)
    opened = open_database(url)
    async with opened.write_store.transaction() as transaction:
        await transaction.write(WriteSet(new_correlations={"c": Correlation("c", NOW)}))
    await opened.close()
    assert [file.name for file in (tmp_path / "new/deep").iterdir()] == ["x.db"]
    reopened = open_database(url)
    assert list(await reopened.read_store.correlations_by_id(["c"])) == ["c"]
    await reopened.close()


async def test_readers_of_an_sqlite_file_cannot_write_and_commits_are_durable(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    await migrate(url)
    opened = open_database(url)
    for inline in (False, True):
        with pytest.raises(EngineUnavailable) as caught:
            await opened.connections.fetch(text("DELETE FROM correlations"), inline=inline)
        assert "readonly" in str(caught.value.__cause__)
    async with opened.write_store.transaction() as transaction:
        settings = [
            (await transaction._connection.fetch(text(f"PRAGMA {name}")))[0][0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]  # 2 is FULL
    await opened.close()
