"""Workers that end are replaced, also while the database is down; a worker that cannot start stops the server."""

import json
import os
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.polling import wait_until
from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running
from tests.system.client import Client

DOCUMENT = "{ __typename }"


@pytest.fixture
def product(postgres: PostgresServer, tmp_path: Path) -> Iterator[ServerProcess]:
    documents = tmp_path / "documents.json"
    documents.write_text(json.dumps({sha256(DOCUMENT.encode()).hexdigest(): DOCUMENT}))
    settings = {
        "DATABASE_URL": postgres.create_database(),
        "DATABASE_TIMEOUT_SECONDS": "1",
        "GRAPHQL_TRUSTED_DOCUMENTS": str(documents),
        "WORKERS": "2",
    }
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        yield server


def workers(server: ServerProcess) -> list[int]:
    """Return the ids of the workers. Another child of the parent keeps track of shared resources."""
    assert server.process is not None
    children = psutil.Process(server.process.pid).children()
    return [child.pid for child in children if "spawn_main" in " ".join(child.cmdline())]


def count_started(server: ServerProcess) -> int:
    return server.output.count("Started server process")


async def wait_until_started(server: ServerProcess, number: int) -> None:
    async def have_started() -> bool:
        return count_started(server) >= number

    await wait_until(have_started)


async def test_killed_workers_are_replaced_while_the_database_is_down(
    postgres: PostgresServer, product: ServerProcess
) -> None:
    await wait_until_started(product, 2)
    postgres.node.stop()
    for worker in workers(product):
        os.kill(worker, signal.SIGKILL)
    await wait_until_started(product, 4)
    async with Client.of(product.address) as client:

        async def is_alive() -> bool:
            try:
                return (await client.http.get("/healthz")).status_code == 200
            except httpx.TransportError:  # no worker listens yet
                return False

        async def is_ready() -> bool:
            return (await client.http.get("/readyz")).status_code == 200

        await wait_until(is_alive)
        assert not await is_ready()
        postgres.node.start()
        await wait_until(is_ready)
    assert "Traceback" not in product.output
    assert product.stop() == 0


async def test_worker_that_cannot_start_stops_the_server(product: ServerProcess) -> None:
    await wait_until_started(product, 2)
    (product.folder / "documents.json").unlink()
    os.kill(workers(product)[0], signal.SIGKILL)
    assert product.process is not None
    assert product.process.wait(120) == 1
    reasons = [line for line in product.output.splitlines() if "documents.json cannot be read" in line]
    assert len(reasons) == 1
    assert "Traceback" not in product.output
