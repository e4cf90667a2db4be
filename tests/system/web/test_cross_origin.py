"""Pages of allowed origins use GraphQL and plain HTTP in a browser, which keeps pages of other origins away."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.api.tokens import token
from tests.support.browser import Page, browser_page
from tests.support.server import ServerProcess, running

TRIGGER = "/process_models/order/correlations/order-1001/events/PaymentReceived/trigger"
PAYLOAD = {"amount": 5, "currency": "EUR", "reference": "RF18 5390"}
JSON = {"Content-Type": "application/json"}


class PageHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = b"<!doctype html><title>A dashboard</title><link rel=icon href=data:,>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Log nothing."""


@contextmanager
def site() -> Iterator[str]:
    """Serve an empty page at an origin of its own, and yield the origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), PageHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def sites() -> Iterator[tuple[str, str, str]]:
    """Yield three origins."""
    with ExitStack() as stack:
        yield stack.enter_context(site()), stack.enter_context(site()), stack.enter_context(site())


@pytest.fixture
def server(sites: tuple[str, str, str], tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a server with the demo that allows the first two origins."""
    settings = {"CORS_ORIGINS": f"{sites[0]}, {sites[1]}", "DATABASE_TIMEOUT_SECONDS": "0.5"}
    with running(ServerProcess(tmp_path, arguments=["--demo"], settings=settings)) as server:
        yield server


def fetch(page: Page, url: str, body: object = None, **headers: str) -> Any:
    """Return the status, the body and all readable headers of the page's request, or the error of the browser."""
    request: dict[str, Any] = {"headers": headers}
    if body is not None:
        request |= {"method": "POST", "body": json.dumps(body)}
    expression = f"""fetch({json.dumps(url)}, {json.dumps(request)}).then(
        async response => ({{status: response.status, text: await response.text(),
                             headers: Object.fromEntries(response.headers)}}),
        error => ({{error: String(error)}}))"""
    return page.evaluate(expression)


def waiting(page: Page, server: ServerProcess, credential: dict[str, str]) -> set[str]:
    response = fetch(page, f"{server.address}/correlations/order-1001/events", **credential)
    return {event["id"] for event in json.loads(response["text"])["events"]}


def test_in_a_browser(
    server: ServerProcess, sites: tuple[str, str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    credential = {"Authorization": f"Bearer {token()}"}
    with browser_page(tmp_path_factory.mktemp("chromium")) as page:
        page.open(f"{sites[0]}/")
        page.wait_for("document.title === 'A dashboard'")
        check_queries(page, server, credential)
        check_unavailability(page, server, credential)
        assert not [error for error in page.errors if "CORS" in error]

        page.open(f"{sites[2]}/")
        page.wait_for(f"location.origin === '{sites[2]}' && document.title === 'A dashboard'")
        for path, headers in ((TRIGGER, {**credential, **JSON}), (TRIGGER, {}), ("/graphql", {**credential, **JSON})):
            assert fetch(page, server.address + path, PAYLOAD, **headers) == {"error": "TypeError: Failed to fetch"}
        assert fetch(page, f"{server.address}/healthz") == {"error": "TypeError: Failed to fetch"}
        assert [error for error in page.errors if "CORS" in error]

        page.open(f"{sites[1]}/")
        page.wait_for(f"location.origin === '{sites[1]}' && document.title === 'A dashboard'")
        assert "PaymentReceived" in waiting(page, server, credential)
        check_triggers(page, server, credential)
        assert "PaymentReceived" not in waiting(page, server, credential)


def check_queries(page: Page, server: ServerProcess, credential: dict[str, str]) -> None:
    """Check a GraphQL query with all allowed headers, and a refused one whose challenge the page can read."""
    url = f"{server.address}/graphql"
    query = {"query": "{ viewer { ... on Viewer { subject } } }"}
    headers = {"Idempotency-Key": "k", "Last-Event-ID": "1", "X-Request-ID": "r", **JSON, **credential}
    response = fetch(page, url, query, **headers)
    assert (response["status"], json.loads(response["text"])) == (200, {"data": {"viewer": {"subject": "ada"}}})
    response = fetch(page, url, query, Authorization="Bearer nonsense", **JSON)
    assert (response["status"], response["headers"]["www-authenticate"][:28]) == (401, 'Bearer error="invalid_token"')
    assert "cache-control" in response["headers"]  # safelisted
    assert "vary" not in response["headers"]
    response = fetch(page, f"{server.address}/nothing/at/all")
    assert (response["status"], json.loads(response["text"])["code"]) == (404, "NOT_FOUND")


def check_unavailability(page: Page, server: ServerProcess, credential: dict[str, str]) -> None:
    """Check that the page can read when to try again while the database is locked."""
    with sqlite3.connect(server.folder / "data" / "bpmn-events.db", isolation_level=None) as database:
        database.execute("BEGIN IMMEDIATE")
        response = fetch(page, server.address + TRIGGER, PAYLOAD, **JSON, **credential)
        database.execute("ROLLBACK")
    assert (response["status"], json.loads(response["text"])["code"]) == (503, "ENGINE_UNAVAILABLE")
    assert int(response["headers"]["retry-after"]) >= 1


def check_triggers(page: Page, server: ServerProcess, credential: dict[str, str]) -> None:
    """Check a trigger over plain HTTP, and the same request again."""
    headers = {"Idempotency-Key": "payment-1", **JSON, **credential}
    for replayed in (False, True):
        response = fetch(page, server.address + TRIGGER, PAYLOAD, **headers)
        assert (response["status"], json.loads(response["text"])["replayed"]) == (200, replayed)
