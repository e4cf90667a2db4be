"""The fast path for the common POST sends the same ASGI messages as the general path."""

from codecs import BOM_UTF8
from typing import Any

import msgspec
import pytest
from starlette.requests import ClientDisconnect

from bpmn_events.application.services import Services
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from bpmn_events.web.gql.endpoint.fast_path import FastPathRequest
from bpmn_events.web.gql.execution.trusted import published_documents
from tests.api.gql.client import ALL
from tests.api.tokens import token

LIMIT = 2000
PUBLISHED = next(iter(published_documents()))
VIEWER = b'{"query": "{ viewer { __typename ... on Viewer { subject } } }"}'
FULL = (
    b'{"query": "query Q($id: ID!) { waitingEvent(id: $id) { __typename } }", "variables": {"id": "we_1"}, '
    b'"extensions": {}}'
)
BODIES = {
    "viewer": VIEWER,
    "variables": FULL,
    "named": b'{"query": "query A { a: __typename } query B { b: __typename }", "operationName": "B"}',
    "mutation": b'{"query": "mutation { startProcessInstance(input: {processModelKey: \\"k\\"}) { __typename } }"}',
    "wrong variables": b'{"query": "query($n: Int!) { a: __typename @include(if: true) }", "variables": {"n": "x"}}',
    "invalid": b'{"query": "{ nothing }"}',
    "no document": b'{"query": "{"}',
    "no query": b'{"variables": {}}',
    "by id": b'{"documentId": "%s"}' % PUBLISHED.encode(),
    "persisted query": b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "%s"}}}' % PUBLISHED.encode(),
    "unknown id": b'{"documentId": "sha256:0"}',
    "unknown persisted query": b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}}',
    "two documents": b'{"query": "{ viewer { __typename } }", "documentId": "sha256:0"}',
    "no object": b"[]",
    "null": b"null",
    "no JSON": b"{",
    "no UTF-8": b'{"query": "\xff"}',
    "byte order mark": BOM_UTF8 + VIEWER,
    "two byte order marks": BOM_UTF8 + BOM_UTF8 + VIEWER,
    "UTF-16": VIEWER.decode().encode("utf-16"),
    "empty": b"",
    "too large": b'{"query": "' + b" " * LIMIT + b'"}',
}
UNUSUAL = (b"accept", b"application/json;q=0.9")  # changes nothing but takes the general path


@pytest.fixture
def compile_at_execution() -> None:
    """Compile nothing: these tests build their own endpoints."""


def headers(**overrides: str) -> list[tuple[bytes, bytes]]:
    plain = {"host": "test", "content_type": "application/json", "user_agent": "tests", **overrides}
    return [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in plain.items() if value]


async def messages(
    endpoint: GraphQLEndpoint, request_headers: list[tuple[bytes, bytes]], chunks: list[Any]
) -> list[Any]:
    """Return the messages that the endpoint sends for a POST with this body; a chunk of None is a disconnect."""
    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": "/graphql", "raw_path": b"/graphql", "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "headers": request_headers, "server": ("test", 80),
    }  # fmt: skip
    remaining = iter(chunks)
    response_messages: list[Any] = []

    async def receive() -> Any:
        chunk = next(remaining)
        if chunk is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": len(chunk) > 0}

    async def send(message: Any) -> None:
        response_messages.append(message)

    await endpoint(scope, receive, send)
    return response_messages


def credentials() -> dict[str, str]:
    good = token(ALL, ("*",), "ada")
    return {
        "none": "",
        "good": f"Bearer {good}",
        "lower case": f"bearer  {good} ",
        "bad": "Bearer nonsense",
        "other scheme": "Basic YTpi",
        "no token": "Bearer",
        "not ASCII": "Bearer tök€n".replace("€", "e"),
    }


@pytest.mark.parametrize("credential", credentials())
@pytest.mark.parametrize("name", BODIES)
async def test_both_paths_give_the_same_response(name: str, credential: str, services: Services) -> None:
    endpoint = GraphQLEndpoint(services, max_body_bytes=LIMIT)
    body = BODIES[name]
    plain = headers(authorization=credentials()[credential], content_length=str(min(len(body), LIMIT)))
    assert FastPathRequest.from_scope({"method": "POST", "headers": plain}, LIMIT) is not None
    for _ in range(3):
        for chunks in ([body, b""], [body[:7], body[7:], b""]):
            general = await messages(endpoint, [*plain, UNUSUAL], list(chunks))
            assert await messages(endpoint, plain, list(chunks)) == general
            assert [message["type"] for message in general] == ["http.response.start", "http.response.body"]


@pytest.mark.parametrize(
    "unusual",
    [
        {"content_type": ""},
        {"content_type": "application/graphql"},
        {"content_type": "application/json; charset=latin-1"},
        {"content_length": ""},
        {"content_length": "ten"},
        {"content_length": str(LIMIT + 1)},
        {"content_encoding": "gzip"},
        {"transfer_encoding": "chunked"},
        {"accept": "text/event-stream"},
        {"accept": "application/graphql-response+json, application/json;q=0.9"},
        {"accept": "text/html"},
    ],
)
def test_an_unusual_request_is_not_fast(unusual: dict[str, str]) -> None:
    request_headers = headers(**{"content_length": "10", **unusual})
    assert FastPathRequest.from_scope({"method": "POST", "headers": request_headers}, LIMIT) is None
    assert FastPathRequest.from_scope({"method": "GET", "headers": headers(content_length="10")}, LIMIT) is None


@pytest.mark.parametrize("repeated", [(b"content-type", b"application/json"), (b"content-length", b"10")])
def test_a_repeated_header_is_not_fast(repeated: tuple[bytes, bytes]) -> None:
    request_headers = [*headers(content_length="10"), repeated]
    assert FastPathRequest.from_scope({"method": "POST", "headers": request_headers}, LIMIT) is None


async def test_two_credentials_are_refused(services: Services) -> None:
    endpoint = GraphQLEndpoint(services)
    request_headers = [*headers(content_length="10", authorization="Bearer a"), (b"authorization", b"Bearer b")]
    start, body = await messages(endpoint, request_headers, [VIEWER, b""])
    assert start["status"] == 401
    assert "several Authorization headers" in msgspec.json.decode(body["body"])["errors"][0]["message"]


@pytest.mark.parametrize("chunks", [[None], [VIEWER[:9], None]])
async def test_a_client_that_disconnects_gets_no_response(chunks: list[Any], services: Services) -> None:
    endpoint = GraphQLEndpoint(services)
    for request_headers in (headers(content_length="99"), [*headers(content_length="99"), UNUSUAL]):
        with pytest.raises(ClientDisconnect):
            await messages(endpoint, request_headers, list(chunks))
