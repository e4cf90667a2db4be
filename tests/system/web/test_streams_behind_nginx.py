"""Streams pass nginx without delay, and heartbeats keep them open: with its default settings, and as documented."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.api.tokens import token
from tests.support.server import ServerProcess, running
from tests.system.client import Client
from tests.system.live.sockets import GraphQLSocket, opened
from tests.system.models import TWO_STEPS
from tests.system.web.nginx import UPSTREAM, documented_server, tls_proxy

_PATIENCE_SECONDS = 60
# Longer than nginx waits for a silent server, which sends a heartbeat each second.
_SILENCE_SECONDS = 5
_READ_TIMEOUT = "proxy_read_timeout 3s;"
DEFAULT = f"""server {{
    listen 443 ssl;
    ssl_certificate /etc/ssl/certs/example.com.pem;
    ssl_certificate_key /etc/ssl/private/example.com.key;
    location / {{ {UPSTREAM} }}
}}"""
COMPRESSING = f"gzip on; gzip_types *; gzip_proxied any; gzip_min_length 1; {DEFAULT}"
SERVERS = {"default": DEFAULT, "compressing": COMPRESSING, "documented": documented_server()}

SUBSCRIPTION = "subscription { waitingEventChanges { ... on WaitingEventAdded { event { correlation { id } } } } }"
# The requests for streams: the method, the path, the body and the header Accept.
STREAMS = {
    "changes": ("GET", "events/changes", None, "text/event-stream"),
    "event stream": ("POST", "graphql", {"query": SUBSCRIPTION}, "text/event-stream"),
    "multipart": (
        "POST",
        "graphql",
        {"query": SUBSCRIPTION},
        'multipart/mixed;subscriptionSpec="1.0", application/json',
    ),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    settings = {"HEARTBEAT_SECONDS": "1"}
    folder = tmp_path_factory.mktemp("server")
    with running(ServerProcess(folder, ["--root-path", "/bpmn"], settings)) as server:
        asyncio.run(_start(server))
        yield server


async def _start(server: ServerProcess, *correlations: str) -> None:
    async with Client.of(server.address) as client:
        await client.deploy_and_start(TWO_STEPS, "two-steps", *correlations)


@pytest.fixture(scope="module", params=SERVERS)
def proxy(
    request: pytest.FixtureRequest, server: ServerProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, ssl.SSLContext]]:
    """Yield the address of the server behind nginx, and what a client needs to trust it."""
    folder = tmp_path_factory.mktemp("nginx")
    text = SERVERS[request.param].replace(UPSTREAM, f"{UPSTREAM} {_READ_TIMEOUT}")
    with tls_proxy(folder, server.address, text) as address:
        yield f"{address}/bpmn", ssl.create_default_context(cafile=str(folder / "certificate.pem"))


async def _read_until(chunks: AsyncIterator[str], text: str) -> None:
    """Read a response until it has the text."""
    received = ""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while text not in received:
            received += await anext(chunks)


@pytest.mark.parametrize("stream", STREAMS)
async def test_a_response(proxy: tuple[str, ssl.SSLContext], server: ServerProcess, stream: str) -> None:
    address, context = proxy
    method, path, body, accept = STREAMS[stream]
    headers = {"Accept": accept, "Authorization": f"Bearer {token()}", "Accept-Encoding": "gzip"}
    async with (
        httpx.AsyncClient(verify=context, headers=headers, timeout=_PATIENCE_SECONDS) as client,
        client.stream(method, f"{address}/{path}", json=body) as response,
    ):
        chunks = response.aiter_text()
        await _read_until(chunks, "\n\n" if "text" in accept else "--graphql")
        for correlation in (f"{stream} at once", f"{stream} after a silence"):
            await _start(server, correlation)
            await _read_until(chunks, correlation)
            if "once" in correlation:
                await _receive_for(chunks, _SILENCE_SECONDS)


async def _receive_for(chunks: AsyncIterator[str], seconds: float) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        await anext(chunks)


@pytest.fixture(scope="module")
def documented(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ssl.SSLContext]]:
    folder = tmp_path_factory.mktemp("nginx")
    text = documented_server().replace(UPSTREAM, f"{UPSTREAM} {_READ_TIMEOUT}")
    with tls_proxy(folder, server.address, text) as address:
        yield f"{address}/bpmn", ssl.create_default_context(cafile=str(folder / "certificate.pem"))


@asynccontextmanager
async def _socket(proxy: tuple[str, ssl.SSLContext], **options: Any) -> AsyncIterator[GraphQLSocket]:
    address, context = proxy
    async with opened(address, ssl=context, **options) as socket:
        await socket.init()
        yield socket


async def test_a_websocket(documented: tuple[str, ssl.SSLContext], server: ServerProcess) -> None:
    """A page of the own origin opens it, and it stays open although nothing changes."""
    own = documented[0].removesuffix("/bpmn")
    async with _socket(documented, headers={"Origin": own}) as socket:
        await socket.subscribe()
        assert json.dumps(await socket.execute("{ __typename }")) == '{"data": {"__typename": "Query"}}'
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.receive(), _SILENCE_SECONDS)
        assert len(socket.pings) > 1
        await _start(server, "over a WebSocket")
        assert (await socket.next())["event"]["correlation"] == {"id": "over a WebSocket"}


async def test_pages_of_other_origins_open_no_websocket(documented: tuple[str, ssl.SSLContext]) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        async with _socket(documented, headers={"Origin": "https://example.org"}):
            pass
