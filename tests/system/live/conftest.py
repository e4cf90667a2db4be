"""A server process that the tests of a module share."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.server import ServerProcess, running
from tests.system.client import Client


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a running server with SQLite and the default settings."""
    with running(ServerProcess(tmp_path_factory.mktemp("shared"))) as server:
        yield server


@pytest.fixture
async def client(shared: ServerProcess) -> AsyncIterator[Client]:
    """Yield a client of the shared server."""
    async with Client.of(shared.address) as client:
        yield client
