"""A running server with short deadlines, and instances that wait."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.support.server import ServerProcess, running
from tests.system.bulk.cases import start_cases


@pytest.fixture
def server(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a server on which the cases c-0 to c-99 wait."""
    settings = {
        "DATABASE_URL": url,
        "REQUEST_BODY_SECONDS": "1",
        "BULK_IDLE_SECONDS": "3",
        "WRITE_SECONDS": "1",
        "MAX_BODY_BYTES": "100000",
        "SHUTDOWN_SECONDS": "30",
    }
    with running(ServerProcess(tmp_path_factory.mktemp("server"), settings=settings)) as server:
        asyncio.run(start_cases(server.address, 100))
        yield server.keep_port()
