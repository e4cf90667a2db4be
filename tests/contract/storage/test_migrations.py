"""Migrations: they create the declared tables, and refuse databases of other versions."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bpmn_events.adapters.storage.database import Database, open_database
from bpmn_events.adapters.storage.schema.migrate import is_current, migrate
from bpmn_events.adapters.storage.schema.revisions import MIGRATIONS, MigrationsPending, UnknownRevision, head_revision
from bpmn_events.adapters.storage.schema.tables import metadata
from bpmn_events.domain.errors import EngineUnavailable
from bpmn_events.domain.filters import WaitingEventFilter, WaitingEventQuery
from bpmn_events.domain.pages import PageRequest
from tests.contract.storage.samples import ALL_LANES, World


def is_declared(_object: object, name: str | None, *_: object) -> bool:
    """Return False for the search indexes, which are tables on SQLite and cannot be declared with SQLAlchemy."""
    return "_search" not in (name or "")


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_declared})
    return list(compare_metadata(context, metadata))


def table_names(connection: Connection) -> list[str]:
    return [name for name in inspect(connection).get_table_names() if is_declared(None, name)]


async def test_the_migrated_tables_are_the_declared_ones(database: Database) -> None:
    assert await database.connections.run(differences) == []
    assert set(await database.connections.run(table_names)) == {*metadata.tables, "alembic_version"}


def test_the_head_revision_is_that_of_alembic() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [head_revision()]


async def test_downgrade_to_base_and_upgrade_again(url: str) -> None:
    await migrate(url, "base")
    opened = open_database(url)
    assert await opened.connections.run(lambda connection: inspect(connection).get_table_names()) == ["alembic_version"]
    assert not await is_current(opened.connections)
    await migrate(url)
    assert await is_current(opened.connections)
    await opened.close()


async def test_an_unknown_revision_changes_nothing(url: str) -> None:
    opened = open_database(url)
    async with opened.write_store.transaction() as transaction:
        await transaction._connection.run(text("UPDATE alembic_version SET version_num = '9999'"), {})
    for revision in ("head", "base"):
        with pytest.raises(UnknownRevision, match=r"at revision 9999, .* a newer one"):
            await migrate(url, revision)
    assert not await is_current(opened.connections)
    assert {*metadata.tables} <= set(await opened.connections.run(table_names))
    await opened.close()


async def test_several_processes_migrate_at_once(empty_url: str) -> None:
    await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    opened = open_database(empty_url)
    await opened.read_store.ping()
    await opened.close()


async def test_a_database_without_tables_is_not_ready(empty_url: str) -> None:
    await migrate(empty_url, "base")
    opened = open_database(empty_url)
    with pytest.raises(MigrationsPending, match="bpmn-events migrate"):
        await opened.read_store.ping()
    await opened.close()


async def test_a_migrated_database_is_ready(database: Database) -> None:
    await database.read_store.ping()


async def test_a_server_that_is_not_there_is_not_ready() -> None:
    opened = open_database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(EngineUnavailable):
        await opened.read_store.ping()
    await opened.close()


async def test_an_sqlite_file_that_cannot_be_opened_is_not_ready(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path}")
    with pytest.raises(EngineUnavailable):
        await opened.read_store.ping()
    await opened.close()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_search_without_the_trigram_extension_of_postgresql(
    empty_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    administrator = await asyncpg.connect(empty_url.replace("+asyncpg", ""))
    await administrator.execute(
        "DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN; GRANT ALL ON SCHEMA public TO guest"
    )
    guest_url = empty_url.replace("postgres@", "guest@")
    await migrate(guest_url)
    assert "pg_trgm cannot be created" in caplog.text
    opened = open_database(guest_url)
    world = World(opened)
    (event,) = await world.add_events("order", "ORDER-7")
    await world.add_events("order", "ORDER-8", element_id="late", name="Too late")
    for words in ("order-7", "payment R"):
        query = WaitingEventQuery(PageRequest(), WaitingEventFilter(search=words))
        assert (await opened.read_store.waiting_events(query, ALL_LANES)).items == (event,)
    await opened.close()
    await administrator.execute("DROP OWNED BY guest; DROP ROLE guest")
    await administrator.close()
