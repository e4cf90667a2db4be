"""The GraphQL endpoint with the real adapters, and clients of it."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
import pytest_asyncio

from bpmn_events.application.services import Services
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from tests.api.gql.client import ALL, GraphQLClient
from tests.api.servers.pair import AlternatingTransport, reaches_servers
from tests.api.tokens import token

CallerFactory = Callable[..., GraphQLClient]


@pytest.fixture(params=["compiled", "executed"])
def compile_at_execution(request: pytest.FixtureRequest) -> int | None:
    """Run each test twice, with every operation compiled and with none: the results must not differ."""
    return 1 if request.param == "compiled" else None


@pytest_asyncio.fixture
async def http(
    services: Services,
    compile_at_execution: int | None,
    server_pair: list[str] | None,
    database_url: str,
    request: pytest.FixtureRequest,
) -> AsyncIterator[httpx.AsyncClient]:
    transport: httpx.AsyncBaseTransport
    if server_pair is None or not reaches_servers(request):
        transport = httpx.ASGITransport(GraphQLEndpoint(services, compile_at_execution=compile_at_execution))
    else:
        transport = AlternatingTransport(server_pair, database_url, compile_at_execution)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def caller(http: httpx.AsyncClient) -> CallerFactory:
    """Return a function that creates a client with these permissions and lanes; by default, with all of them."""

    def make(*permissions: str, lanes: tuple[str, ...] = ("*",), subject: str = "ada") -> GraphQLClient:
        return GraphQLClient(http, token(permissions or ALL, lanes, subject))

    return make


@pytest.fixture
def ada(caller: CallerFactory) -> GraphQLClient:
    """Return a client with all permissions and lanes."""
    return caller()


@pytest.fixture
def nobody(http: httpx.AsyncClient) -> GraphQLClient:
    """Return a client that sends no credential."""
    return GraphQLClient(http)
