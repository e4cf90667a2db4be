"""docs/recipes/waits_too_long.py names what has waited for too long."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bpmn_events.domain.principal import Permission
from tests.api.gql.models import ORDER
from tests.api.tokens import token
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS

PROGRAM = Path(__file__).parents[3] / "docs" / "recipes" / "waits_too_long.py"
COUNT = 250  # more than a page


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a server on which everything has waited for two days and five hours, except in the correlation "new"."""
    with running(ServerProcess(tmp_path, settings={"DATABASE_URL": "sqlite:///test.db"})) as server:
        asyncio.run(_start(server.address))
        then = datetime.now(UTC) - timedelta(days=2, hours=5, minutes=1)
        with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as database:
            (example,) = database.execute("SELECT waiting_since FROM waiting_events LIMIT 1").fetchone()
            value = then.timestamp() * 1e6 if isinstance(example, int) else then.strftime("%Y-%m-%d %H:%M:%S.%f")
            database.execute("UPDATE waiting_events SET waiting_since = ? WHERE correlation_id <> 'new'", (value,))
        yield server


async def _start(address: str) -> None:
    async with Client.of(address) as client:
        await client.deploy_and_start(ORDER, "order", "order-1")
        await client.deploy_and_start(TWO_STEPS, "two-steps", "new", *(f"c-{number}" for number in range(COUNT)))


def run(server: ServerProcess, *arguments: str, lanes: tuple[str, ...] = ("*",)) -> subprocess.CompletedProcess[str]:
    (server.folder / "token").write_text(token([Permission.EVENTS_READ], lanes=list(lanes)) + "\n")
    command = [sys.executable, str(PROGRAM), server.address, "--token-file", str(server.folder / "token"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_it_names_what_waits_for_too_long(server: ServerProcess) -> None:
    done = run(server, "--longer-than", "2d", "--model", "two-steps")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert {line.partition(":")[0] for line in lines} == {f"two-steps, c-{number}" for number in range(COUNT)}
    assert len(lines) == COUNT
    assert "waits for 2 d 5 h (we_" in lines[0]


def test_the_lanes_of_the_token_count(server: ServerProcess) -> None:
    done = run(server, "--longer-than", "53h", "--model", "order", lanes=("Finance",))
    lines = done.stdout.splitlines()
    assert [line.partition(" waits")[0] for line in lines] == [
        "order, order-1: 'Payment received'",
        "order, order-1: 'remind'",
    ]
    assert lines[0].endswith(", lane Finance)")
    (line,) = run(server, "--longer-than", "53h", "--model", "order", lanes=("Sales",)).stdout.splitlines()
    assert line.startswith("order, order-1: 'remind' waits for 2 d 5 h")


def test_nothing_waits_for_too_long(server: ServerProcess) -> None:
    done = run(server, "--longer-than", "3d")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_server_does_not_say(server: ServerProcess) -> None:
    server.stop()
    stopped = run(server, "--longer-than", "2d")
    assert (stopped.returncode, stopped.stdout) == (3, "")
    assert stopped.stderr.startswith("waits_too_long: ")
    server.start()
    (server.folder / "token").unlink()
    command = [sys.executable, str(PROGRAM), server.address, "--longer-than", "2d", "--token-file"]
    missing = subprocess.run([*command, "missing"], capture_output=True, text=True, check=False)
    assert missing.returncode == 3
    (server.folder / "bad").write_text("nonsense")
    refused = subprocess.run([*command, str(server.folder / "bad")], capture_output=True, text=True, check=False)
    assert refused.returncode == 3


@pytest.mark.parametrize("text", ["2", "d", "0d", "-1d", "2y", "1e3d", "9999999w"])
def test_a_wrong_duration(server: ServerProcess, text: str) -> None:
    assert run(server, "--longer-than", text).returncode == 2
