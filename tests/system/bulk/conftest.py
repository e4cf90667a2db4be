"""A running server with short deadlines, and instances that wait."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.support.server import ServerProcess, running
from tests.system.bulk.cases import start_cases

CASES = 8
MAX_LINES = 80_000
SHUTDOWN_SECONDS = 30
SETTINGS = {
    "REQUEST_BODY_SECONDS": "1",
    "BULK_IDLE_SECONDS": "3",
    "WRITE_SECONDS": "1",
    "MAX_BODY_BYTES": "100000",
    "MAX_BULK_LINES": str(MAX_LINES),
    "SHUTDOWN_SECONDS": str(SHUTDOWN_SECONDS),
    "LOG_FORMAT": "json",
}


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a server on which cases wait: c-0, c-1, and so on."""
    with running(ServerProcess(tmp_path_factory.mktemp("server"), settings=SETTINGS)) as server:
        asyncio.run(start_cases(server.address, CASES))
        yield server.keep_port()
