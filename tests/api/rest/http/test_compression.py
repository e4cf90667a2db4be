"""Large responses of every part of the server are compressed for clients that accept gzip, and otherwise equal."""

import gzip
import json
from typing import Any

import httpx
import pytest

from bpmn_events.application.services import Services
from bpmn_events.web.rest import event_lists
from tests.api.gql.models import ORDER
from tests.api.rest.client import RestClient, start_case, trigger_path

EVENTS = """{ waitingEvents(first: 100) { ... on WaitingEventConnection { nodes {
  id elementId name eventType lane waitingSince correlation { id } processInstance { id } } } } }"""
HTML = "text/html,*/*;q=0.8"
pytestmark = pytest.mark.in_process  # they compare bytes as they are sent


async def start_cases(services: Services, count: int) -> None:
    for number in range(count):
        await start_case(services, ORDER, "order", f"c-{number}")


async def send(
    client: RestClient, encoding: str, method: str, path: str, **options: Any
) -> tuple[httpx.Headers, bytes]:
    """Return the headers and the content as they are sent. httpx itself would decode it."""
    headers = {**client.headers, "Accept-Encoding": encoding, **options.pop("headers", {})}
    async with client.http.stream(method, path, headers=headers, **options) as response:
        assert response.status_code == 200
        return response.headers, b"".join([part async for part in response.aiter_raw()])


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("POST", "/graphql", {"json": {"query": EVENTS}}),
        ("POST", "/graphql", {"json": {"query": EVENTS}, "headers": {"Accept": "application/graphql-response+json"}}),
        ("GET", "/graphql", {"params": {"query": EVENTS}}),
        ("GET", "/graphql", {"headers": {"Accept": HTML}}),
        ("GET", "/process_models/order/events", {}),
        ("GET", "/api/consumer/v1/process_models/order/events", {"params": {"limit": 0}}),
        ("GET", "/openapi.json", {}),
        ("GET", "/graphiql/editor.js", {}),
        ("GET", "/graphiql/vendor/graphiql.min.js", {}),
        ("GET", "/graphiql/vendor/graphiql.min.css", {}),
    ],
)
async def test_the_content_is_the_same(
    services: Services, ada: RestClient, method: str, path: str, options: dict[str, Any]
) -> None:
    await start_cases(services, 10)
    for _ in range(2):
        plain_headers, plain = await send(ada, "identity", method, path, **options)
        headers, content = await send(ada, "gzip, deflate, br", method, path, **options)
        assert gzip.decompress(content) == plain
        assert (headers["content-encoding"], plain_headers.get("content-encoding")) == ("gzip", None)
        assert len(content) < len(plain)
        for received in (headers, plain_headers):
            assert "Accept-Encoding" in received["vary"]
            assert int(received.get("content-length", 0)) in (0, len(content), len(plain))
        assert headers["content-type"] == plain_headers["content-type"]
        assert headers.get("cache-control") == plain_headers.get("cache-control")


async def test_small_responses_and_errors_are_not_compressed(services: Services, ada: RestClient) -> None:
    await start_cases(services, 1)
    for response in (
        await ada.get("/"),
        await ada.get("/healthz"),
        await ada.get("/nothing"),
        await ada.http.post("/graphql", json={"query": "{ viewer { __typename } }"}, headers=ada.headers),
    ):
        assert "content-encoding" not in response.headers


async def test_a_large_problem_is_compressed(services: Services, ada: RestClient) -> None:
    await start_case(services, ORDER, "order", "c-1")
    payload = {"amount": "x" * 2000}
    response = await ada.trigger("order", "c-1", "pay", payload)
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_PAYLOAD")
    assert response.headers["content-encoding"] == "gzip"


async def test_a_list_is_compressed_piece_by_piece(
    services: Services, ada: RestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_lists, "CHUNK_SIZE", 10)
    await start_cases(services, 15)
    path = "/process_models/order/events?limit=0"
    _, plain = await send(ada, "identity", "GET", path)
    headers, content = await send(ada, "gzip", "GET", path)
    assert "content-length" not in headers
    assert gzip.decompress(content) == plain
    assert json.loads(plain)["totalCount"] == 45


async def test_a_file_is_sent_once(anonymous: RestClient) -> None:
    path = "/graphiql/vendor/graphiql.min.js"
    plain = await anonymous.http.get(path, headers={"Accept-Encoding": "identity"})
    coded = await anonymous.http.get(path, headers={"Accept-Encoding": "gzip"})
    assert (plain.content, coded.headers["etag"]) == (coded.content, f"W/{plain.headers['etag']}")
    for encoding in ("gzip", "identity"):
        for tag in (plain.headers["etag"], coded.headers["etag"]):
            request = {"Accept-Encoding": encoding, "If-None-Match": tag}
            again = await anonymous.http.get(path, headers=request)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == (coded if encoding == "gzip" else plain).headers["etag"]
            assert again.headers["vary"] == "Accept-Encoding"


async def test_a_part_of_a_file_is_one_of_the_uncompressed_file(anonymous: RestClient) -> None:
    path = "/graphiql/vendor/graphiql.min.js"
    whole = (await anonymous.http.get(path)).content
    part = await anonymous.http.get(path, headers={"Accept-Encoding": "gzip", "Range": "bytes=100-5099"})
    assert (part.status_code, part.content) == (206, whole[100:5100])
    tag = (await anonymous.http.get(path, headers={"Accept-Encoding": "gzip"})).headers["etag"]
    request = {"Accept-Encoding": "gzip", "Range": "bytes=100-5099", "If-Range": tag}
    assert (await anonymous.http.get(path, headers=request)).content == whole


@pytest.mark.parametrize("path", ["/openapi.json", "/graphiql/vendor/graphiql.min.js"])
async def test_head(anonymous: RestClient, path: str) -> None:
    headers = {"Accept-Encoding": "gzip", "X-Request-ID": "same"}
    head = await anonymous.http.head(path, headers=headers)
    get = await anonymous.http.get(path, headers=headers)
    assert (head.status_code, head.content) == (200, b"")
    assert {**get.headers, "content-length": "-"} == {**head.headers, "content-length": "-"}
    assert "content-length" not in head.headers
    headers["Accept-Encoding"] = "identity"
    head = await anonymous.http.head(path, headers=headers)
    get = await anonymous.http.get(path, headers=headers)
    assert dict(head.headers) == dict(get.headers)


async def test_a_trigger_of_any_size(services: Services, ada: RestClient) -> None:
    await start_case(services, ORDER, "order", "c-1")
    response = await ada.http.post(
        trigger_path("order", "c-1", "pay"), json={"amount": 3, "note": "n" * 50_000}, headers=ada.headers
    )
    assert response.headers["content-encoding"] == "gzip"
    assert response.json()["trigger"]["payload"]["note"] == "n" * 50_000
