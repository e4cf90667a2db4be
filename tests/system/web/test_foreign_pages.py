"""What a page of another origin can do with a server that has not allowed its origin, and what a browser may guess.

A page may send requests that need no preflight (Fetch Standard, section 2.2): GET, and POST with the media type of a
form or of plain text. It cannot set the header ``Authorization``, and the server knows no other credential.
"""

import json
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from tests.api.rest.client import trigger_path
from tests.api.tokens import token
from tests.support.server import ServerProcess
from tests.support.wire import dialing

TRIGGER = trigger_path("order", "order-1001", "PaymentReceived")
PAYLOAD = {"amount": 5, "currency": "EUR", "reference": "RF18"}
INPUT = {"processModelKey": "order", "correlationId": "order-1001", "eventId": "PaymentReceived", "payload": PAYLOAD}
MUTATION = "mutation($input: TriggerEventInput!) { triggerEvent(input: $input) { __typename } }"
REQUEST = json.dumps({"query": MUTATION, "variables": {"input": INPUT}})
IN_URL = f"/graphql?query={quote(MUTATION)}&variables={quote(json.dumps({'input': INPUT}))}"
SIMPLE_TYPES = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")


@pytest.fixture
def page(demo: ServerProcess) -> Iterator[httpx.Client]:
    """Yield a client that sends what a page of another origin can send."""
    with httpx.Client(base_url=demo.address, headers={"Origin": "https://evil.example"}) as client:
        yield client


def bearer() -> dict[str, str]:
    return {"Authorization": f"Bearer {token()}"}


def waits(client: httpx.Client) -> bool:
    events = client.get("/process_models/order/events", headers=bearer()).json()["events"]
    return ("order-1001", "PaymentReceived") in [(event["correlationId"], event["id"]) for event in events]


def test_simple_requests_have_no_effect_even_with_a_token(page: httpx.Client) -> None:
    for media_type in SIMPLE_TYPES:
        headers = bearer() | {"Content-Type": media_type}
        assert page.post("/graphql", content=REQUEST, headers=headers).status_code == 415
        assert page.post(TRIGGER, content=json.dumps(PAYLOAD), headers=headers).status_code == 415
    assert page.get(IN_URL, headers=bearer()).status_code == 405
    assert page.get(TRIGGER, headers=bearer()).status_code == 405
    assert waits(page)


def test_a_token_elsewhere_than_in_its_header_is_no_credential(page: httpx.Client) -> None:
    page.cookies.set("Authorization", f"Bearer {token()}")
    page.cookies.set("access_token", token())
    for path in (TRIGGER, f"{TRIGGER}?access_token={token()}"):
        assert page.post(path, json=PAYLOAD).status_code == 401
    answer = page.post(
        f"/graphql?access_token={token()}", content=REQUEST, headers={"Content-Type": "application/json"}
    )
    assert answer.json()["data"]["triggerEvent"] == {"__typename": "UnauthorizedError"}
    assert waits(page)


def test_no_response_is_readable_for_the_page(page: httpx.Client) -> None:
    for method, path in (("OPTIONS", TRIGGER), ("OPTIONS", "/graphql"), ("GET", "/healthz"), ("GET", "/openapi.json")):
        response = page.request(method, path, headers={"Access-Control-Request-Method": "POST"})
        assert [name for name in response.headers if name.startswith("access-control-")] == []
        assert "set-cookie" not in response.headers


def test_no_browser_guesses_a_media_type_or_stores_an_answer(page: httpx.Client) -> None:
    """The header also keeps a page from loading an answer as a script."""
    paths = (
        "/",
        "/graphql?query={__typename}",
        "/process_models/order/events",
        "/healthz",
        "/metrics",
        "/nothing",
        TRIGGER,
    )
    for path in paths:
        response = page.get(path, headers=bearer())
        assert response.headers.get_list("x-content-type-options") == ["nosniff"], path
        assert response.headers["cache-control"] == "no-store", path
    with dialing(str(page.base_url).rstrip("/")) as wire:
        refusal = wire.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").expect(400)
    assert refusal.headers["x-content-type-options"] == "nosniff"
    assert refusal.headers["cache-control"] == "no-store"


def test_no_response_names_the_server_or_its_version(page: httpx.Client) -> None:
    for path in ("/", "/graphql", "/healthz", "/nothing", "/graphiql/editor.js"):
        assert {"server", "x-powered-by"}.isdisjoint(page.get(path, headers={"Accept": "text/html, */*"}).headers)


@pytest.mark.parametrize(
    "line",
    [
        b"X-Request-ID: a\nSet-Cookie: b=c",
        b"X-Request-ID: a\rSet-Cookie: b=c",
        b"X-Request-ID: a%0d%0aSet-Cookie:%20b=c",
        b"X-Request-ID: \xc4\x8d\xc4\x8aSet-Cookie: b=c",
        b"X-Request-ID: a\x00b",
    ],
    ids=["LF", "CR", "percent-encoded", "lookalikes of CR and LF", "NUL"],
)
def test_a_request_id_adds_no_header(demo: ServerProcess, line: bytes) -> None:
    with dialing(demo.address) as wire:
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + line + b"\r\n\r\n")
        response = wire.read()
    assert response is not None
    assert response.status in (200, 400)
    assert "set-cookie" not in response.headers
    assert "Set-Cookie" not in response.headers.get("x-request-id", "")
