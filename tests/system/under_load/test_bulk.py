"""Many triggers in one body, while the server is killed with -9: nothing is lost or done twice, in bounded memory.

``.ci/long bulk`` sends the 100,000 lines that a body can have.
"""

import asyncio
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.api.tokens import token
from tests.conformance.drawing import draw
from tests.support.polling import poll_until
from tests.support.programs import require_program
from tests.support.server import ServerProcess, running
from tests.system.client import Client

LINES = int(os.environ.get("BULK_LINES", "4000"))
CORRELATIONS = 40 if LINES < 10_000 else 1_000
MAX_BYTES = 150_000_000  # by which the server may grow
MODEL = draw(
    """
    start > Merge > Again > Merge
    Merge: exclusiveGateway
    Again: intermediateCatchEvent message=again
    """,
    "counter",
)


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path, settings={"DATABASE_URL": url})) as server:
        yield server.keep_port()


def write_lines(file: Path) -> None:
    with gzip.open(file, "wt") as text:
        for number in range(LINES):
            correlation = f"c-{number % CORRELATIONS}"
            fields = {"processModelKey": "counter", "correlationId": correlation, "eventId": "Again"}
            text.write(json.dumps({**fields, "idempotencyKey": f"k-{number}"}) + "\n")


async def send(address: str, body: Path, answers: Path) -> int:
    """Send the body with curl, which reads the answers at the same time. Return its exit code."""
    command = [require_program("curl"), "--silent", "--no-buffer", "--upload-file", str(body), "--request", "POST"]
    for field in (
        f"Authorization: Bearer {token()}",
        "Content-Type: application/x-ndjson",
        "Content-Encoding: gzip",
    ):
        command += ["--header", field]
    with answers.open("wb") as output:
        process = await asyncio.create_subprocess_exec(*command, f"{address}/events/trigger", stdout=output)
        return await process.wait()


def read_answers(file: Path) -> list[dict[str, object]]:
    """Return the complete answers."""
    return [json.loads(text) for text in file.read_bytes().splitlines(keepends=True) if text.endswith(b"\n")]


async def test_the_server_is_killed(server: ServerProcess, tmp_path: Path) -> None:
    body, first, second = tmp_path / "lines.gz", tmp_path / "first", tmp_path / "second"
    write_lines(body)
    async with Client.of(server.address) as client:
        await client.deploy_and_start(MODEL, "counter", *(f"c-{number}" for number in range(CORRELATIONS)))
        sending = asyncio.create_task(send(server.address, body, first))
        await poll_until(lambda: first.exists() and first.read_bytes().count(b"\n") > LINES // 3)
        server.kill()
        assert await sending != 0
        server.start()
        assert server.process is not None
        process = psutil.Process(server.process.pid)
        before, largest = process.memory_info().rss, 0
        sending = asyncio.create_task(send(server.address, body, second))
        while not sending.done():
            largest = max(largest, process.memory_info().rss)
            await asyncio.sleep(0.05)
        assert await sending == 0
        triggers = await client.list_triggers()
    acknowledged = {answer["line"] for answer in read_answers(first) if answer["outcome"] == "TRIGGERED"}
    answers = read_answers(second)
    assert [answer["line"] for answer in answers] == list(range(1, LINES + 1))
    assert {answer["outcome"] for answer in answers} == {"TRIGGERED", "REPLAYED"}
    replayed = {answer["line"] for answer in answers if answer["outcome"] == "REPLAYED"}
    assert acknowledged <= replayed
    assert Counter(each["correlation"]["id"] for each in triggers) == {
        f"c-{number}": LINES // CORRELATIONS for number in range(CORRELATIONS)
    }
    assert largest - before < MAX_BYTES
    print(f"figures: {LINES:,} lines, {len(replayed):,} of them twice, memory {(largest - before) / 1e6:.0f} MB")
