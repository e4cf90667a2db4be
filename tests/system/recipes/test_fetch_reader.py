"""docs/recipes/fetch_reader.mjs under Node.js and in a browser: its list becomes that of the server."""

import asyncio
import json
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.api.tokens import token
from tests.support.browser import browser_page
from tests.support.polling import wait_until
from tests.support.programs import require_program
from tests.support.server import ServerProcess, running
from tests.support.unreliable_proxy import UnreliableProxy, unreliable_proxy
from tests.system.client import Client
from tests.system.models import TWO_STEPS
from tests.system.silences import outlive_silences

READER = Path(__file__).parents[3] / "docs" / "recipes" / "fetch_reader.mjs"


class Follower:
    """The reader in a Node.js process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.ids: list[str] | None = None
        self._process = process
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.ids = sorted(event["id"] for event in json.loads(line))


@contextmanager
def following(server: ServerProcess | UnreliableProxy, reader: Path = READER, **filter: object) -> Iterator[Follower]:
    program = Path(__file__).with_name("follow.mjs")
    command = [require_program("node"), str(program), str(reader), server.address, token(), json.dumps(filter)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Follower(process)
        finally:
            process.kill()


async def wait_until_equal(follower: Follower, client: Client, **filter: object) -> None:
    async def is_equal() -> bool:
        return follower.ids == sorted(event["id"] for event in await client.list_events(**filter))

    await wait_until(is_equal)


async def test_the_list_of_the_reader_is_that_of_the_server(server: ServerProcess) -> None:
    server.keep_port()
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", *(f"c-{number}" for number in range(250)))
        with following(server) as follower, following(server, correlationIds=["c-1", "c-2"]) as filtered:
            for number in range(0, 250, 25):
                await client.trigger("two-steps", f"c-{number}", "first")
            await wait_until_equal(follower, client)
            server.kill()
            server.start()
            await asyncio.gather(*(client.trigger("two-steps", f"c-{number}", "first") for number in range(1, 20)))
            await wait_until_equal(follower, client)
            await client.trigger("two-steps", "c-2", "second")
            await wait_until_equal(follower, client)
            await wait_until_equal(filtered, client, correlationIds=["c-1", "c-2"])
            assert filtered.ids is not None
            assert len(filtered.ids) == 1


def test_the_reader_can_be_stopped_when_it_has_listed(server: ServerProcess) -> None:
    command = [require_program("node"), str(Path(__file__).with_name("stop.mjs")), server.address, token()]
    subprocess.run(command, check=True, timeout=120)


async def test_changes_that_expired(tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path, settings={"DATABASE_URL": "sqlite:///test.db"})) as server:
        server.keep_port()
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1", "c-2")
            with following(server) as follower:
                await wait_until_equal(follower, client)
                server.kill()
                with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as database:
                    database.execute("UPDATE change_feed SET at = at + 1")
                server.start()
                await client.trigger("two-steps", "c-1", "first")
                await wait_until_equal(follower, client)


async def test_connections_that_break_without_a_sign(tmp_path: Path) -> None:
    """The reader gives up a list and a stream that are silent, but not a stream that has only heartbeats."""
    reader = tmp_path / "reader.mjs"
    text = READER.read_text("utf-8")
    assert "SILENCE = 40_000" in text
    reader.write_text(text.replace("SILENCE = 40_000", "SILENCE = 4_000"), "utf-8")
    with (
        running(ServerProcess(tmp_path, settings={"HEARTBEAT_SECONDS": "1"})) as server,
        unreliable_proxy(server.address) as proxy,
    ):
        async with Client.of(server.address) as client:
            await client.deploy_and_start(TWO_STEPS, "two-steps", "c-1", "c-2")
            proxy.freeze()
            with following(proxy, reader) as follower:
                current = partial(wait_until_equal, follower, client)
                await outlive_silences(proxy, client, ("c-1", "c-2"), current, quiet_seconds=6)


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Yield an origin with the recipes and an empty page."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "fetch_reader.mjs").write_bytes(READER.read_bytes())
    (folder / "index.html").write_text("<!doctype html><title>A dashboard</title><link rel=icon href=data:,>")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_in_a_browser(site: str, tmp_path: Path) -> None:
    """The page has another origin than the server, which allows it."""
    with running(ServerProcess(tmp_path, settings={"CORS_ORIGINS": site})) as server, browser_page(tmp_path) as page:
        asyncio.run(_start_and_trigger(server, "c-1"))
        page.open(site)
        page.wait_for("document.title === 'A dashboard'")
        options = f"server: '{server.address}', token: () => '{token()}', signal: new AbortController().signal"
        page.evaluate(
            "import('/fetch_reader.mjs').then(({ followWaitingEvents }) => { followWaitingEvents({"
            f" {options}, onChange: (events) => {{ window.elements = [...events.values()].map((e) => e.elementId) }}"
            " }) })"
        )
        page.wait_for("window.elements?.join() === 'first'")
        asyncio.run(_start_and_trigger(server, "c-2", "first"))
        page.wait_for("window.elements.join() === 'first,second'")
        assert page.errors == []


async def _start_and_trigger(server: ServerProcess, correlation: str, *elements: str) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", correlation)
        for element in elements:
            await client.trigger("two-steps", correlation, element)
