"""The server works behind nginx with TLS and a path prefix, which nginx removes or not."""

import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from tests.api.rest.client import trigger_path
from tests.api.tokens import token
from tests.support.browser import browser_page
from tests.support.polling import block_until
from tests.support.server import ServerProcess, running
from tests.system.models import TWO_STEPS
from tests.system.web.nginx import UPSTREAM, documented_server, tls_proxy

DEPLOY_AND_START = """mutation($xml: String!, $id: ID!) {
  deployProcessModel(input: {bpmnXml: $xml}) { __typename }
  startProcessInstance(input: {processModelKey: "two-steps", correlationId: $id}) { __typename } }"""
# How nginx passes a request on: the documented way, and two ways that remove the prefix.
REMOVE = f'if ($request_uri ~ "^/bpmn(?<rest>/.*)$") {{ set $is_prefixed 1; }} {UPSTREAM.replace(";", "$rest;")}'
REMOVE_AND_DECODE = UPSTREAM.replace(";", "/;")
SERVERS = {
    "left": documented_server(),
    "removed": documented_server().replace(UPSTREAM, REMOVE),
    "removed and decoded": documented_server().replace(UPSTREAM, REMOVE_AND_DECODE),
}


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Yield a server with the demo that knows its prefix."""
    folder = tmp_path_factory.mktemp("server")
    settings = {"TRUSTED_PROXIES": "127.0.0.0/8"}
    with running(ServerProcess(folder, ["--demo", "--root-path", "/bpmn/"], settings)) as server:
        yield server


@pytest.fixture(scope="module", params=SERVERS)
def way(request: pytest.FixtureRequest) -> str:
    """Return what nginx does with the prefix."""
    return str(request.param)


@pytest.fixture(scope="module")
def proxy(way: str, prefixed: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Yield a client of nginx."""
    folder = tmp_path_factory.mktemp("nginx")
    with tls_proxy(folder, prefixed.address, SERVERS[way]) as address:
        context = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
        with httpx.Client(base_url=f"{address}/bpmn/", verify=context, auth=authorize, timeout=60) as client:
            yield client


def authorize(request: httpx.Request) -> httpx.Request:
    """Add a new token, because one is valid for a few minutes only."""
    request.headers["Authorization"] = f"Bearer {token()}"
    return request


def graphql(client: httpx.Client, query: str, **variables: Any) -> Any:
    response = client.post("graphql", json={"query": query, "variables": variables})
    assert "errors" not in response.json(), response.text
    return response.json()["data"]


def test_graphql(proxy: httpx.Client) -> None:
    data = graphql(proxy, "{ waitingEvents { ... on WaitingEventConnection { totalCount } } }")
    assert data["waitingEvents"]["totalCount"] > 0
    large = graphql(proxy, "query ($id: ID!) { node(id: $id) { id } }", id="a" * 1_000_000)
    assert large == {"node": None}


def test_links_are_relative(proxy: httpx.Client) -> None:
    for link in proxy.get("").json()["links"].values():
        assert proxy.get(link).status_code in (200, 400)
    assert 'href="graphql"' in proxy.get("", headers={"Accept": "text/html"}).text


def test_the_prefix_without_a_slash_leads_to_the_index(proxy: httpx.Client) -> None:
    response = proxy.get(str(proxy.base_url).removesuffix("/"), follow_redirects=True)
    assert (response.status_code, response.url.path) == (200, "/bpmn/")
    assert response.json()["name"] == "BPMN Events"


def test_the_openapi_document_names_the_prefix_as_its_server(proxy: httpx.Client) -> None:
    document = proxy.get("openapi.json", headers={"X-Forwarded-Proto": "http", "X-Forwarded-Host": "other"}).json()
    validate(document)
    assert document["servers"] == [{"url": "/bpmn"}]
    base = proxy.base_url.join(document["servers"][0]["url"])
    path = "/process_models/{process_model_key}/events"
    assert path in document["paths"]
    events = proxy.get(f"{base}{path.format(process_model_key='order')}").json()["events"]
    assert {event["processModelId"] for event in events} == {"order"}


def test_an_id_with_a_slash(proxy: httpx.Client, way: str) -> None:
    """It arrives unless nginx itself decodes the path, which the documentation warns of."""
    correlation = f"a/b c?ü {way}"
    graphql(proxy, DEPLOY_AND_START, xml=TWO_STEPS, id=correlation)
    response = proxy.post(trigger_path("two-steps", correlation, "first")[1:])
    if way == "removed and decoded":
        assert response.status_code == 404
    else:
        assert (response.status_code, response.json()["trigger"]["correlationId"]) == (200, correlation)


def test_compressed_responses(proxy: httpx.Client) -> None:
    for path in ("graphiql/vendor/graphiql.min.js", "openapi.json"):
        coded = proxy.get(path, headers={"Accept-Encoding": "gzip"})
        plain = proxy.get(path, headers={"Accept-Encoding": "identity"})
        assert (coded.headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
        assert coded.content == plain.content
        assert coded.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_errors(proxy: httpx.Client) -> None:
    problem = proxy.get("nothing").json()
    assert (problem["status"], problem["detail"]) == (404, "There is nothing at /bpmn/nothing.")
    problem = proxy.post("api/consumer/v1/signals/%01/trigger").json()
    assert (problem["code"], problem["message"]) == ("BAD_USER_INPUT", problem["detail"])


def test_the_editor_runs_a_query_through_the_proxy(
    proxy: httpx.Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    address = f"{proxy.base_url}graphql"
    with browser_page(tmp_path_factory.mktemp("chromium"), "--ignore-certificate-errors") as page:
        page.open(address)
        page.wait_for("document.querySelector('.graphiql-execute-button') !== null")
        page.evaluate(f"Object.assign(document.getElementById('token'), {{value: '{token()}'}})")
        page.evaluate("document.getElementById('token').dispatchEvent(new Event('change'))")
        page.wait_for("/^ada/.test(whoami.textContent)")
        page.evaluate("document.querySelector('.graphiql-execute-button').click()")
        page.wait_for("/WaitingEventConnection/.test(document.querySelector('.result-window').innerText)")
        requested = {url for url in page.requested_urls if not url.startswith("data:")}
        assert {url for url in requested if not url.startswith(str(proxy.base_url))} == set()
        assert address in requested
        assert page.errors == []


def test_the_welcome_text_has_the_prefix(prefixed: ServerProcess) -> None:
    assert f"{prefixed.address}/bpmn/graphql" in prefixed.output
    assert f"{prefixed.address}/bpmn/process_models/order/" in prefixed.output
    assert httpx.get(f"{prefixed.address}/bpmn/readyz").status_code == 200


def test_the_log_has_the_address_of_the_client(proxy: httpx.Client, prefixed: ServerProcess) -> None:
    """Nginx connects from 127.0.0.1; the client seems to come from another trusted address, and forges one more."""
    proxy.get("readyz", headers={"X-Request-ID": "behind-nginx", "X-Forwarded-For": "203.0.113.9"})
    block_until(lambda: "request_id=behind-nginx" in prefixed.output)
    (line,) = [line for line in prefixed.output.splitlines() if "request_id=behind-nginx" in line][-1:]
    assert "client=203.0.113.9" in line
