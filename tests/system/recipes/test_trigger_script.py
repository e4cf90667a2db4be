"""docs/recipes/trigger.sh triggers an event once, whatever fails."""

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.tokens import token
from tests.support.programs import require_program
from tests.support.server import ServerProcess, running
from tests.support.unreliable_proxy import Messages, unreliable_proxy
from tests.system.client import Client
from tests.system.models import TWO_STEPS

SCRIPT = Path(__file__).parents[3] / "docs" / "recipes" / "trigger.sh"
CORRELATION = "näme / 1'\"%?"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a server with an instance that waits at "first"."""
    with running(ServerProcess(tmp_path)) as server:
        asyncio.run(_start(server.address))
        yield server.keep_port()


async def _start(address: str) -> None:
    async with Client.of(address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", CORRELATION)


def run(address: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    require_program("curl")
    environment = {**os.environ, "BPMN_EVENTS_URL": address, "BPMN_EVENTS_TOKEN": token()}
    return subprocess.run(
        ["sh", str(SCRIPT), *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def trigger(address: str, event: str = "first", *optional: str) -> subprocess.CompletedProcess[str]:
    return run(address, "two-steps", CORRELATION, event, *optional)


def test_it_can_be_run_again(server: ServerProcess) -> None:
    payload = json.dumps({"text": "ä 'quoted' \"text\"\n$HOME"})
    first, second = trigger(server.address, "first", payload), trigger(server.address, "first", payload)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    document = json.loads(first.stdout)
    assert document["replayed"] is False
    assert document["trigger"]["payload"] == json.loads(payload)
    assert json.loads(second.stdout) == {**document, "replayed": True}


def test_the_answer_is_lost(server: ServerProcess) -> None:
    """The event is triggered, but the script gets only the beginning of the answer at first."""
    beginning = Messages(1, marker=b"HTTP/1.1 200", end=b"\r\n")
    with unreliable_proxy(server.address, beginning, max_cuts=1) as proxy:
        done = trigger(proxy.address)
        assert proxy.cuts == 1
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["replayed"] is True


def test_the_server_starts_later(server: ServerProcess) -> None:
    server.kill()
    with subprocess.Popen(
        ["sh", str(SCRIPT), "two-steps", CORRELATION, "first"],
        env={**os.environ, "BPMN_EVENTS_URL": server.address, "BPMN_EVENTS_TOKEN": token()},
        stdout=subprocess.PIPE,
    ) as process:
        server.start()
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert json.loads(output)["replayed"] is False


def test_two_at_once_trigger_once(server: ServerProcess) -> None:
    async def both() -> list[subprocess.CompletedProcess[str]]:
        return await asyncio.gather(*(asyncio.to_thread(trigger, server.address) for _ in range(2)))

    documents = [json.loads(done.stdout) for done in asyncio.run(both())]
    assert sorted(document["replayed"] for document in documents) == [False, True]


def test_a_refusal_is_not_tried_again(server: ServerProcess) -> None:
    refused = trigger(server.address, "second")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert json.loads(refused.stderr)["code"] == "EVENT_NOT_FOUND"
    assert trigger(server.address, "first", "{").returncode == 1
    assert trigger(server.address, "first", "", "key").returncode == 0
    other = trigger(server.address, "second", "", "key")  # which belongs to another request
    assert json.loads(other.stderr)["code"] == "CONFLICT"


def test_arguments_are_missing(server: ServerProcess) -> None:
    assert run(server.address, "two-steps").returncode not in (0, 1)
    assert run(server.address).returncode not in (0, 1)
