"""A server whose database cannot be used: what its callers, its load balancer and its log get to see."""

import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.rest.client import trigger_path
from tests.support.databases.postgres_node import PostgresNode
from tests.support.polling import wait_until
from tests.support.postgres import PostgresServer
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS

ERROR = "__typename ... on Error { code message } ... on EngineUnavailableError { retryAfterSeconds outcomeUnknown }"
LIST = f"{{ waitingEvents {{ {ERROR} }} }}"
TRIGGER = f"mutation($input: TriggerEventInput!) {{ triggerEvent(input: $input) {{ {ERROR} }} }}"
UNAVAILABLE = {
    "__typename": "EngineUnavailableError",
    "code": "ENGINE_UNAVAILABLE",
    "message": "The database cannot be used at the moment: try again later.",
    "retryAfterSeconds": 1,
    "outcomeUnknown": False,
}
LIMIT = 32_768
INPUT = {"processModelKey": "two-steps", "correlationId": "c", "eventId": "first"}


@pytest.fixture
def product(postgres: PostgresServer, tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a running server on a new database of the test's own PostgreSQL."""
    settings = {"DATABASE_URL": postgres.create_database(), "DATABASE_TIMEOUT_SECONDS": "1.5"}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        yield server


def log_lines(server: ServerProcess) -> list[str]:
    """Return the lines of the server's log at the level of warnings and above, and those without a level."""
    return [line for line in server.output.splitlines() if " INFO " not in line]


async def is_ready(client: Client) -> bool:
    return (await client.http.get("/readyz")).status_code == 200


async def check_recovery(client: Client, server: ServerProcess) -> None:
    """Wait until the server is ready, and check that the log has one line for the outage and one for its end."""

    async def is_over() -> bool:
        return await is_ready(client) and len(log_lines(server)) > 1

    await wait_until(lambda: is_ready(client))
    assert [event["elementId"] for event in await client.list_events()] == ["first"]
    assert (await client.trigger("two-steps", "c", "first"))["__typename"] == "TriggerEventSuccess"
    await wait_until(is_over)
    started, ended = log_lines(server)
    assert " ERROR " in started
    assert "The database cannot be used: " in started
    assert " WARNING " in ended
    assert "The database can be used again, after " in ended


@pytest.mark.parametrize(
    ("begin", "end"), [(PostgresNode.stop, PostgresNode.start), (PostgresNode.silence, PostgresNode.resume)]
)
async def test_postgresql_stops_or_falls_silent(
    postgres: PostgresServer,
    product: ServerProcess,
    begin: Callable[[PostgresNode], None],
    end: Callable[[PostgresNode], None],
) -> None:
    async with Client.of(product.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c")
        await client.list_events()
        begin(postgres.node)
        for _ in range(2):
            assert await client.graphql(LIST) == UNAVAILABLE
            check_problem(await client.http.get("/correlations/c/events"))
            await check_writes(client)
            assert await failed_checks(client) >= {"database", "writing"}
        assert (await client.http.get("/healthz")).status_code == 200
        end(postgres.node)
        await check_recovery(client, product)


@pytest.fixture
def on_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a running server on an SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    settings = {"DATABASE_URL": "sqlite:///test.db", "DATABASE_TIMEOUT_SECONDS": "0.5"}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        yield server


async def test_another_process_locks_the_sqlite_file(on_sqlite: ServerProcess) -> None:
    async with Client.of(on_sqlite.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c")
        with closing(sqlite3.connect(on_sqlite.folder / "test.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await check_writes(client)
            assert "writing" in await failed_checks(client)
            assert [event["elementId"] for event in await client.list_events()] == ["first"]
        await check_recovery(client, on_sqlite)


async def test_the_disk_is_full(on_sqlite: ServerProcess) -> None:
    """The kernel lets the files of the server grow no more, except the log, which is smaller than the limit."""
    assert on_sqlite.process is not None
    async with Client.of(on_sqlite.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c")
        assert (on_sqlite.folder / "test.db-wal").stat().st_size > LIMIT
        unlimited = resource.prlimit(on_sqlite.process.pid, resource.RLIMIT_FSIZE, (LIMIT, resource.RLIM_INFINITY))
        await check_writes(client)
        assert [event["elementId"] for event in await client.list_events()] == ["first"]
        resource.prlimit(on_sqlite.process.pid, resource.RLIMIT_FSIZE, unlimited)
        await check_recovery(client, on_sqlite)


async def check_writes(client: Client) -> None:
    assert await client.graphql(TRIGGER, input=INPUT) == UNAVAILABLE
    check_problem(await client.http.post(trigger_path("two-steps", "c", "first")))


async def failed_checks(client: Client) -> set[str]:
    response = await client.http.get("/readyz")
    assert response.status_code == 503
    return {name for name, outcome in response.json()["checks"].items() if outcome == "failed"}


def check_problem(response: httpx.Response) -> None:
    problem: dict[str, Any] = response.json()
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert (problem["title"], problem["code"]) == ("The database or the engine cannot be used", "ENGINE_UNAVAILABLE")
    assert (problem["outcomeUnknown"], problem["retryAfterSeconds"]) == (False, 1)
