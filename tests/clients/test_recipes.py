"""The lists of docs/recipes/ that stay current: the code on the pages, compiled and run against a server."""

import asyncio
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.api.tokens import token
from tests.clients.breaking_proxy import BreakingProxy, breaking_proxy
from tests.clients.commands import ROOT, run_successfully
from tests.clients.lines import Lines, running_program
from tests.support.pages import read_blocks
from tests.support.polling import wait_until
from tests.support.server import ServerProcess, running
from tests.system.client import START, Client
from tests.system.models import TWO_STEPS

pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed

BUILD = ROOT / "build" / "recipes"
JAVASCRIPT = BUILD / "javascript"
# The modules of each page, in the order of its blocks.
MODULES = {"urql": ["liveList", "client"], "apollo": ["liveList", "client"], "relay": ["LiveList"]}
# The operation that lists, and the number of pages that it lists at the beginning. Relay shows the first page.
LISTS = {"urql": ("query Waiting", 3), "apollo": ("query Waiting", 3), "relay": ("query LiveListQuery", 1)}
RELAY = {"src": "./relay", "language": "typescript", "schema": "../../schema.graphql", "eagerEsModules": True}
_GRAPHQL = re.compile(r"\(0, relay_runtime_\d\.graphql\) `\s*\w+ (\w+).*?`", re.DOTALL)


@pytest.fixture(scope="module")
def recipes(client_tools: None) -> Path:
    """Return the folder of the compiled recipes and of the programs that run them."""
    for page, modules in MODULES.items():
        folder = BUILD / page
        folder.mkdir(parents=True, exist_ok=True)
        blocks = [block.text for block in read_blocks(ROOT / "docs" / "recipes" / f"{page}.md")]
        for module, text in zip(modules, blocks, strict=True):
            with_pages = text.replace("waitingEvents(first: 500", "waitingEvents(first: 7")
            (folder / f"{module}.ts").write_text(with_pages, "utf-8")
    (BUILD / "relay.json").write_text(json.dumps(RELAY), "utf-8")
    run_successfully(["env", "-C", BUILD, "node", ROOT / "node_modules" / "relay-compiler" / "cli.js", "relay.json"])
    run_successfully(["npx", "tsc", "--project", "tests/clients/recipes"])
    _load_artifacts(JAVASCRIPT / "build" / "recipes" / "relay" / "LiveList.js")
    return JAVASCRIPT / "tests" / "clients" / "recipes"


def _load_artifacts(module: Path) -> None:
    """Replace each ``graphql`` literal by what Relay's compiler made of it, as its plugin for bundlers does."""
    text, number = _GRAPHQL.subn(r"require('./__generated__/\1.graphql').default", module.read_text("utf-8"))
    assert number == 2
    module.write_text(text, "utf-8")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    settings = {"DATABASE_URL": "sqlite:///test.db", "LOG_FORMAT": "json"}
    with running(ServerProcess(tmp_path, settings=settings)) as server:
        yield server.keep_port()


async def wait_until_current(lines: Lines, client: Client) -> None:
    """Wait until the program shows what waits."""

    async def is_current() -> bool:
        ids = sorted(event["id"] for event in await client.list_events())
        return lines.values[-1:] == [{"ids": ids}]

    await wait_until(is_current)


async def _change(client: Client, proxy: BreakingProxy, first: int, last: int) -> None:
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
        with breaking_proxy(server.address) as proxy:
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


@pytest.mark.parametrize("recipe", ["apollo", "urql"])
async def test_it_does_not_subscribe_after_it_was_stopped(recipe: str, recipes: Path, server: ServerProcess) -> None:
    """A page that is left while it reads the list leaves no open connection behind, so the program ends."""
    environment = {**os.environ, "SERVER": server.address, "TOKEN": token(), "STOP": "1"}
    with running_program(["node", recipes / f"{recipe}.js"], environment) as lines:
        lines.wait_for_end()
