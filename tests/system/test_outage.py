"""A server whose PostgreSQL stops or falls silent: what its callers, its load balancer and its log get to see."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.rest.client import trigger_path
from tests.support.own_postgres import OwnPostgres, own_postgres
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
INPUT = {"processModelKey": "two-steps", "correlationId": "c", "eventId": "first"}


@pytest.fixture(scope="module")
def postgres(postgres_server: PostgresServer) -> Iterator[OwnPostgres]:
    with own_postgres(postgres_server.programs) as own:
        yield own


@pytest.fixture
def product(postgres: OwnPostgres, tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a running server on a new database of the test's own PostgreSQL."""
    settings = {"DATABASE_URL": postgres.server.create_database()}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        yield server


def log_lines(server: ServerProcess) -> list[str]:
    """Return the lines of the server's log at the level of warnings and above, and those without a level."""
    return [line for line in server.output.splitlines() if " INFO " not in line]


async def is_ready(client: Client) -> bool:
    return (await client.http.get("/readyz")).status_code == 200


@pytest.mark.parametrize(
    ("begin", "end"), [(OwnPostgres.stop, OwnPostgres.start), (OwnPostgres.silence, OwnPostgres.wake)]
)
async def test_an_outage_is_answered_in_every_way_and_ends_by_itself(
    postgres: OwnPostgres,
    product: ServerProcess,
    begin: Callable[[OwnPostgres], None],
    end: Callable[[OwnPostgres], None],
) -> None:
    async with Client.of(product.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", "c")
        await client.list_events()
        begin(postgres)
        for _ in range(2):
            await check_outage(client)
        end(postgres)
        await wait_until(lambda: is_ready(client))
        assert [event["elementId"] for event in await client.list_events()] == ["first"]
        assert (await client.trigger("two-steps", "c", "first"))["__typename"] == "TriggerEventSuccess"

        async def is_over() -> bool:
            return await is_ready(client) and len(log_lines(product)) > 1

        await wait_until(is_over)
    started, ended = log_lines(product)
    assert " ERROR " in started
    assert "The database cannot be used: " in started
    assert " WARNING " in ended
    assert "The database can be used again, after " in ended


async def check_outage(client: Client) -> None:
    assert await client.graphql(LIST) == UNAVAILABLE
    assert await client.graphql(TRIGGER, input=INPUT) == UNAVAILABLE
    for response in (
        await client.http.get("/correlations/c/events"),
        await client.http.post(trigger_path("two-steps", "c", "first")),
    ):
        check_problem(response)
    readiness = await client.http.get("/readyz")
    checks = readiness.json()["checks"]
    assert (readiness.status_code, checks["database"], checks["writing"]) == (503, "failed", "failed")
    assert (await client.http.get("/healthz")).status_code == 200


def check_problem(response: httpx.Response) -> None:
    problem: dict[str, Any] = response.json()
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert (problem["title"], problem["code"]) == ("The database or the engine cannot be used", "ENGINE_UNAVAILABLE")
    assert (problem["outcomeUnknown"], problem["retryAfterSeconds"]) == (False, 1)
