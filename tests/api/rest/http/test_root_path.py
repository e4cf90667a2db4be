"""The server works under a path prefix, whether the proxy or the ASGI server removes it, adds it or leaves it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from bpmn_events.application.services import Services
from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.bootstrap import Runtime
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from tests.api.gql.models import ORDER
from tests.api.rest.client import RestClient, start_case
from tests.api.tokens import token

Build = Callable[[str], Starlette]
AMBIGUOUS = ("/api", "/graphql", "/messages", "/process_models")
QUERY = {"query": "{ viewer { __typename } }"}
HTML = {"Accept": "text/html"}


class Uvicorn:
    """The application behind uvicorn's option ``--root-path``, which adds the prefix to every path."""

    def __init__(self, application: ASGIApp, root_path: str) -> None:
        self._application = application
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw_path = self._root_path.encode() + scope["raw_path"]
        path = self._root_path + unquote(scope["raw_path"].decode())
        await self._application(
            {**scope, "path": path, "raw_path": raw_path, "root_path": self._root_path}, receive, send
        )


class WithoutRawPath:
    """The application behind a server that does not send the optional raw path."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application({name: value for name, value in scope.items() if name != "raw_path"}, receive, send)


@pytest.fixture
def build(runtime: Runtime) -> Build:
    """Return a function that builds the application with a prefix in its settings."""

    def make(root_path: str) -> Starlette:
        services, probe = runtime.services, WriteProbe(runtime.writer)
        return build_app(services, WebOptions(root_path=root_path), GraphQLEndpoint(services), dict, probe)

    return make


def client(application: ASGIApp, server_root_path: str = "") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(application, root_path=server_root_path)
    headers = {"Authorization": f"Bearer {token()}"}
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)


def deployments(build: Build, root_path: str) -> dict[str, httpx.AsyncClient]:
    """Return clients of the server with each way to know the prefix.

    Some servers set the prefix without adding it to the path. There, the path of a route that begins with the prefix
    cannot be told from the path of another route with the prefix.
    """
    adding_nothing = "a server that adds nothing to the path"
    clients = {
        "the setting": client(build(root_path)),
        "uvicorn's option": client(Uvicorn(build(""), root_path)),
        "both": client(Uvicorn(build(root_path), root_path)),
        adding_nothing: client(build(""), root_path),
        "no raw path": client(WithoutRawPath(build(root_path))),
    }
    return {name: http for name, http in clients.items() if name != adding_nothing or root_path not in AMBIGUOUS}


async def check_service(http: httpx.AsyncClient, prefix: str, root_path: str) -> None:
    """Check requests whose paths begin with the prefix, which the proxy has left or removed."""
    assert (await http.post(f"{prefix}/graphql", json=QUERY)).json() == {"data": {"viewer": {"__typename": "Viewer"}}}
    assert (await http.get(f"{prefix}/graphql", headers=HTML)).status_code == 200
    assert (await http.get(f"{prefix}/graphiql/editor.js")).status_code == 200
    assert (await http.get(f"{prefix}/")).json()["links"]["graphql"] == "graphql"
    assert (await http.get(f"{prefix}/openapi.json")).json()["servers"] == [{"url": root_path}]
    for api in ("", "/api/consumer/v1"):
        events = await http.get(f"{prefix}{api}/correlations/c-1/events")
        assert events.json()["totalCount"] == 3
    refused = await http.post(f"{prefix}/api/consumer/v1/signals/%00/trigger")
    assert refused.json()["message"] == refused.json()["detail"]
    assert (await http.get(f"{prefix}/nothing")).json()["detail"] == f"There is nothing at {root_path}/nothing."


@pytest.mark.parametrize("root_path", ["/bpmn", "/tools/bpmn", "/b%C3%BC%20r", *AMBIGUOUS])
async def test_with_and_without_the_prefix(services: Services, build: Build, root_path: str) -> None:
    await start_case(services, ORDER, "order", "c-1")
    for http in deployments(build, root_path).values():
        async with http:
            for prefix in ("", root_path):
                await check_service(http, prefix, root_path)


@pytest.mark.parametrize("root_path", ["/bpmn", "/api", "/messages"])
@pytest.mark.parametrize("prefixed", [False, True])
async def test_an_id_with_a_slash(services: Services, build: Build, root_path: str, prefixed: bool) -> None:
    await start_case(services, ORDER, "order", "a/b c")
    path = "/process_models/order/correlations/a%2Fb%20c/events/ship/trigger"
    for name, http in deployments(build, root_path).items():
        async with http:
            response = await http.post(f"{root_path if prefixed else ''}{path}?dry_run=true")
            assert (response.status_code == 200) is (name != "no raw path"), name


async def test_graphql_skips_the_router_under_a_prefix_too(build: Build) -> None:
    application = build("/bpmn")
    application.router.routes.clear()
    async with client(application) as direct, client(Uvicorn(application, "/bpmn")) as added:
        for http in (direct, added):
            for prefix in ("", "/bpmn"):
                assert (await http.post(f"{prefix}/graphql", json=QUERY)).status_code == 200
        assert (await direct.get("/healthz")).status_code == 404


async def test_mounted_in_another_application(services: Services, build: Build) -> None:
    await start_case(services, ORDER, "order", "c-1")
    async with client(Starlette(routes=[Mount("/outer/bpmn", build(""))])) as http:
        await check_service(http, "/outer/bpmn", "/outer/bpmn")


@pytest.mark.parametrize("path", ["/bpmn", "/bp%6Dn"])
async def test_the_prefix_without_a_slash_leads_to_the_index(build: Build, path: str) -> None:
    for http in deployments(build, "/bpmn").values():
        async with http:
            response = await http.get(path)
            assert (response.status_code, response.headers["location"]) == (308, "/bpmn/")


@pytest.mark.parametrize("path", ["/bpmnx", "/bpmnx/graphql", "/BPMN/graphql", "/bpmn/bpmn/graphql", "/bpmn//graphql",
                                  "/x/bpmn/graphql", "/bpmn%2Fgraphql", "/%2Fbpmn/graphql"])  # fmt: skip
async def test_other_paths_are_unknown(build: Build, path: str) -> None:
    async with client(build("/bpmn")) as http:
        response = await http.post(path, json=QUERY)
        assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


async def test_without_a_prefix_nothing_is_removed(anonymous: RestClient) -> None:
    assert (await anonymous.get("/bpmn/healthz")).json()["detail"] == "There is nothing at /bpmn/healthz."
    assert (await anonymous.get("/openapi.json")).json()["servers"] == [{"url": "/"}]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/graphql", "websocket.accept"),
        ("/bpmn/graphql", "websocket.accept"),
        ("/bpmn", "websocket.close"),
        ("/bpmn/other", "websocket.close"),
    ],
)
async def test_websockets_and_the_lifespan(build: Build, path: str, answer: str) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.disconnect" if sent else "websocket.connect"}

    scope = {
        **{"type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": []},
        **{"subprotocols": ["graphql-transport-ws"]},
    }
    await build("/bpmn")(scope, receive, send)
    assert [message["type"] for message in sent] == [answer]
    lifespan_scope = {"type": "lifespan", "state": {}}

    async def events() -> Any:
        return {"type": "lifespan.startup"}

    await build("/bpmn")(lifespan_scope, events, send)
    assert [message["type"] for message in sent[1:]] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_the_metrics_name_the_route(build: Build) -> None:
    async with client(build("/bpmn")) as http:
        await http.post("/bpmn/graphql", json=QUERY)
        await http.post("/graphql", json=QUERY)
        metrics = (await http.get("/bpmn/metrics")).text
    assert 'bpmn_events_http_requests_total{method="POST",route="/graphql",status="200"} 2.0' in metrics
