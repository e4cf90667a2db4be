"""The site of nginx in deploy/ passes on what the server needs, and keeps from strangers what only operators need."""

import itertools
import json
import re
import socket
import ssl
from collections.abc import Iterator

import httpx
import pytest
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from bpmn_events.settings.limits import LimitSettings
from tests.api.tokens import token
from tests.support.polling import block_until
from tests.support.ports import free_port
from tests.support.server import ServerProcess, running
from tests.support.sources import ROOT
from tests.system.web.nginx import tls_proxy

NAME = "events.example.com"
SITE = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
SETTINGS = {"LOG_FORMAT": "json", "TRUSTED_PROXIES": "127.0.0.1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with running(ServerProcess(tmp_path_factory.mktemp("server"), settings=SETTINGS)) as server:
        yield server


@pytest.fixture(scope="module")
def plain_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def client(server: ServerProcess, plain_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Yield a client of the site, whose address is not that of nginx."""
    folder = tmp_path_factory.mktemp("nginx")
    site = re.sub(r"\n *listen \[::\].*", "", SITE).replace("listen 80;", f"listen 127.0.0.1:{plain_port};")
    with tls_proxy(folder, server.address, site, NAME) as address:
        context = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
        transport = httpx.HTTPTransport(verify=context, local_address="127.0.0.9")
        headers = {"Host": NAME, "Authorization": f"Bearer {token()}"}
        with httpx.Client(base_url=address, transport=transport, headers=headers, timeout=60) as client:
            yield client


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/healthz", "//metrics", "/%6detrics"])
def test_pages_of_operators_are_blocked(client: httpx.Client, server: ServerProcess, path: str) -> None:
    if path in ("/metrics", "/readyz", "/healthz"):
        assert httpx.get(f"{server.address}{path}").status_code == httpx.codes.OK
    assert client.get(f"{client.base_url}{path}").status_code == httpx.codes.NOT_FOUND


def test_browsers_stay_with_tls(client: httpx.Client, plain_port: int) -> None:
    response = httpx.get(f"http://127.0.0.1:{plain_port}/graphql?a=b", headers={"Host": NAME})
    assert (response.status_code, response.headers["Location"]) == (301, f"https://{NAME}/graphql?a=b")
    assert client.get("/").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_log_names_the_client_and_not_a_forged_address(client: httpx.Client, server: ServerProcess) -> None:
    request_id = client.get("/", headers={"X-Forwarded-For": "192.0.2.6"}).headers["X-Request-ID"]
    block_until(lambda: request_id in server.output)
    (line,) = [json.loads(line) for line in server.output.splitlines() if request_id in line]
    assert line["client"] == "127.0.0.9"


def test_streams_pass(client: httpx.Client) -> None:
    """A page of the site opens a WebSocket, and an event stream begins."""
    with client.stream("GET", "/events/changes") as response:
        assert "event: cursor" in "".join(itertools.islice(response.iter_text(), 2))
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    protocols = [Subprotocol("graphql-transport-ws")]
    with (
        socket.create_connection((client.base_url.host, client.base_url.port or 443)) as tcp,
        connect(
            f"wss://{NAME}/graphql", sock=tcp, ssl=context, subprotocols=protocols, origin=Origin(f"https://{NAME}")
        ) as websocket,
    ):
        websocket.send('{"type": "connection_init"}')
        assert json.loads(websocket.recv(60)) == {"type": "connection_ack"}


@pytest.mark.parametrize("size", [1_500_000, 2_500_000])
def test_large_bodies_are_refused(client: httpx.Client, size: int) -> None:
    response = client.post("/graphql", json={"query": " " * size})
    assert response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert ("CONTENT_TOO_LARGE" in response.text) == (size < 2_000_000)


def test_the_server_closes_idle_connections_after_nginx_does() -> None:
    (of_nginx,) = re.findall(r"^ *keepalive_timeout (\d+)s;$", SITE, re.MULTILINE)
    assert LimitSettings.model_fields["keep_alive_seconds"].default > int(of_nginx)
