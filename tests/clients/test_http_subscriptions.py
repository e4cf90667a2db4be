"""The usual clients of GraphQL subscribe over HTTP: graphql-sse and urql with event streams, Apollo with multipart."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from bpmn_events.adapters.auth.tokens import sign_token
from bpmn_events.domain.principal import Permission
from tests.api.tokens import SECRET, token
from tests.clients.commands import ROOT
from tests.support.cutting_proxy import CuttingProxy, cutting
from tests.support.programs import require_program
from tests.support.server import ServerProcess, running
from tests.system.client import START, Client
from tests.system.models import TWO_STEPS

pytestmark = pytest.mark.timeout(600)  # the first time, the packages are installed

PROGRAM = ROOT / "tests" / "clients" / "subscriptions" / "over_http.mjs"
CLIENTS = ("graphql-sse", "apollo", "urql")
ENDS = {"graphql-sse": b"\n\n", "apollo": b"--graphql", "urql": b"\n\n"}
COUNT = 12
_PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def server(node_packages: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a server with short heartbeats, which clients must not take for payloads."""
    folder = tmp_path_factory.mktemp("server")
    with running(ServerProcess(folder, settings={"HEARTBEAT_SECONDS": "1"})) as server:
        yield server.keep_port()


@dataclass
class Subscriber:
    """A running client, which has written its first line.

    Attributes:
        lines: Its output so far.
    """

    process: Process
    lines: list[dict[str, Any]] = field(default_factory=list)

    async def read(self) -> dict[str, Any] | None:
        """Return the next line; None at the end of the program."""
        assert self.process.stdout is not None
        text = await asyncio.wait_for(self.process.stdout.readline(), _PATIENCE_SECONDS)
        if not text:
            return None
        self.lines.append(json.loads(text))
        return self.lines[-1]

    async def read_until(self, name: str) -> Any:
        """Return the next value of this name."""
        while (line := await self.read()) is not None:
            if name in line:
                return line[name]
        raise AssertionError(self.lines)

    def values(self, name: str) -> list[Any]:
        return [line[name] for line in self.lines if name in line]


@asynccontextmanager
async def subscribing(client: str, address: str, bearer: str, changes: int = COUNT) -> AsyncIterator[Subscriber]:
    process = await asyncio.create_subprocess_exec(
        require_program("node"), PROGRAM, client, address, bearer, str(changes), stdout=PIPE
    )
    try:
        yield Subscriber(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def start(client: Client, *correlations: str) -> None:
    for correlation in correlations:
        result = await client.graphql(START, input={"processModelKey": "two-steps", "correlationId": correlation})
        assert result["__typename"] == "StartProcessInstanceSuccess", result


async def wait_for_first(client: Client, subscriber: Subscriber, marker: str) -> None:
    """Start instances until the subscriber receives one of them."""
    reading = asyncio.create_task(subscriber.read_until("change"))
    for number in count():
        await start(client, f"resume {marker} {number}")
        done, _ = await asyncio.wait((reading,), timeout=0.5)
        if done:
            return


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_client_resumes_after_a_cut(server: ServerProcess, name: str) -> None:
    """The connection is cut after every five changes. No change is missed, and none comes twice."""
    proxy = CuttingProxy(server.address, marker=b'"cursor":', end=ENDS[name], messages=5)
    async with Client.of(server.address) as client, cutting(proxy):
        await client.deploy_and_start(TWO_STEPS, "two-steps")
        async with subscribing(name, proxy.address, token(subject=name)) as subscriber:
            await wait_for_first(client, subscriber, name)
            await start(client, *(f"resume {name} after {number}" for number in range(COUNT)))
            while await subscriber.read() is not None:
                pass
            changes = subscriber.values("change")
            assert len(changes) == COUNT
            listed = [event["correlation"]["id"] for event in await client.list_events(search=f"resume {name}")]
            first = listed.index(changes[0])
            assert changes == listed[first : first + COUNT]
    assert proxy.cuts == COUNT // 5
    assert subscriber.values("complete") in ([], [True] * proxy.cuts)


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_client_comes_back_to_a_server_that_was_restarted(server: ServerProcess, name: str) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps")
        async with subscribing(name, server.address, token(subject=name), changes=1_000) as subscriber:
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
    async with subscribing(name, server.address, bearer) as subscriber:
        (error,) = await subscriber.read_until("errors")
        assert "it has expired" in error["message"]
        assert error["code"] == "UNAUTHORIZED"
