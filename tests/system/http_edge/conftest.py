"""A running server with default settings and one waiting event, for all tests of the folder."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path_factory.mktemp("edge"))) as server:
        asyncio.run(start_case(server.address))
        yield server


@pytest.fixture(scope="module")
def address(server: ServerProcess) -> str:
    return server.address


async def start_case(address: str) -> None:
    """Start a case in the correlation ``c-1`` that waits at ``first``."""
    async with Client.of(address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
