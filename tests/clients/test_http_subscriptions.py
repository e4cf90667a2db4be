"""The usual clients of GraphQL subscribe over HTTP: graphql-sse and urql with event streams, Apollo with multipart."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest

from bpmn_events.adapters.auth.tokens import sign_token
from bpmn_events.domain.principal import Permission
from tests.api.tokens import SECRET, token
from tests.clients.commands import ROOT
from tests.clients.subscriber import CHANGES, Subscriber, resume_after_cuts, start, subscribing, wait_for_first
from tests.support.programs import require_program
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS

pytestmark = pytest.mark.timeout(600)  # the first time, the packages are installed

PROGRAM = ROOT / "tests" / "clients" / "subscriptions" / "over_http.mjs"
CLIENTS = ("graphql-sse", "apollo", "urql")
ENDS = {"graphql-sse": b"\n\n", "apollo": b"--graphql", "urql": b"\n\n"}


@pytest.fixture(scope="module")
def server(node_packages: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a server with short heartbeats, which clients must not take for payloads."""
    folder = tmp_path_factory.mktemp("server")
    with running(ServerProcess(folder, settings={"HEARTBEAT_SECONDS": "1"})) as server:
        yield server.keep_port()


def run_client(name: str, address: str, bearer: str, changes: int = CHANGES) -> AbstractAsyncContextManager[Subscriber]:
    """Run a client until it has received this number of changes."""
    return subscribing(require_program("node"), PROGRAM, name, address, bearer, str(changes))


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_client_resumes_after_a_cut(server: ServerProcess, name: str) -> None:
    subscriber, cuts = await resume_after_cuts(
        server, lambda address: run_client(name, address, token(subject=name)), name, ENDS[name]
    )
    assert subscriber.values("complete") in ([], [True] * cuts)


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_client_comes_back_to_a_server_that_was_restarted(server: ServerProcess, name: str) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps")
        async with run_client(name, server.address, token(subject=name), changes=1_000) as subscriber:
            await wait_for_first(client, subscriber, f"{name} restart")
            assert await asyncio.to_thread(server.stop) == 0
            await asyncio.to_thread(server.start)
            await start(client, f"resume {name} restarted")
            while await subscriber.read_until("change") != f"resume {name} restarted":
                pass
    is_told = name != "graphql-sse"  # which comes back by itself
    assert bool(subscriber.values("errors")) == is_told
    assert bool(subscriber.values("complete")) == (name == "apollo")


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_client_learns_that_its_token_has_expired(server: ServerProcess, name: str) -> None:
    bearer = sign_token(
        SECRET, subject=name, permissions=list(Permission), lanes=["*"], expires_in=timedelta(seconds=8)
    )
    async with run_client(name, server.address, bearer) as subscriber:
        (error,) = await subscriber.read_until("errors")
        assert "it has expired" in error["message"]
        assert error["code"] == "UNAUTHORIZED"
