"""The files of the GraphiQL editor."""

import re

import httpx
import pytest

from bpmn_events.application.writing.probe import WriteProbe
from bpmn_events.bootstrap import Runtime
from bpmn_events.web.asgi import WebOptions, build_app
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from tests.api.rest.client import RestClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


async def test_the_page_loads_only_files_of_this_server(anonymous: RestClient) -> None:
    page = await anonymous.http.get("/graphql", headers=BROWSER)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*src=)|https?://", page.text)
    loaded = re.findall(r'(?:src|href)="(graphiql/[^"]+)"', page.text)
    assert len(loaded) >= 5
    for address in loaded:
        file = await anonymous.http.get(f"/{address}")
        assert file.status_code == 200
        assert file.headers["content-type"].startswith(("text/javascript", "text/css"))


async def test_an_unchanged_file_is_sent_once(anonymous: RestClient) -> None:
    file = await anonymous.http.get("/graphiql/editor.js")
    assert file.headers["cache-control"] == "no-cache"
    again = await anonymous.http.get("/graphiql/editor.js", headers={"If-None-Match": file.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["", "/", "/nothing.js", "/vendor", "/..%2f..%2fgraphiql.py", "/%2e%2e/graphiql.html"])
async def test_other_paths_are_unknown(anonymous: RestClient, path: str) -> None:
    assert (await anonymous.http.get(f"/graphiql{path}")).status_code == 404


async def test_a_file_cannot_be_posted(anonymous: RestClient) -> None:
    assert (await anonymous.http.post("/graphiql/editor.js")).status_code == 405


async def test_without_graphiql_there_are_no_files(runtime: Runtime) -> None:
    endpoint, probe = GraphQLEndpoint(runtime.services, graphiql=False), WriteProbe(runtime.writer)
    application = build_app(runtime.services, WebOptions(graphiql=False), endpoint, lambda: {"timers": True}, probe)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as http:
        assert (await http.get("/graphiql/editor.js")).status_code == 404
        assert (await http.get("/graphql", headers={"Accept": "text/html"})).status_code == 406
