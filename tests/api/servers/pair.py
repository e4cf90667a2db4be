"""Two server processes on one PostgreSQL server, for the tests of the APIs.

With ``API_SERVERS=2`` in the environment, the requests of a test go to both in turn.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path

import httpx
import pytest

from tests.api.servers.hosted import COMPILE, DATABASE
from tests.support.server import ServerProcess, running

IS_WANTED = os.environ.get("API_SERVERS") == "2"
ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "uvicorn", "--factory", "tests.api.servers.hosted:create_app", "--app-dir", str(ROOT))

# A test with one of these fixtures looks into the server, which therefore runs in its process.
_INSIGHTS = {"monkeypatch", "caplog", "statements"}


def reaches_servers(request: pytest.FixtureRequest) -> bool:
    """Return whether the requests of a test go to the two server processes."""
    looks_inside = request.node.get_closest_marker("in_process") or not _INSIGHTS.isdisjoint(request.fixturenames)
    return IS_WANTED and not looks_inside


class AlternatingTransport(httpx.AsyncBaseTransport):
    """Sends each request to the next of several servers."""

    def __init__(self, addresses: list[str], database_url: str, compile_at_execution: int | None) -> None:
        self._transports = [httpx.AsyncHTTPTransport() for _ in addresses]
        self._turns = cycle(zip(map(httpx.URL, addresses), self._transports, strict=True))
        self._headers = {DATABASE: database_url.encode()}
        if compile_at_execution is not None:
            self._headers[COMPILE] = str(compile_at_execution).encode()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        address, transport = next(self._turns)
        request.url = request.url.copy_with(scheme=address.scheme, host=address.host, port=address.port)
        request.headers.update(self._headers)
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        for transport in self._transports:
            await transport.aclose()


@contextmanager
def running_pair(folder: Path) -> Iterator[list[str]]:
    """Run two server processes, and yield their addresses."""
    with ExitStack() as stack:
        addresses = []
        for name in ("first", "second"):
            own = folder / name
            own.mkdir()
            server = ServerProcess(own, command=COMMAND, ready_path=None)
            addresses.append(stack.enter_context(running(server)).address)
        yield addresses
