"""Bodies that share a server with each other, and with a database that is away or a caller who has a limit."""

import asyncio
import json
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conformance.drawing import draw
from tests.support.polling import poll_until
from tests.support.server import ServerProcess, running
from tests.support.wire import dialing
from tests.system.bulk.cases import chunk, head
from tests.system.client import Client

# The event waits again after each trigger.
COUNTER = draw(
    "start > Merge > Tick > Merge\nMerge: exclusiveGateway\nTick: intermediateCatchEvent message=tick\n", "counter"
)
CORRELATIONS = [f"c-{number}" for number in range(50)]
BODIES, LINES = 7, 250


def lines(count: int, *correlations: str) -> bytes:
    """Return the lines that trigger the events of the correlations in turn."""
    each = (
        {"processModelKey": "counter", "correlationId": correlations[number % len(correlations)], "eventId": "Tick"}
        for number in range(count)
    )
    return b"".join(json.dumps(fields).encode() + b"\n" for fields in each)


@pytest.fixture
def settings() -> dict[str, str]:
    """Return the settings of the server; a test may change them."""
    return {}


@pytest.fixture
def server(url: str, tmp_path: Path, settings: dict[str, str]) -> Iterator[ServerProcess]:
    """Yield a server on which the event of each correlation waits."""
    with running(ServerProcess(tmp_path, settings={"DATABASE_URL": url, **settings})) as server:
        asyncio.run(_start(server.address))
        yield server


async def _start(address: str) -> None:
    async with Client.of(address) as client:
        await client.deploy_and_start(COUNTER, "counter", "single", "small", *CORRELATIONS)


async def send(client: Client, body: bytes | AsyncIterator[bytes]) -> list[dict[str, Any]]:
    """Send a body, and return the answers."""
    response = await client.http.post("/events/trigger", content=body, headers={"Content-Type": "application/x-ndjson"})
    assert response.status_code == httpx.codes.OK
    return [json.loads(text) for text in response.text.splitlines()]


def kinds(answers: list[dict[str, Any]]) -> Counter[str]:
    """Return how often each outcome or error occurs."""
    return Counter(each["error"]["code"] if "error" in each else each["outcome"] for each in answers)


async def test_many_bodies_take_turns(server: ServerProcess) -> None:
    """A single trigger and a small body do not wait for the ends of large bodies, which go on until both are done."""
    are_done = asyncio.Event()
    sent: Counter[int] = Counter()

    async def go_on(number: int) -> AsyncIterator[bytes]:
        while not are_done.is_set():
            yield lines(20, *CORRELATIONS)
            sent[number] += 20
            await asyncio.sleep(0.05)

    async with Client.of(server.address) as client:
        large = [asyncio.create_task(send(client, go_on(number))) for number in range(BODIES)]
        await poll_until(lambda: len(sent) == BODIES)
        assert (await client.trigger("counter", "single", "Tick"))["__typename"] == "TriggerEventSuccess"
        assert kinds(await send(client, lines(3, "small"))) == {"TRIGGERED": 3}
        are_done.set()
        for number, answers in enumerate(await asyncio.gather(*large)):
            assert kinds(answers) == {"TRIGGERED": sent[number]}


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("settings", [{"DATABASE_TIMEOUT_SECONDS": "0.5"}])
async def test_a_database_that_is_away_for_a_while(server: ServerProcess) -> None:
    async with Client.of(server.address) as client:
        with closing(sqlite3.connect(server.folder / "test.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            sending = asyncio.create_task(send(client, lines(LINES, *CORRELATIONS)))
            while (await client.trigger("counter", "c-0", "Tick"))["__typename"] != "EngineUnavailableError":
                pass
            other.execute("ROLLBACK")
        answers = await sending
    assert kinds(answers) == {"TRIGGERED": LINES}
    assert [each["line"] for each in answers] == list(range(1, LINES + 1))


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("settings", [{"RATE_LIMIT_TRIGGERS": "60"}])
async def test_a_caller_with_a_rate_limit(server: ServerProcess) -> None:
    """The body goes on at the pace that the limit allows."""
    async with Client.of(server.address) as client:
        assert kinds(await send(client, lines(63, *CORRELATIONS))) == {"TRIGGERED": 63}


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("settings", [{"RATE_LIMIT_TRIGGERS": "2"}])
async def test_the_server_shuts_down_while_lines_wait(server: ServerProcess) -> None:
    """They would wait for half a minute each, and all of the body has arrived."""
    with dialing(server.address) as wire:
        wire.send(head(server.address), chunk(lines(5, *CORRELATIONS)), chunk(b""))
        assert wire.read_head().status == 200
        answers = wire.read_chunk()
        assert server.process is not None
        server.process.send_signal(signal.SIGTERM)
        while data := wire.read_chunk():
            answers += data
    results = [json.loads(text) for text in answers.splitlines()]
    assert kinds(results) == {"TRIGGERED": 2, "TOO_MANY_REQUESTS": 3}
    assert await asyncio.to_thread(server.stop) == 0
