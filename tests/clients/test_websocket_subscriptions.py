"""The usual clients of graphql-transport-ws: graphql-ws in JavaScript, which others build on, and gql in Python."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import pytest

from bpmn_events.adapters.auth.tokens import sign_token
from bpmn_events.domain.principal import Permission
from tests.api.tokens import SECRET, token
from tests.clients.commands import BUILD, ROOT
from tests.clients.subscriber import (
    CHANGES,
    Subscriber,
    assert_complete,
    resume_after_cuts,
    start,
    subscribing,
    wait_for_first,
)
from tests.support.pages import read_blocks
from tests.support.polling import poll_until
from tests.support.programs import require_program
from tests.support.server import ServerProcess, running
from tests.support.unreliable_proxy import unreliable_proxy
from tests.system.client import Client
from tests.system.models import TWO_STEPS

pytestmark = pytest.mark.timeout(600)  # the first time, the packages are installed

FOLDER = ROOT / "tests" / "clients" / "subscriptions"
PAGE = ROOT / "docs" / "websocket.md"
CLIENTS = ("graphql-ws", "gql")


@pytest.fixture(scope="module")
def server(node_packages: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path_factory.mktemp("server"))) as server:
        yield server.keep_port()


def run_client(
    name: str, address: str, *tokens: str, changes: int = CHANGES
) -> AbstractAsyncContextManager[Subscriber]:
    """Run a client, whose first connection takes the first token, and so on."""
    program = {
        "graphql-ws": (require_program("node"), FOLDER / "over_websocket.mjs"),
        "gql": (sys.executable, FOLDER / "over_websocket.py"),
    }[name]
    return subscribing(*program, address, str(changes), *tokens)


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_client_resumes_after_a_cut(server: ServerProcess, name: str) -> None:
    subscriber, cuts = await resume_after_cuts(
        server, lambda address: run_client(name, address, token(subject=name)), name, b"}}}}"
    )
    assert len(subscriber.values("closed")) == cuts


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_client_comes_back_with_a_new_token(server: ServerProcess, name: str) -> None:
    """The first token expires. The server closes the connection with 4403, and the client asks for another token."""
    short = sign_token(SECRET, subject=name, permissions=list(Permission), lanes=["*"], expires_in=timedelta(seconds=8))
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps")
        async with run_client(name, server.address, short, token(subject=name), changes=1_000) as subscriber:
            await wait_for_first(client, subscriber, f"{name} token")
            assert await subscriber.read_until("closed") == 4403
            assert subscriber.values("reason") == ["The token has expired"] or name == "gql"
            await start(client, *(f"resume {name} token later {number}" for number in range(3)))
            while await subscriber.read_until("change") != f"resume {name} token later 2":
                pass
            await assert_complete(client, subscriber, f"resume {name} token")


@pytest.mark.parametrize("name", CLIENTS)
async def test_a_client_comes_back_to_a_server_that_was_restarted(server: ServerProcess, name: str) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps")
        async with run_client(name, server.address, token(subject=name), changes=1_000) as subscriber:
            await wait_for_first(client, subscriber, f"{name} restart")
            assert await asyncio.to_thread(server.stop) == 0
            await asyncio.to_thread(server.start)
            await start(client, f"resume {name} restart over")
            while await subscriber.read_until("change") != f"resume {name} restart over":
                pass
            assert subscriber.values("closed")[0] == 1012
            await assert_complete(client, subscriber, f"resume {name} restart")


@pytest.fixture
def documented(node_packages: None) -> Path:
    """Return a program with the client of docs/websocket.md, which has less patience."""
    client, limited, *_ = (block.text for block in read_blocks(PAGE) if block.language == "js")
    module = limited + client
    for text, replacement in (
        ("'ws://127.0.0.1:8000/graphql'", "process.argv[2].replace('http', 'ws') + '/graphql'"),
        ("createClient({", "createClient({\n  webSocketImpl: LimitedWebSocket,"),
        ("token()", "process.argv[3]"),
        (" 40_000", " 4_000"),
        (" 10_000", " 2_000"),
    ):
        assert text in module
        module = module.replace(text, replacement)
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "documented.mjs").write_text(f"{module}export {{ client }}\n", "utf-8")
    return FOLDER / "documented.mjs"


async def test_the_documented_client_gives_up_connections_that_break_without_a_sign(
    documented: Path, tmp_path: Path
) -> None:
    """It gives up one with a subscription, and one that does not open, but not one that has only heartbeats."""
    with (
        running(ServerProcess(tmp_path, settings={"HEARTBEAT_SECONDS": "1"})) as server,
        unreliable_proxy(server.address) as proxy,
    ):
        async with (
            Client.of(server.address) as client,
            subscribing(require_program("node"), documented, proxy.address, token()) as subscriber,
        ):
            await client.deploy_and_start(TWO_STEPS, "two-steps")
            await wait_for_first(client, subscriber, "silence")
            await asyncio.sleep(6)
            assert proxy.connections == 1
            proxy.freeze()
            await start(client, "resume silence later")
            await poll_until(lambda: proxy.connections >= 3)
            proxy.thaw()
            while await subscriber.read_until("change") != "resume silence later":
                pass
            await assert_complete(client, subscriber, "resume silence")
