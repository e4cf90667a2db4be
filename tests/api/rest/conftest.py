"""The whole application in process, over the real adapters."""

from collections.abc import AsyncIterator
from typing import Protocol

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.bootstrap import Runtime
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import COMPILE_AT_EXECUTION, GraphQLEndpoint
from tests.api.rest.client import ALL, RestClient
from tests.api.servers.pair import AlternatingTransport, reaches_servers
from tests.api.tokens import token


class CallerFactory(Protocol):
    def __call__(self, *permissions: str, lanes: tuple[str, ...] = ..., subject: str = ...) -> RestClient: ...


@pytest.fixture
def application(runtime: Runtime) -> Starlette:
    services, probe = runtime.services, WriteProbe(runtime.writer)
    return build_app(services, WebOptions(), GraphQLEndpoint(services), lambda: {"timers": True}, probe)


@pytest_asyncio.fixture
async def http(
    application: Starlette, server_pair: list[str] | None, database_url: str, request: pytest.FixtureRequest
) -> AsyncIterator[httpx.AsyncClient]:
    transport: httpx.AsyncBaseTransport
    if server_pair is None or not reaches_servers(request):
        transport = httpx.ASGITransport(application)
    else:
        transport = AlternatingTransport(server_pair, database_url, COMPILE_AT_EXECUTION)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def caller(http: httpx.AsyncClient) -> CallerFactory:
    """Return a factory of clients with these permissions (default: all) and lanes (default: all)."""

    def make(*permissions: str, lanes: tuple[str, ...] = ("*",), subject: str = "ada") -> RestClient:
        return RestClient(http, token(permissions or ALL, lanes, subject))

    return make


@pytest.fixture
def ada(caller: CallerFactory) -> RestClient:
    """Return a client with all permissions in all lanes."""
    return caller()


@pytest.fixture
def anonymous(http: httpx.AsyncClient) -> RestClient:
    """Return a client without a credential."""
    return RestClient(http)
