"""Pages and files for browsers have security headers."""

import httpx
import pytest

from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.bootstrap import Runtime
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from bpmn_events.web.gql.execution.trusted import TrustedDocuments
from tests.api.rest.client import RestClient

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
SECURITY = {"referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}


def check_headers(response: httpx.Response) -> None:
    policy = response.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"} <= {*policy}
    assert SECURITY.items() <= dict(response.headers).items()


@pytest.mark.parametrize(
    ("method", "path", "accept", "media_type"),
    [
        ("GET", "/", HTML, "text/html; charset=utf-8"),
        ("HEAD", "/", HTML, "text/html; charset=utf-8"),
        ("GET", "/", "*/*", "application/json"),
        ("GET", "/", "application/json", "application/json"),
        ("GET", "/graphql", HTML, "text/html; charset=utf-8"),
    ],
)
async def test_pages(anonymous: RestClient, method: str, path: str, accept: str, media_type: str) -> None:
    response = await anonymous.http.request(method, path, headers={"Accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    check_headers(response)
    assert response.headers["cache-control"] == "no-store"
    assert "Accept" in response.headers["vary"].split(", ")


@pytest.mark.parametrize("path", ["/graphiql/editor.js", "/graphiql/vendor/LICENSES", "/openapi.json"])
async def test_files(anonymous: RestClient, path: str) -> None:
    response = await anonymous.get(path)
    assert response.status_code == 200
    check_headers(response)
    assert response.headers["cache-control"] == "no-cache"


async def test_the_page_in_place_of_the_editor(runtime: Runtime) -> None:
    endpoint = GraphQLEndpoint(runtime.services, trusted=TrustedDocuments(only=True))
    application = build_app(runtime.services, WebOptions(), endpoint, dict, WriteProbe(runtime.writer))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as http:
        response = await http.get("/graphql", headers={"Accept": HTML})
    assert "No editor here" in response.text
    check_headers(response)


async def test_links_of_the_index_are_relative(anonymous: RestClient) -> None:
    links = (await anonymous.get("/")).json()["links"]
    assert links["graphql"] == "graphql"
    assert not [link for link in links.values() if link.startswith("/") or ":" in link]
