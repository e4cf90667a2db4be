"""A page of another origin follows what waits, with urql and with graphql-ws, if the server allows the origin."""

import asyncio
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.api.tokens import token
from tests.clients.commands import ROOT, run_successfully
from tests.clients.compiled_recipes import BUILD
from tests.support.browser import Page, browser_page
from tests.support.polling import block_until
from tests.support.server import ServerProcess, running
from tests.support.unreliable_proxy import UnreliableProxy, unreliable_proxy
from tests.system.client import Client
from tests.system.models import TWO_STEPS

pytestmark = pytest.mark.timeout(600)  # the first time, the tools are installed

# What a bundler would do: find the packages, and replace what only Node.js has.
PACKAGES = {
    "@urql/core": "@urql/core/dist/urql-core.mjs",
    "@0no-co/graphql.web": "@0no-co/graphql.web/dist/graphql.web.mjs",
    "wonka": "wonka/dist/wonka.mjs",
    "graphql-ws": "graphql-ws/dist/client.js",
}
MODULES = {"/recipe/attentiveFetch": "/recipe/attentiveFetch.js"}
IMPORTS = json.dumps({"imports": MODULES | {name: f"/packages/{path}" for name, path in PACKAGES.items()}})
PAGE = f"""<!doctype html><title>A dashboard</title><link rel="icon" href="data:,">
<script>globalThis.process = {{ env: {{}} }}</script>
<script type="importmap">{IMPORTS}</script>"""

WITH_URQL = """Promise.all([import('/recipe/liveList.js'), import('/recipe/client.js')]).then(([list, client]) => {
  const keepEvents = (events) => { window.elements = [...events.values()].map((event) => event.elementId).join() }
  list.follow(client.createClient('SERVER', () => 'TOKEN'), {}, keepEvents, new AbortController().signal)
})"""
WITH_WEBSOCKET = """import('graphql-ws').then(({ createClient }) => {
  const client = createClient({
    url: 'SERVER/graphql'.replace('http', 'ws'),
    connectionParams: { Authorization: 'Bearer TOKEN' },
    retryAttempts: 0,
  })
  const list = new Promise((resolve, reject) => client.subscribe(
    { query: '{ waitingEvents { ... on WaitingEventConnection { changesCursor } } }' },
    { next: ({ data }) => resolve(data.waitingEvents.changesCursor), error: reject, complete() {} },
  ))
  const query = `subscription ($after: String!) {
    waitingEventChanges(after: $after) { ... on WaitingEventAdded { event { elementId } } } }`
  const add = ({ event }) => { window.added = (window.added ?? '') + (event?.elementId ?? '') }
  const fail = () => { window.socket = 'failed' }
  list.then((after) => {
    window.socket = 'listed'
    client.subscribe(
      { query, variables: { after } },
      { next: ({ data }) => add(data.waitingEventChanges), error: fail, complete() {} },
    )
  }, fail)
})"""


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Log nothing."""


@pytest.fixture
def site(recipes: Path, tmp_path: Path) -> Iterator[str]:
    """Yield an origin with a page that can import the recipe with urql and the packages."""
    run_successfully(["npx", "tsc", "--project", "tests/clients/recipes/tsconfig.browser.json"])
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text(PAGE, "utf-8")
    (folder / "recipe").symlink_to(BUILD / "browser")
    (folder / "packages").symlink_to(ROOT / "node_modules")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def start_client(page: Page, script: str, server: ServerProcess | UnreliableProxy) -> None:
    page.evaluate(script.replace("SERVER", server.address).replace("TOKEN", token()))


async def _act(server: ServerProcess, correlation: str, *elements: str) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", correlation)
        for element in elements:
            await client.trigger("two-steps", correlation, element)


def test_a_page_of_an_allowed_origin(site: str, tmp_path: Path) -> None:
    settings = {"CORS_ORIGINS": site, "HEARTBEAT_SECONDS": "1"}
    with running(ServerProcess(tmp_path, settings=settings)) as server, browser_page(tmp_path) as page:
        asyncio.run(_act(server, "c-1"))
        page.open(site)
        page.wait_for("document.title === 'A dashboard'")
        start_client(page, WITH_URQL, server)
        start_client(page, WITH_WEBSOCKET, server)
        page.wait_for("window.elements === 'first' && window.socket === 'listed'")
        server.keep_port()
        asyncio.run(_act(server, "c-2", "first"))
        page.wait_for("window.elements === 'first,second'")
        page.wait_for("window.added === 'firstsecond'")
        assert page.errors == []
        server.kill()
        server.start()
        asyncio.run(_act(server, "c-3", "first", "second"))
        asyncio.run(_act(server, "c-4"))
        page.wait_for("window.elements === 'first,second,first'")


def test_a_page_whose_connections_break_without_a_sign(site: str, tmp_path: Path) -> None:
    settings = {"CORS_ORIGINS": site, "HEARTBEAT_SECONDS": "1"}
    with (
        running(ServerProcess(tmp_path, settings=settings)) as server,
        unreliable_proxy(server.address) as proxy,
        browser_page(tmp_path) as page,
    ):
        asyncio.run(_act(server, "c-1"))
        page.open(site)
        page.wait_for("document.title === 'A dashboard'")
        start_client(page, WITH_URQL, proxy)
        page.wait_for("window.elements === 'first'")
        asyncio.run(_act(server, "c-2"))
        page.wait_for("window.elements === 'first,first'")
        connections = proxy.connections
        proxy.freeze()
        asyncio.run(_act(server, "c-3", "first"))
        block_until(lambda: proxy.connections > connections)
        proxy.thaw()
        page.wait_for("window.elements === 'first,first,second'")


def test_a_page_of_another_origin(site: str, tmp_path: Path) -> None:
    with running(ServerProcess(tmp_path)) as server, browser_page(tmp_path) as page:
        page.open(site)
        page.wait_for("document.title === 'A dashboard'")
        start_client(page, WITH_URQL, server)
        start_client(page, WITH_WEBSOCKET, server)
        page.wait_for("window.socket === 'failed'")
        page.wait_for(
            f"fetch('{server.address}/events/changes', {{ headers: {{ Authorization: 'Bearer {token()}' }} }})"
            ".then(() => false, () => true)"
        )
        assert page.evaluate("window.elements") is None
