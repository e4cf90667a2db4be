"""Fixtures of all tests: databases of both kinds, copied from a migrated one, and the built distributions."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from bpmn_events.adapters.hosts.embedded.delivery import delivery
from bpmn_events.adapters.storage.schema.migrate import migrate
from tests.support.distributions import sdist, wheel
from tests.support.postgres import PostgresServer, postgres_server

__all__ = ["postgres_server", "sdist", "wheel"]

# An example may take long on a busy machine. In CI, Hypothesis tries the same examples in every run, except with the
# profile "long".
_NO_TIME_LIMITS: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("usual", **_NO_TIME_LIMITS)
settings.register_profile("long", settings.get_profile("default"), print_blob=True, **_NO_TIME_LIMITS)
settings.load_profile("usual")

_TOGETHER = ("tests/clients", "tests/system/installation")


class _ByFile(LoadFileScheduling):  # type: ignore[misc] # published without type information
    """Send the tests of a file to one worker, and those of a folder whose tests share files or an image."""

    def _split_scope(self, nodeid: str) -> str:
        folder = next((folder for folder in _TOGETHER if nodeid.startswith(f"{folder}/")), None)
        return folder or str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _ByFile:
    # The marker xdist_group would do this, but has no effect since pytest 9.2: pytest-dev/pytest-xdist#1386.
    return _ByFile(config, log)


@pytest.fixture(scope="session", autouse=True)
def unhurried_signals() -> Iterator[None]:
    """Let a signal reach a whole batch of receivers, although a busy machine may exceed the time budget of a batch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "BUDGET_SECONDS", 300)
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    url = postgres_server.create_database()
    asyncio.run(migrate(url))
    return url


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database without tables."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/empty.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a migrated, empty database."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        yield f"sqlite+aiosqlite:///{tmp_path}/test.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(request.getfixturevalue("postgres_template"))
    yield url
    server.drop_database(url)
