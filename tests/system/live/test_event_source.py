"""The EventSource of npm and that of a browser, which go on by themselves after a cut connection."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bpmn_events.domain.principal import Permission
from tests.api.tokens import token
from tests.conformance.drawing import draw
from tests.support.browser import Page, browser_page
from tests.support.pages import read_blocks
from tests.support.programs import not_installed, require_program
from tests.support.server import ServerProcess, running
from tests.support.unreliable_proxy import Messages, unreliable_proxy
from tests.system.client import Client
from tests.system.web.test_cross_origin import site

ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("event_source.mjs")
READER = token([Permission.EVENTS_READ], ["*"], "reader")
MODEL = draw("start > first > second > end\nfirst: receiveTask message=a\nsecond: receiveTask message=b", "p")
(SNIPPET,) = (block.text for block in read_blocks(ROOT / "docs" / "rest.md") if block.language == "js")


@asynccontextmanager
async def event_source(address: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """Run the program with the package, and yield its events."""
    if not (ROOT / "node_modules" / "eventsource").exists():
        not_installed("eventsource")
    process = await asyncio.create_subprocess_exec(
        require_program("node"), SCRIPT, address, READER, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    try:
        yield (json.loads(line) async for line in process.stdout)
    finally:
        process.kill()
        await process.wait()


async def test_the_package_misses_nothing_and_sees_nothing_twice(shared: ServerProcess) -> None:
    with unreliable_proxy(shared.address, cut_after=Messages(5, marker=b"event: ", end=b"\n\n")) as proxy:
        async with (
            Client.of(shared.address) as client,
            event_source(f"{proxy.address}/process_models/p/events/changes") as events,
        ):
            assert (await anext(events))["name"] == "cursor"
            correlations = [f"c-{number}" for number in range(5)]
            await client.deploy_and_start(MODEL, "p", *correlations)
            for correlation in correlations:
                await client.trigger("p", correlation, "first")
            changes: list[tuple[str, str]] = []
            while len(changes) < 15:
                event = await anext(events)
                assert event["name"] in ("added", "removed", "cursor")
                if event["name"] == "added":
                    changes.append((event["data"]["correlationId"], event["data"]["elementId"]))
                elif event["name"] == "removed":
                    changes.append(("removed", event["data"]["eventId"]))
            assert changes[:5] == [(correlation, "first") for correlation in correlations]
            assert changes[6::2] == [(correlation, "second") for correlation in correlations]
            assert len(set(changes)) == 15
            assert proxy.cuts >= 3


async def test_the_package_is_closed_by_a_credential_that_is_refused(shared: ServerProcess) -> None:
    async with event_source(f"{shared.address}/events/changes?ticket=nonsense") as events:
        assert await anext(events) == {"name": "closed", "status": 401}


@pytest.fixture
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Yield the page of another origin."""
    with browser_page(tmp_path_factory.mktemp("chromium")) as page:
        yield page


async def test_a_page_watches_with_tickets(page: Page, tmp_path: Path) -> None:
    """The snippet in docs/rest.md goes on after a restart of the server, although its ticket is used up."""
    with (
        site() as origin,
        running(ServerProcess(tmp_path, settings={"CORS_ORIGINS": origin, "HEARTBEAT_SECONDS": "1"})) as server,
    ):
        server.keep_port()
        page.open(f"{origin}/")
        page.wait_for("document.title === 'A dashboard'")
        page.evaluate(
            f"{SNIPPET.replace('http://127.0.0.1:8000', server.address)}; window.seen = []; window.watch = watch"
        )
        page.evaluate(f"watch({json.dumps(READER)}, (name, data) => seen.push([name, data]))")
        async with Client.of(server.address) as client:
            await asyncio.to_thread(page.wait_for, "seen.length")
            assert page.evaluate("seen") == [["cursor", {}]]
            await client.deploy_and_start(MODEL, "p", "c-1")
            await asyncio.to_thread(page.wait_for, "seen.some(([, data]) => data.elementId === 'first')")
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
        async with Client.of(server.address) as client:
            await client.trigger("p", "c-1", "first")
            await asyncio.to_thread(page.wait_for, "seen.some(([, data]) => data.elementId === 'second')")
        names = [name for name, _ in page.evaluate("seen") if name != "cursor"]
        assert names == ["added", "removed", "added"]
        tickets = {url for url in page.requested_urls if "ticket=" in url}
        assert len(tickets) >= 2
        assert not [url for url in page.requested_urls if READER in url]
        assert "ticket=" not in server.output
