"""The files of the editor that a browser finds at ``/graphql``."""

import re

import httpx
import pytest

from bpmn_events.application.services import Services
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from tests.api.rest.client import RestClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


async def test_the_page_loads_only_what_this_server_has(nobody: RestClient) -> None:
    page = await nobody.http.get("/graphql", headers=BROWSER)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*src=)|https?://", page.text)
    loaded = re.findall(r'(?:src|href)="(graphiql/[^"]+)"', page.text)
    assert len(loaded) >= 5
    for address in loaded:
        file = await nobody.http.get(f"/{address}")
        assert file.status_code == 200
        assert file.headers["content-type"].startswith(("text/javascript", "text/css"))


async def test_a_file_is_sent_once_as_long_as_it_does_not_change(nobody: RestClient) -> None:
    file = await nobody.http.get("/graphiql/editor.js")
    assert file.headers["cache-control"] == "no-cache"
    again = await nobody.http.get("/graphiql/editor.js", headers={"If-None-Match": file.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["", "/", "/nothing.js", "/vendor", "/..%2f..%2fgraphiql.py", "/%2e%2e/graphiql.html"])
async def test_there_is_nothing_else(nobody: RestClient, path: str) -> None:
    assert (await nobody.http.get(f"/graphiql{path}")).status_code == 404


async def test_a_file_cannot_be_sent_to(nobody: RestClient) -> None:
    assert (await nobody.http.post("/graphiql/editor.js")).status_code == 405


async def test_switched_off_there_are_no_files(services: Services) -> None:
    endpoint = GraphQLEndpoint(services, graphiql=False)
    application = build_app(services, WebOptions(graphiql=False), endpoint, lambda: {"timers": True})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as http:
        assert (await http.get("/graphiql/editor.js")).status_code == 404
        assert (await http.get("/graphql", headers={"Accept": "text/html"})).status_code == 406
