"""Tickets open one stream each, at whichever server of the database, and say nothing to whoever reads the logs."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bpmn_events.adapters.auth.tokens import sign_token
from bpmn_events.domain.principal import Permission
from tests.api.tokens import SECRET, token
from tests.conformance.drawing import draw
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.live.event_stream import watching

READER = token([Permission.EVENTS_READ], [], "reader")
MODEL = draw("start > wait > end\nwait: receiveTask message=m", "p")
CHANGES = "/events/changes"


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    settings = {"DATABASE_URL": url, "TICKET_SECONDS": "600", "LOG_LEVEL": "debug"}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        yield server


async def issue(server: ServerProcess, credential: str = READER) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
        response = await client.post("/events/tickets", headers={"Authorization": f"Bearer {credential}"})
        assert (response.status_code, response.headers["cache-control"]) == (201, "no-store"), response.text
        document: dict[str, Any] = response.json()
        return document


async def use(server: ServerProcess, ticket: str, path: str = CHANGES, **headers: str) -> int:
    """Return the status of the response to a request with the ticket."""
    async with (
        httpx.AsyncClient(base_url=server.address, timeout=60) as client,
        client.stream("GET", path, params={"ticket": ticket}, headers=headers) as response,
    ):
        if response.status_code == 401:
            assert response.headers["content-type"] == "application/problem+json"
            assert "www-authenticate" in response.headers
        return response.status_code


async def test_a_ticket_opens_one_stream(server: ServerProcess) -> None:
    ticket = (await issue(server))["ticket"]
    async with (
        Client.of(server.address) as client,
        watching(server.address, f"/correlations/c-1/events/changes?ticket={ticket}", "") as stream,
    ):
        await stream.next()
        assert await use(server, ticket) == 401
        await client.deploy_and_start(MODEL, "p", "c-1")
        added = await stream.next()
        assert (added.change, added.data["viewerCanTrigger"]) == (("added", "wait"), False)
    assert ticket not in server.output
    assert "principal=reader" in server.output


async def test_it_survives_a_restart_but_no_second_use(server: ServerProcess) -> None:
    used, unused = (await issue(server))["ticket"], (await issue(server))["ticket"]
    assert used != unused
    assert await use(server, used) == 200
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    assert [await use(server, ticket) for ticket in (used, unused, unused)] == [401, 200, 401]


async def test_one_of_many_uses_at_the_same_time_succeeds(server: ServerProcess) -> None:
    for _ in range(3):
        ticket = (await issue(server))["ticket"]
        statuses = await asyncio.gather(*(use(server, ticket) for _ in range(10)))
        assert sorted(statuses) == [200] + [401] * 9


async def test_it_is_one_ticket_for_all_servers(two_servers: tuple[ServerProcess, ServerProcess]) -> None:
    first, second = two_servers
    for _ in range(3):
        ticket = (await issue(first))["ticket"]
        statuses = await asyncio.gather(*(use(server, ticket) for server in (first, second) * 5))
        assert sorted(statuses) == [200] + [401] * 9
    assert await use(second, (await issue(first))["ticket"]) == 200


async def test_it_expires(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path, settings={"TICKET_SECONDS": "1"})) as server:
        ticket = (await issue(server))["ticket"]
        await asyncio.sleep(1.1)
        assert await use(server, ticket) == 401


async def test_it_ends_with_the_token_that_it_stands_for(server: ServerProcess) -> None:
    permissions, lifetime = [Permission.EVENTS_READ], timedelta(seconds=6)
    credential = sign_token(SECRET, subject="reader", permissions=permissions, lanes=[], expires_in=lifetime)
    used, unused = (await issue(server, credential))["ticket"], (await issue(server, credential))["ticket"]
    async with watching(server.address, f"{CHANGES}?ticket={used}", "") as stream:
        await stream.next()
        assert await stream.is_at_end()
    assert await use(server, unused) == 401


async def test_it_is_worth_nothing_elsewhere(shared: ServerProcess) -> None:
    ticket = (await issue(shared))["ticket"]
    async with httpx.AsyncClient(base_url=shared.address, params={"ticket": ticket}) as client:
        for path in ("/correlations/order-1001/events", "/process_models/order/correlations/order-1001/events"):
            assert (await client.get(path)).status_code == 401
            assert (await client.get(path, headers={"Authorization": f"Bearer {ticket}"})).status_code == 401
        assert (await client.post("/events/tickets")).status_code == 401
        query = {"query": "{ viewer { ... on UnauthorizedError { message } ... on Viewer { subject } } }"}
        assert "subject" not in (await client.post("/graphql", json=query)).text
    # A request that is refused for another reason costs no ticket, and one with two credentials is refused.
    async with httpx.AsyncClient(base_url=shared.address) as client:
        assert (await client.get(CHANGES, params={"ticket": ticket, "lanes": "x"})).status_code == 400
        assert (await client.get(f"{CHANGES}?ticket={ticket}&ticket={ticket}")).status_code == 400
        for mistake in ({"after": "x"}, {"due_before": "today"}, {"event_type": "x"}):
            assert (await client.get(CHANGES, params={"ticket": ticket, **mistake})).status_code == 400
        assert await use(shared, ticket, **{"Last-Event-ID": "x"}) == 400
        assert await use(shared, ticket, Accept="application/json") == 406
        assert await use(shared, ticket, "/correlations/%FF/events/changes") == 400
    assert await use(shared, ticket, Authorization=f"Bearer {READER}") == 401
    assert await use(shared, ticket) == 200


@pytest.mark.parametrize("ticket", ["", "x", "A" * 43, "A" * 8000, "ü" * 43, "A" * 42 + "\n", "%00", READER])
async def test_whatever_else_is_no_ticket(shared: ServerProcess, ticket: str) -> None:
    assert await use(shared, ticket) in (401, 414)


async def test_a_ticket_needs_the_permission_to_read_events(shared: ServerProcess) -> None:
    async with httpx.AsyncClient(base_url=shared.address) as client:
        assert (await client.post("/events/tickets")).status_code == 401
        headers = {"Authorization": f"Bearer {token([Permission.EVENTS_TRIGGER])}"}
        problem = (await client.post("/events/tickets", headers=headers)).json()
        assert (problem["code"], problem["requiredPermission"]) == ("FORBIDDEN", "events:read")


async def test_both_requests_count_for_the_rate_limit_of_the_caller(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path, settings={"RATE_LIMIT_REQUESTS": "4"})) as server:
        ticket = (await issue(server))["ticket"]
        async with watching(server.address, f"{CHANGES}?ticket={ticket}", "") as stream:
            assert stream.response.headers["ratelimit"].startswith('"requests";r=2;')
        last = (await issue(server))["ticket"]
        await issue(server)
        assert await use(server, last) == 429


async def test_mistakes_beside_a_ticket_count_for_the_rate_limit_of_the_address(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path, settings={"RATE_LIMIT_REQUESTS": "3"})) as server:
        statuses = [
            await use(server, "x", **{"Last-Event-ID": "x"}),
            await use(server, "x", Authorization=f"Bearer {READER}"),
            await use(server, "x"),
            await use(server, "x", Accept="application/json"),
        ]
    assert statuses == [400, 401, 401, 429]
