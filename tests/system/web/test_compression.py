"""Compressed responses over sockets: complete, in order on one connection, and readable by curl."""

import gzip
import http.client
import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from tests.api.tokens import token
from tests.support.programs import require_program
from tests.support.server import ServerProcess

SCRIPT = "/graphiql/vendor/graphiql.min.js"
FILES = Path(__file__).parents[3] / "app" / "bpmn_events" / "web" / "static"
QUERY = json.dumps({"query": "{ processModels { ... on ProcessModelConnection { nodes { bpmnXml } } } }"})


@contextmanager
def connection(server: ServerProcess) -> Iterator[http.client.HTTPConnection]:
    """Yield a connection that stays open for all requests."""
    with closing(http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=60)) as opened:
        yield opened


def send(
    opened: http.client.HTTPConnection, method: str, path: str, encoding: str, body: str | None = None
) -> tuple[http.client.HTTPMessage, bytes]:
    """Return the headers and the content as they arrive."""
    credential = f"Bearer {token()}"
    headers = {"Authorization": credential, "Accept-Encoding": encoding, "Content-Type": "application/json"}
    opened.request(method, path, body, headers)
    response = opened.getresponse()
    assert response.status == 200
    return response.headers, response.read()


def test_on_one_connection(demo: ServerProcess) -> None:
    script = (FILES / SCRIPT[1:]).read_bytes()
    with connection(demo) as opened:
        for _ in range(2):
            headers, content = send(opened, "GET", SCRIPT, "gzip")
            assert (headers["content-encoding"], gzip.decompress(content)) == ("gzip", script)
            headers, content = send(opened, "HEAD", SCRIPT, "gzip")
            assert (headers["content-encoding"], headers["content-length"], content) == ("gzip", None, b"")
            headers, content = send(opened, "GET", SCRIPT, "gzip;q=0")
            assert (headers["content-encoding"], content) == (None, script)
            headers, content = send(opened, "GET", "/healthz", "gzip")
            assert (headers["content-encoding"], content) == (None, b'{"status":"ok"}')
            headers, content = send(opened, "POST", "/graphql", "gzip", QUERY)
            assert (headers["content-encoding"], headers["content-length"]) == ("gzip", str(len(content)))
            _, plain = send(opened, "POST", "/graphql", "identity", QUERY)
            assert gzip.decompress(content) == plain
            assert len(plain) > 10_000


def test_many_at_once(demo: ServerProcess) -> None:
    script = (FILES / SCRIPT[1:]).read_bytes()

    def download(_: int) -> bool:
        with connection(demo) as opened:
            return gzip.decompress(send(opened, "GET", SCRIPT, "gzip")[1]) == script

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(download, range(48)))


def test_curl_reads_them(demo: ServerProcess, tmp_path: Path) -> None:
    command = [require_program("curl"), "-sS", "--compressed", "-D", "headers", f"{demo.address}/openapi.json"]
    printed = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout
    assert json.loads(printed)["info"]["title"] == "BPMN Events"
    assert "content-encoding: gzip" in (tmp_path / "headers").read_text().lower()
