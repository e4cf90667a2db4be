"""Only the owner can read the files with the data of cases, and the secret, even if the umask allows more."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpmn_events.adapters.auth.secret_file import load_or_create_secrets
from bpmn_events.adapters.storage.backup import back_up_sqlite
from bpmn_events.adapters.storage.database import open_database
from bpmn_events.adapters.storage.schema.migrate import migrate
from bpmn_events.application.ports.write_set import WriteSet
from bpmn_events.config import load_settings
from bpmn_events.database import warn_of_readers
from bpmn_events.domain.processes import Correlation
from tests.contract.storage.samples import NOW


@pytest.fixture(autouse=True)
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: f"{path.stat().st_mode & 0o777:o}" for path in folder.iterdir()}


async def write_to(url: str) -> dict[str, str]:
    """Write to the database. Return the modes of its files while it is open."""
    database = open_database(url)
    correlations = {"c-1": Correlation("c-1", NOW)}
    async with database.write_store.transaction() as transaction:
        await transaction.write(WriteSet(new_correlations=correlations))
    assert await database.read_store.correlations_by_id(["c-1"])
    found = modes(Path(url.removeprefix("sqlite:///")).parent)
    await database.close()
    return found


async def test_the_files_of_a_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/cases.db"
    await migrate(url)
    assert modes(tmp_path) == {"data": "700"}
    assert await write_to(url) == {"cases.db": "600", "cases.db-wal": "600", "cases.db-shm": "600"}


async def test_a_new_database_that_is_not_migrated_first(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/data/cases.db")
    async with database.write_store.transaction():
        pass
    assert set(modes(tmp_path / "data").values()) == {"600"}
    await database.close()


async def test_an_existing_file_keeps_its_mode_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "cases.db"
    file.touch(0o644)
    settings = load_settings(database_url=f"sqlite:///{file}")
    await migrate(settings.database_url)
    assert set((await write_to(f"sqlite:///{file}")).values()) == {"644"}
    with caplog.at_level(logging.WARNING):
        warn_of_readers(settings)
    assert caplog.messages == [f"Other users have access to {file} (mode 0644): chmod 600 {file}*"]
    caplog.clear()
    file.chmod(0o600)
    warn_of_readers(settings)
    warn_of_readers(load_settings(database_url="postgresql://nobody@nowhere/none"))
    assert caplog.messages == []


async def test_a_backup(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/cases.db"
    await migrate(url)
    seen: list[dict[str, str]] = []
    back_up_sqlite(url, tmp_path / "copy.db", lambda *_: seen.append(modes(tmp_path)))
    assert modes(tmp_path) == {"data": "700", "copy.db": "600"}
    # While it is written, it has another name, and SQLite may add a journal.
    assert all(mode == "600" and ".partial" in name for each in seen for name, mode in each.items() if name != "data")


def test_the_secret(tmp_path: Path) -> None:
    load_or_create_secrets(tmp_path / "data")
    assert modes(tmp_path) == {"data": "700"}
    assert modes(tmp_path / "data") == {"jwt-secret": "600"}
