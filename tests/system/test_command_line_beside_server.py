"""The command line and a running server write to the same SQLite file: their work has one order."""

import asyncio
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.models import LISTENER, SIREN
from tests.support.polling import wait_until
from tests.support.server import PROGRAM, ServerProcess, running
from tests.system.client import Client


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path)) as running_server:
        yield running_server


async def call(server: ServerProcess, *arguments: str) -> None:
    """Run a command in the folder of the server."""

    def run() -> None:
        command = [str(PROGRAM), *arguments]
        subprocess.run(command, cwd=server.folder, env=server.environment, check=True, capture_output=True)

    await asyncio.to_thread(run)


async def heard(client: Client) -> Counter[str]:
    triggers = await client.list_triggers()
    return Counter(trigger["correlation"]["id"] for trigger in triggers if trigger["elementId"] == "hear")


async def test_signals_of_either_reach_what_waited_before(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(LISTENER, "listener", "server-1")
        await client.deploy_and_start(SIREN, "siren", "s-1", "s-2")
        await call(server, "start", "listener", "--correlation", "command-1")

        # The command throws the signal, and the server delivers it.
        await call(server, "trigger", "siren", "s-1", "go")
        await client.deploy_and_start(LISTENER, "listener", "server-2")
        expected = Counter({"server-1": 1, "command-1": 1})

        async def is_delivered() -> bool:
            return await heard(client) == expected

        await wait_until(is_delivered)

        # The server throws the signal.
        await call(server, "start", "listener", "--correlation", "command-2")
        await client.trigger("siren", "s-2", "go")
        await call(server, "start", "listener", "--correlation", "command-3")
        expected += Counter({"server-2": 1, "command-2": 1})
        await wait_until(is_delivered)
        waiting = await client.list_events(elementIds=["hear"])
        assert [event["correlation"]["id"] for event in waiting] == ["command-3"]


async def test_both_write_at_the_same_time(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(LISTENER, "listener")
        commands = [call(server, "start", "listener", "--correlation", f"command-{number}") for number in range(3)]
        requests = [client.deploy_and_start(LISTENER, "listener", f"server-{number}") for number in range(30)]
        await asyncio.gather(*commands, *requests)
        waiting = Counter(event["correlation"]["id"] for event in await client.list_events())
        assert waiting == Counter(
            [*(f"command-{number}" for number in range(3)), *(f"server-{number}" for number in range(30))]
        )
