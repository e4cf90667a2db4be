"""Rate limits over plain HTTP and GraphQL."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, NoReturn

import httpx
import pytest

from bpmn_events import bootstrap
from bpmn_events.application.ports.tokens import KeysUnavailable, Tokens
from bpmn_events.config import load_settings
from tests.api.gql.client import ALL
from tests.api.rest.client import RestClient
from tests.api.tokens import SECRET, token

pytestmark = pytest.mark.in_process

PATH = "/correlations/c-1/events"
VIEWER = {"query": "{ viewer { __typename } }"}
TRIGGER = """mutation ($inputs: [TriggerEventInput!]!) { triggerEvents(inputs: $inputs) { results {
  __typename ... on Error { code message } ... on EngineUnavailableError { retryAfterSeconds outcomeUnknown } } } }"""
INPUT = {"processModelKey": "order", "correlationId": "c-1", "eventId": "ship"}

StartServer = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def server(database_url: str, monkeypatch: pytest.MonkeyPatch) -> StartServer:
    """Return a context manager that starts a server for which no time passes."""
    monkeypatch.setattr(bootstrap, "monotonic", lambda: 1000.0)

    @asynccontextmanager
    async def start(tokens: Tokens | None = None, **limits: Any) -> AsyncIterator[httpx.AsyncClient]:
        settings = load_settings(database_url=database_url, jwt_secret=SECRET.decode(), **limits)
        application = bootstrap.build_asgi(settings, tokens=tokens)
        async with application.router.lifespan_context(application):
            transport = httpx.ASGITransport(application, client=("203.0.113.7", 1234))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
                yield http

    return start


def caller(http: httpx.AsyncClient, subject: str = "ada") -> RestClient:
    return RestClient(http, token(ALL, ("*",), subject))


async def query(client: RestClient, **headers: str) -> httpx.Response:
    return await client.http.post("/graphql", json=VIEWER, headers={**client.headers, **headers})


def test_limits_must_be_positive() -> None:
    with pytest.raises(Exception, match="BPMN_EVENTS_RATE_LIMIT_REQUESTS"):
        load_settings(rate_limit_requests=0)


async def test_requests_over_plain_http(server: StartServer) -> None:
    async with server(rate_limit_requests=2) as http:
        first, second, third = [await caller(http).get(PATH) for _ in range(3)]
        assert [first.status_code, second.status_code, third.status_code] == [200, 200, 429]
        assert (first.headers["ratelimit-policy"], first.headers["ratelimit"]) == (
            '"requests";q=2;w=60',
            '"requests";r=1;t=30',
        )
        problem = third.json()
        assert third.headers["retry-after"] == "30"
        assert third.headers["content-type"] == "application/problem+json"
        assert third.headers["ratelimit"] == '"requests";r=0;t=60'
        assert problem.pop("detail").startswith("The limit of 2 requests in 60 seconds is used up")
        assert problem == {
            "type": "urn:bpmn-events:problem:too-many-requests",
            "title": "The caller has used up a rate limit",
            "status": 429,
            "code": "TOO_MANY_REQUESTS",
            "retryAfterSeconds": 30,
            "limit": "requests",
            "quota": 2,
            "windowSeconds": 60,
        }


async def test_lines_of_a_body(server: StartServer) -> None:
    """Each counts as a trigger. Those above the limit would wait, and no time passes here."""
    async with server(rate_limit_triggers=3) as http:
        ada = caller(http)
        body = (json.dumps(INPUT) + "\n").encode() * 2
        response = await ada.send("/events/trigger", body, **{"Content-Type": "application/x-ndjson"})
        codes = [json.loads(line)["error"]["code"] for line in response.text.splitlines()]
        assert codes == ["PROCESS_MODEL_NOT_FOUND"] * 2
        path = "/process_models/order/correlations/c-1/events/ship/trigger"
        assert [(await ada.send(path, b"")).status_code for _ in range(2)] == [404, 429]


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_requests_over_graphql(server: StartServer, accept: str) -> None:
    async with server(rate_limit_requests=1) as http:
        allowed, refused = [await query(caller(http), Accept=accept) for _ in range(2)]
        assert (allowed.status_code, allowed.headers["ratelimit"]) == (200, '"requests";r=0;t=60')
        assert (refused.status_code, refused.headers["content-type"]) == (429, f"{accept}; charset=utf-8")
        assert refused.headers["retry-after"] == "60"
        assert refused.json()["errors"][0]["extensions"] == {
            "code": "TOO_MANY_REQUESTS",
            "retryAfterSeconds": 60,
            "limit": "requests",
            "quota": 1,
            "windowSeconds": 60,
        }


class _LostKeys:
    """Tokens whose keys cannot be fetched."""

    async def authenticate(self, bearer: str) -> NoReturn:
        raise KeysUnavailable(10)


async def test_tokens_that_cannot_be_checked_count_for_the_address(server: StartServer) -> None:
    async with server(rate_limit_requests=1, tokens=_LostKeys()) as http:
        assert [(await caller(http, name).get(PATH)).status_code for name in ("ada", "bob")] == [503, 429]


async def test_each_caller_has_its_own_limit(server: StartServer) -> None:
    async with server(rate_limit_requests=1) as http:
        bad, nobody = RestClient(http, "not a token"), RestClient(http)
        assert [(await caller(http, name).get(PATH)).status_code for name in ("ada", "bob", "ada")] == [200, 200, 429]
        assert [(await query(each)).status_code for each in (nobody, bad)] == [200, 429]  # of one address
        for open_path in ("/healthz", "/readyz", "/metrics", "/openapi.json", "/", "/healthz"):
            response = await nobody.get(open_path)
            assert (response.status_code, response.headers.get("ratelimit")) == (200, None)


async def test_concurrent_callers_share_exactly_the_quota(server: StartServer) -> None:
    async with server(rate_limit_requests=20) as http:
        rest, gql = [caller(http).get(PATH) for _ in range(30)], [query(caller(http)) for _ in range(30)]
        requests = itertools.chain.from_iterable(zip(rest, gql, strict=True))
        statuses = Counter(response.status_code for response in await asyncio.gather(*requests))
        assert statuses == {200: 20, 429: 40}
        assert 'bpmn_events_rate_limited_total{limit="requests"} 40.0' in (await http.get("/metrics")).text


async def test_triggers_over_plain_http(server: StartServer) -> None:
    async with server(rate_limit_triggers=2) as http:
        client = caller(http)
        paths = [
            "/process_models/order/correlations/c-1/events/ship/trigger?dry_run=true",
            "/messages/paid/trigger",
            "/signals/alarm/trigger",
            "/process_models/order/correlations/c-1/user_tasks/check/finish",
            "/process_models/order/correlations/c-1/external_tasks/book/finish",
        ]
        responses = [await client.send(path, b"") for path in paths]
        assert [response.status_code for response in responses] == [404, 200, 429, 429, 429]
        assert [response.headers["ratelimit"][:14] for response in responses[:3]] == [
            f'"triggers";r={n}' for n in (1, 0, 0)
        ]
        assert responses[2].json()["limit"] == "triggers"
        assert int(responses[2].headers["retry-after"]) == responses[2].json()["retryAfterSeconds"]
        assert (await client.get(PATH)).status_code == 200


async def test_each_item_of_several_triggers_counts(server: StartServer) -> None:
    async with server(rate_limit_triggers=2) as http:
        body = {"query": TRIGGER, "variables": {"inputs": [INPUT] * 3}}
        response = await http.post("/graphql", json=body, headers=caller(http).headers)
        first, second, third = response.json()["data"]["triggerEvents"]["results"]
        assert first["__typename"] == second["__typename"] == "ProcessModelNotFoundError"
        assert third.pop("message").startswith("The limit of 2 triggers in 60 seconds is used up")
        assert third == {
            "__typename": "EngineUnavailableError",
            "code": "TOO_MANY_REQUESTS",
            "retryAfterSeconds": 30,
            "outcomeUnknown": False,
        }


async def test_requests_without_permission_are_no_triggers(server: StartServer) -> None:
    async with server(rate_limit_triggers=1) as http:
        reader = RestClient(http, token(("events:read",), ("*",), "ada"))
        assert [(await reader.send("/messages/paid/trigger", b"")).status_code for _ in range(3)] == [403] * 3
        assert (await caller(http).send("/messages/paid/trigger", b"")).status_code == 200


async def test_without_limits_responses_have_no_fields(server: StartServer) -> None:
    async with server() as http:
        for _ in range(5):
            response = await caller(http).get(PATH)
            assert (response.status_code, response.headers.get("ratelimit-policy")) == (200, None)
