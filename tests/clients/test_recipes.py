"""The lists of docs/recipes/ that stay current: the code on the pages, compiled and run against a server."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.api.tokens import token
from tests.clients.compiled_recipes import MODULES, SILENCE_SECONDS
from tests.clients.lines import Lines, running_program
from tests.support.polling import wait_until
from tests.support.server import ServerProcess, running
from tests.support.unreliable_proxy import UnreliableProxy, unreliable_proxy
from tests.system.client import START, Client
from tests.system.models import TWO_STEPS
from tests.system.silences import outlive_silences

pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed

# The operation that lists, and the number of pages that it lists at the beginning. Relay shows the first page.
LISTS = {"urql": ("query Waiting", 3), "apollo": ("query Waiting", 3), "relay": ("query LiveListQuery", 1)}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    settings = {"DATABASE_URL": "sqlite:///test.db", "LOG_FORMAT": "json", "HEARTBEAT_SECONDS": "1"}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        yield server.keep_port()


async def wait_until_current(lines: Lines, client: Client) -> None:
    """Wait until the program shows what waits."""

    async def is_current() -> bool:
        ids = sorted(event["id"] for event in await client.list_events())
        return lines.values[-1:] == [{"ids": ids}]

    await wait_until(is_current)


async def _change(client: Client, proxy: UnreliableProxy, first: int, last: int) -> None:
    """Start instances and trigger events. Cut the connections sometimes."""
    for number in range(first, last):
        await client.graphql(START, input={"processModelKey": "two-steps", "correlationId": f"c-{number}"})
        await client.trigger("two-steps", f"c-{number}", "first")
        if number % 3 == 0:
            await client.trigger("two-steps", f"c-{number}", "second")
        if number % 5 == 0:
            proxy.cut()
            await asyncio.sleep(0.5)


@pytest.mark.parametrize("recipe", MODULES)
async def test_the_list_stays_current(recipe: str, recipes: Path, server: ServerProcess, tmp_path: Path) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", *(f"old-{number}" for number in range(20)))
        with unreliable_proxy(server.address) as proxy:
            environment = {**os.environ, "SERVER": proxy.address, "TOKEN": token()}
            with running_program(["node", recipes / f"{recipe}.js"], environment) as lines:
                await wait_until_current(lines, client)
                await _change(client, proxy, 0, 12)
                await wait_until_current(lines, client)
                server.kill()
                server.start()
                await _change(client, proxy, 12, 18)
                await client.trigger("two-steps", "old-0", "first")
                await wait_until_current(lines, client)
                operation, pages = LISTS[recipe]
                assert server.output.count(f'"{operation}"') == pages  # it continued by its cursor
                server.kill()
                with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as database:
                    database.execute("UPDATE change_feed SET at = at + 1")
                server.start()
                await client.trigger("two-steps", "old-1", "first")
                await wait_until_current(lines, client)
                assert server.output.count(f'"{operation}"') > pages


@pytest.mark.parametrize("recipe", MODULES)
async def test_connections_that_break_without_a_sign(recipe: str, recipes: Path, server: ServerProcess) -> None:
    """The recipe gives up requests, connection attempts and streams that are silent, but not those with heartbeats."""
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", *(f"old-{number}" for number in range(20)))
        with unreliable_proxy(server.address) as proxy:
            proxy.freeze()
            environment = {**os.environ, "SERVER": proxy.address, "TOKEN": token()}
            with running_program(["node", recipes / f"{recipe}.js"], environment) as lines:
                current = partial(wait_until_current, lines, client)
                await outlive_silences(proxy, client, ("old-0", "old-1"), current, 1.5 * SILENCE_SECONDS)
                operation, pages = LISTS[recipe]
                assert server.output.count(f'"{operation}"') == pages  # it continued by its cursor


@pytest.mark.parametrize("recipe", ["apollo", "urql"])
async def test_it_does_not_subscribe_after_it_was_stopped(recipe: str, recipes: Path, server: ServerProcess) -> None:
    """A page that is left while it reads the list leaves no open connection behind, so the program ends."""
    environment = {**os.environ, "SERVER": server.address, "TOKEN": token(), "STOP": "1"}
    with running_program(["node", recipes / f"{recipe}.js"], environment) as lines:
        lines.wait_for_end()
