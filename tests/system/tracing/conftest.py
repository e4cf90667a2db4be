"""A traced server for all tests of a module."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.tracing.traced_server import TracedServer, new_trace_id, traced_server


@pytest.fixture(scope="module")
def traced(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TracedServer]:
    file = tmp_path_factory.mktemp("traced") / "test.db"
    shutil.copy(sqlite_template, file)
    with traced_server(f"sqlite+aiosqlite:///{file}") as server:
        yield server


@pytest.fixture
def trace_id() -> str:
    """Return the id of a new trace, which the requests of the test belong to."""
    return new_trace_id()
