"""docs/recipes/signed_calls.py, with a real receiver: no change is lost, whoever is killed."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import pytest_asyncio

from bpmn_events.domain.principal import Permission
from tests.api.tokens import token
from tests.support.polling import poll_until, wait_until
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.models import TWO_STEPS
from tests.system.recipes.receiver import SECRET, Receiver, receiving

PROGRAM = Path(__file__).parents[3] / "docs" / "recipes" / "signed_calls.py"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest_asyncio.fixture
async def client(server: ServerProcess) -> AsyncIterator[Client]:
    async with Client.of(server.address) as client:
        yield client


@contextmanager
def calling(server: ServerProcess, receiver: Receiver) -> Iterator[subprocess.Popen[bytes]]:
    """Run the program. At the end, kill it if it still runs."""
    (server.folder / "token").write_text(token([Permission.EVENTS_READ], lanes=["*"]))
    command = [sys.executable, str(PROGRAM), server.address, receiver.url, "--token-file", "token"]
    process = subprocess.Popen(command, cwd=server.folder, env={**os.environ, "WEBHOOK_SECRET": SECRET})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def is_complete(client: Client, receiver: Receiver) -> bool:
    """Return True if the receiver knows all events, and those that no longer wait."""
    triggered = [trigger["eventId"] for trigger in await client.list_triggers()]
    waiting = [event["id"] for event in await client.list_events()]
    added, removed = receiver.accepted_ids("added"), receiver.accepted_ids("removed")
    return sorted(added) == sorted(triggered + waiting) and sorted(removed) == sorted(triggered)


async def wait_until_complete(client: Client, receiver: Receiver) -> None:
    await wait_until(lambda: is_complete(client, receiver))


async def test_nothing_is_lost(server: ServerProcess, client: Client, receiver: Receiver) -> None:
    """The program, the server and the receiver fail one after the other, while processes go on."""
    await client.deploy_and_start(TWO_STEPS, "two-steps", "waits-before")
    server.keep_port()
    for number in range(3):
        with calling(server, receiver):
            await poll_until(lambda: bool(receiver.accepted))
            await client.deploy_and_start(TWO_STEPS, "two-steps", f"c-{number}")
            await client.trigger("two-steps", f"c-{number}", "first")
        await client.trigger("two-steps", f"c-{number}", "second")
        await client.deploy_and_start(TWO_STEPS, "two-steps", f"meanwhile-{number}")

    with calling(server, receiver):
        await wait_until_complete(client, receiver)
        server.kill()
        server.start()
        receiver.status = 503
        await client.trigger("two-steps", "meanwhile-0", "first")
        await client.trigger("two-steps", "meanwhile-1", "first")
        await poll_until(lambda: len(receiver.refused) >= 2)
        assert len(set(receiver.refused)) == 1
        receiver.status = 204
        await wait_until_complete(client, receiver)
    assert receiver.faults == []
    first = receiver.accepted[0]
    assert (first["source"], first["subject"], first["id"]) == (
        server.address,
        first["data"]["id"],
        f"{first['data']['id']}-added",
    )
    assert (first["time"], first["data"]["correlationId"]) == (first["data"]["waitingSince"], "waits-before")
    assert _forms(receiver, "added") == 1  # those of the list and those of the stream


def _forms(receiver: Receiver, kind: str) -> int:
    """Return how many sets of members the data of the calls has."""
    return len({frozenset(call["data"]) for call in receiver.accepted if call["type"].endswith(kind)})


class _Failing(BaseHTTPRequestHandler):
    """A server whose list fails unexpectedly."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"data": None, "errors": [{"message": "An unexpected error"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_an_unexpected_error_of_the_list_is_tried_again(tmp_path: Path, receiver: Receiver) -> None:
    (tmp_path / "token").write_text("token")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Failing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = [sys.executable, str(PROGRAM), f"http://127.0.0.1:{server.server_port}", receiver.url]
        environment = {**os.environ, "WEBHOOK_SECRET": SECRET}
        with subprocess.Popen(
            [*command, "--token-file", "token"], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
        ) as program:
            assert program.stderr is not None
            for _ in range(2):
                assert "An unexpected error" in program.stderr.readline()
            program.kill()
        server.shutdown()


async def test_changes_that_expired(sqlite_template: Path, tmp_path: Path, receiver: Receiver) -> None:
    """What waits is listed and sent again, with the same ids."""
    with running(ServerProcess(tmp_path, settings={"DATABASE_URL": "sqlite:///test.db"})) as server:
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
            with calling(server, receiver):
                await wait_until_complete(client, receiver)
                await poll_until((tmp_path / "cursor").exists)
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-2")
            with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as database:
                database.execute("DELETE FROM change_feed WHERE position < (SELECT max(position) FROM change_feed)")
            with calling(server, receiver):
                await wait_until_complete(client, receiver)
    assert receiver.faults == []


async def test_a_receiver_that_has_gone(tmp_path: Path, receiver: Receiver) -> None:
    with running(ServerProcess(tmp_path)) as server:
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
        receiver.status = 410
        with calling(server, receiver) as program:
            assert await asyncio.to_thread(program.wait, 120) == 1


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ({"WEBHOOK_SECRET": SECRET}, "[Errno 2] No such file or directory: 'token'\n"),
        ({"WEBHOOK_SECRET": "whsec_x"}, "WEBHOOK_SECRET is not set to whsec_ and a key in base64.\n"),
        ({}, "WEBHOOK_SECRET is not set to whsec_ and a key in base64.\n"),
    ],
)
def test_what_the_program_needs_is_missing(secret: dict[str, str], message: str, tmp_path: Path) -> None:
    arguments = ["http://127.0.0.1:1", "http://127.0.0.1:1", "--token-file", "token"]
    environment = {**os.environ, **secret}
    done = subprocess.run(
        [sys.executable, PROGRAM, *arguments],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, message)


async def test_a_token_file_that_goes(server: ServerProcess, client: Client, receiver: Receiver) -> None:
    """The program says which file it is, and its supervisor can start it again."""
    await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1")
    with calling(server, receiver) as program:
        await wait_until_complete(client, receiver)
        (server.folder / "token").unlink()
        server.kill()
        assert await asyncio.to_thread(program.wait, 120) == 1
