"""Pages of the origins in the settings may send requests, and read the responses."""

from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bpmn_events.application.services import Services
from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.bootstrap import Runtime
from bpmn_events.domain.principal import Permission
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from bpmn_events.web.http.routing import DescribedRoute
from tests.api.gql.models import BRITTLE
from tests.api.rest.client import RestClient, start_case, trigger_path
from tests.api.tokens import token

DASHBOARD = "https://dashboard.example.com"
ORIGINS = (DASHBOARD, "http://localhost:3000")
NOT_ALLOWED = [
    "https://evil.example",
    "null",
    f"{DASHBOARD}.evil.example",
    "https://DASHBOARD.example.com",
    f"{DASHBOARD}/",
    f"{DASHBOARD}:443",
    "http://dashboard.example.com",
    f"{DASHBOARD}, {ORIGINS[1]}",
    "*",
    "",
]
ALLOWED_HEADERS = {
    "authorization",
    "content-type",
    "idempotency-key",
    "last-event-id",
    "traceparent",
    "tracestate",
    "x-request-id",
}
EXPOSED_HEADERS = {"ratelimit", "ratelimit-policy", "retry-after", "www-authenticate", "x-request-id"}
QUERY = {"query": "{ viewer { __typename } }"}


def build(runtime: Runtime, *origins: str) -> Starlette:
    services, probe = runtime.services, WriteProbe(runtime.writer)
    endpoint = GraphQLEndpoint(services, max_body_bytes=2000)
    return build_app(services, WebOptions(max_body_bytes=2000, cors_origins=origins), endpoint, dict, probe)


@pytest.fixture
def application(runtime: Runtime) -> Starlette:
    return build(runtime, *ORIGINS)


@pytest_asyncio.fixture
async def http(application: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as client:
        yield client


async def preflight(
    http: httpx.AsyncClient, path: str, method: str = "POST", headers: str = "authorization", origin: str = DASHBOARD
) -> httpx.Response:
    request = {"Origin": origin, "Access-Control-Request-Method": method}
    return await http.options(
        path, headers={**request, **({"Access-Control-Request-Headers": headers} if headers else {})}
    )


def names(headers: Mapping[str, str], name: str) -> set[str]:
    return {element.strip().lower() for element in headers.get(name, "").split(",")}


async def test_every_route_allows_its_methods_and_our_headers(application: Starlette, http: httpx.AsyncClient) -> None:
    routes = [route for route in application.routes if isinstance(route, DescribedRoute)]
    methods = {(route.described_path, method) for route in routes for method in route.operations}
    assert ("/graphql", "POST") in methods
    methods.remove(("/hooks/{name}", "POST"))  # for the servers of providers, and not for pages
    for path, method in [*methods, ("/graphiql/editor.js", "GET"), ("/nothing", "GET"), ("/healthz", "HEAD")]:
        for origin in ORIGINS:
            response = await preflight(http, path, method, "authorization,content-type,idempotency-key", origin)
            assert response.status_code == 200, path
            assert response.headers["access-control-allow-origin"] == origin
            assert method in response.headers["access-control-allow-methods"].split(", ")
            assert names(response.headers, "access-control-allow-headers") >= ALLOWED_HEADERS
            assert int(response.headers["access-control-max-age"]) >= 600
            assert "origin" in names(response.headers, "vary")
            assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize(
    "header", ["authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "traceparent", "x-request-id", ""]
)
async def test_an_allowed_header(http: httpx.AsyncClient, header: str) -> None:
    assert (await preflight(http, "/graphql", headers=header)).status_code == 200


@pytest.mark.parametrize(
    ("method", "headers"),
    [("DELETE", ""), ("PUT", ""), ("post", ""), ("POST", "x-evil"), ("POST", "authorization,cookie")],
)
async def test_other_methods_and_headers_are_refused(http: httpx.AsyncClient, method: str, headers: str) -> None:
    assert (await preflight(http, "/graphql", method, headers)).status_code == 400


@pytest.mark.parametrize("origin", NOT_ALLOWED)
async def test_other_origins_are_refused(http: httpx.AsyncClient, origin: str) -> None:
    response = await preflight(http, "/graphql", origin=origin)
    assert response.status_code == 400
    assert "access-control-allow-origin" not in response.headers
    response = await http.post("/graphql", json=QUERY, headers={"Origin": origin})
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers
    assert "origin" in names(response.headers, "vary")


# Names of callers in place of their tokens, which are valid for a few minutes only.
ADMIN, READER = {"Authorization": "admin"}, {"Authorization": "reader"}
PERMISSIONS = {"admin": tuple(Permission), "reader": (Permission.EVENTS_READ,)}
# Requests with the status of their responses, from every part of the server that sends one.
REQUESTS = [
    ("POST", "/graphql", {"Content-Type": "application/json"}, b'{"query": "{ viewer { __typename } }"}', 200),
    ("POST", "/graphql", {"Content-Type": "application/json; q=x"}, b'{"query": "{ viewer { __typename } }"}', 200),
    ("POST", "/graphql", {"Authorization": "Bearer x", "Content-Type": "application/json"}, b"{}", 401),
    ("POST", "/graphql", {"Content-Type": "application/json"}, b" " * 3000, 413),
    ("POST", "/graphql", {"Content-Type": "text/plain"}, b"", 415),
    ("GET", "/graphql", {"Accept": "text/html"}, b"", 200),
    ("PUT", "/graphql", {}, b"", 405),
    ("GET", "/correlations/c-1/events", {}, b"", 401),
    ("GET", "/correlations/c-1/events", ADMIN, b"", 200),
    ("GET", "/correlations/c-1/events?lane=x", ADMIN, b"", 400),
    ("POST", "/signals/x/trigger", READER, b"", 403),
    ("POST", "/signals/x/trigger", ADMIN, b" " * 3000, 413),
    ("POST", trigger_path("brittle", "c-1", "wait"), ADMIN, b"", 500),
    ("GET", "/nothing", {}, b"", 404),
    ("DELETE", "/healthz", {}, b"", 405),
    ("OPTIONS", "/healthz", {}, b"", 204),
    ("HEAD", "/healthz", {}, b"", 200),
    ("GET", "/", {}, b"", 200),
    ("GET", "/", {"Accept": "text/html"}, b"", 200),
    ("GET", "/metrics", {}, b"", 200),
    ("GET", "/openapi.json", {}, b"", 200),
    ("GET", "/graphiql/editor.js", {}, b"", 200),
    ("GET", "/graphiql/nothing.js", {}, b"", 404),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "headers", "body", "status"), REQUESTS)
async def test_every_response_depends_on_the_origin(
    services: Services,
    http: httpx.AsyncClient,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
) -> None:
    await start_case(services, BRITTLE, "brittle", "c-1")
    if (name := headers.get("Authorization")) in PERMISSIONS:
        headers = {"Authorization": f"Bearer {token(PERMISSIONS[name])}"}
    for origin in (DASHBOARD, "https://evil.example", None):
        sent = headers if origin is None else {**headers, "Origin": origin}
        response = await http.request(method, path, headers=sent, content=body)
        assert response.status_code == status
        assert "origin" in names(response.headers, "vary")
        assert len(response.headers.get_list("vary")) == 1
        if origin == DASHBOARD:
            assert response.headers["access-control-allow-origin"] == origin
            assert names(response.headers, "access-control-expose-headers") == EXPOSED_HEADERS
        else:
            assert "access-control-allow-origin" not in response.headers
        assert "access-control-allow-credentials" not in response.headers


async def test_the_editor_keeps_its_headers(http: httpx.AsyncClient) -> None:
    for _ in range(2):
        response = await http.get("/graphql", headers={"Accept": "text/html", "Origin": DASHBOARD})
        assert names(response.headers, "vary") == {"accept", "accept-encoding", "origin"}
        assert response.headers.get_list("access-control-allow-origin") == [DASHBOARD]


async def test_an_unexpected_error(
    http: httpx.AsyncClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(services.tokens), "authenticate", broken)
    response = await http.get("/correlations/x/events", headers={"Origin": DASHBOARD, "Authorization": "Bearer x"})
    assert (response.status_code, response.json()["code"]) == (500, "INTERNAL_SERVER_ERROR")
    assert response.headers["access-control-allow-origin"] == DASHBOARD


@pytest.mark.parametrize("path", ["/graphql", "/healthz", "/nothing"])
async def test_without_the_setting_there_are_no_such_headers(
    anonymous: RestClient, runtime: Runtime, path: str
) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build(runtime)), base_url="http://test") as http:
        response = await preflight(http, path)
        assert response.status_code in (204, 404, 405)
        for answer in (response, await http.get(path, headers={"Origin": DASHBOARD})):
            assert not [name for name in answer.headers if name.startswith("access-control-")]
            assert "origin" not in names(answer.headers, "vary")


async def test_preflights_are_counted(http: httpx.AsyncClient) -> None:
    await preflight(http, "/graphql")
    metrics = (await http.get("/metrics")).text
    assert 'bpmn_events_http_requests_total{method="OPTIONS",route="/graphql",status="200"} 1.0' in metrics


@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"])
async def test_a_page_can_read_a_stream(http: httpx.AsyncClient, accept: str) -> None:
    query = 'subscription { waitingEventChanges(filter: {processModelKeys: ["unknown"]}) { __typename } }'
    headers = {"Origin": DASHBOARD, "Authorization": f"Bearer {token()}", "Accept": accept}
    response = await http.post("/graphql", json={"query": query}, headers=headers)
    assert "ProcessModelNotFoundError" in response.text
    assert response.headers["access-control-allow-origin"] == DASHBOARD
    assert names(response.headers, "vary") == {"accept", "origin"}
    assert "content-encoding" not in response.headers
