"""Streams of GraphQL responses over HTTP, as far as they end by themselves: their forms, and how clients choose one."""

import json

import httpx
import pytest

from tests.api.gql.client import GraphQLClient, parse_response

VIEWER = "{ viewer { __typename } }"
ENDED = """
subscription Ended { waitingEventChanges(filter: {processModelKeys: ["unknown"]}) { __typename ... on Error { code } } }
"""
OF_ENDED = (
    '{"data":{"waitingEventChanges":{"__typename":"ProcessModelNotFoundError","code":"PROCESS_MODEL_NOT_FOUND"}}}'
)
JSON = "application/json; charset=utf-8"
GRAPHQL = "application/graphql-response+json; charset=utf-8"
EVENTS = "text/event-stream; charset=utf-8"
MULTIPART = 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"'
APOLLO = (
    "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9"
)
APOLLO_DEFER = "multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9"
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
)
NOT_ACCEPTABLE = None


@pytest.fixture
def compile_at_execution() -> int:
    """Compile everything: how an operation is executed is no matter of its stream."""
    return 1


async def ask(client: GraphQLClient, query: str, accept: str, **variables: object) -> httpx.Response:
    headers = {**client.headers, "Accept": accept}
    return await client.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


def check_form(response: httpx.Response, expected: str | None) -> None:
    if expected is None:
        assert (response.status_code, parse_response(response).code) == (406, "NOT_ACCEPTABLE")
    else:
        assert (response.status_code, response.headers["content-type"]) == (200, expected)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/event-stream", EVENTS),
        ("Text/Event-Stream", EVENTS),
        ("text/event-stream;q=0.1", EVENTS),
        ("text/event-stream; charset=utf-8", EVENTS),
        ("text/*", EVENTS),
        ("*/*", EVENTS),
        ("application/json, */*", EVENTS),
        ("application/json, text/event-stream", EVENTS),
        ("text/event-stream, multipart/mixed", EVENTS),
        ("multipart/mixed, text/event-stream", EVENTS),
        (URQL, EVENTS),
        (APOLLO, MULTIPART),
        ('multipart/mixed; boundary="a, b"; SubscriptionSpec="1.0", application/json', MULTIPART),
        ("multipart/mixed", MULTIPART),
        ("multipart/*", MULTIPART),
        ("multipart/mixed;subscriptionSpec=1.0, */*", MULTIPART),
        ("multipart/mixed;subscriptionSpec=1.0, text/event-stream;q=0.9", MULTIPART),
        ("text/event-stream;q=0, */*", MULTIPART),
        ("application/json", NOT_ACCEPTABLE),
        ("application/json;profile=text/event-stream", NOT_ACCEPTABLE),
        ('application/json;profile="x, text/event-stream"', NOT_ACCEPTABLE),
        (APOLLO_DEFER, NOT_ACCEPTABLE),
        ("multipart/mixed;subscriptionSpec=2.0", NOT_ACCEPTABLE),
        ("multipart/form-data, text/plain", NOT_ACCEPTABLE),
        ("text/event-stream;q=0, application/json", NOT_ACCEPTABLE),
    ],
)
async def test_the_client_chooses_the_form_of_a_stream(ada: GraphQLClient, accept: str, expected: str | None) -> None:
    response = await ask(ada, ENDED, accept)
    check_form(response, expected)
    assert response.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", JSON),
        ("application/json, text/event-stream", JSON),
        ("text/event-stream;q=0.5, application/json", JSON),
        ("text/event-stream, multipart/mixed, application/json;q=0.1, */*;q=0", EVENTS),
        ("text/event-stream", EVENTS),
        ("text/event-stream, application/json", EVENTS),
        ("multipart/mixed, text/event-stream", EVENTS),
        (APOLLO, GRAPHQL),
        (APOLLO_DEFER, GRAPHQL),
        (URQL, GRAPHQL),
        ("multipart/mixed;subscriptionSpec=1.0", NOT_ACCEPTABLE),
    ],
)
@pytest.mark.parametrize("query", [VIEWER, 'mutation { deployProcessModel(input: {bpmnXml: ""}) { __typename } }'])
async def test_a_query_or_mutation_is_answered_in_the_preferred_form(
    ada: GraphQLClient, query: str, accept: str, expected: str | None
) -> None:
    check_form(await ask(ada, query, accept), expected)


async def test_an_event_stream(ada: GraphQLClient) -> None:
    response = await ask(ada, ENDED, "text/event-stream")
    assert response.text == f":\n\nevent: next\ndata: {OF_ENDED}\n\nevent: complete\ndata:\n\n"
    assert "no-cache" in response.headers["cache-control"]
    assert "no-transform" in response.headers["cache-control"]
    assert response.headers["x-accel-buffering"] == "no"


async def test_a_multipart_stream(ada: GraphQLClient) -> None:
    """Each part is followed by its boundary, because clients read a part when they have its end."""
    response = await ask(ada, ENDED, APOLLO)
    assert response.text == (
        f'\r\n--graphql\r\nContent-Type: application/json\r\n\r\n{{"payload":{OF_ENDED}}}\r\n--graphql--\r\n'
    )
    assert response.headers["x-accel-buffering"] == "no"


async def test_a_result_as_event_stream(ada: GraphQLClient) -> None:
    response = await ask(ada, VIEWER, "text/event-stream")
    assert response.text == (
        ':\n\nevent: next\ndata: {"data":{"viewer":{"__typename":"Viewer"}}}\n\nevent: complete\ndata:\n\n'
    )
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("subscription {", {}, "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a: eventTriggerChanges { __typename } b: __typename }", {}, "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription A { openTaskChanges { __typename } } query B { x: __typename }",
            {},
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription($a: ID!) { eventTriggerChanges(correlationId: $a) { __typename } }", {}, "BAD_USER_INPUT"),
        ("subscription($a: String) { openTaskChanges(after: $a) { __typename } }", {"a": "x"}, "BAD_USER_INPUT"),
    ],
)
async def test_errors_of_the_document_complete_the_stream(
    ada: GraphQLClient, query: str, variables: dict[str, object], code: str
) -> None:
    response = await ask(ada, query, "text/event-stream", **variables)
    assert response.status_code == 200
    opening, event, ending, rest = response.text.split("\n\n")
    assert (opening, ending, rest) == (":", "event: complete\ndata:", "")
    body = json.loads(event.removeprefix("event: next\ndata: "))
    assert {error["extensions"]["code"] for error in body["errors"]} == {code}
    assert body.get("data") is None
    parts = (await ask(ada, query, "multipart/mixed;subscriptionSpec=1.0", **variables)).text.split("\r\n--graphql")
    nothing, part, end = parts
    assert (nothing, end) == ("", "--\r\n")
    assert json.loads(part.partition("\r\n\r\n")[2]) == {"payload": body}


@pytest.mark.parametrize("accept", ["text/event-stream", APOLLO])
async def test_malformed_requests_and_bad_credentials_have_a_status(nobody: GraphQLClient, accept: str) -> None:
    headers = {"Accept": accept, "Content-Type": "application/json"}
    malformed = await nobody.http.post("/graphql", content=b"{", headers=headers)
    assert (malformed.status_code, parse_response(malformed).code) == (400, "BAD_REQUEST")
    wrong = await nobody.http.post("/graphql", json={"query": ENDED}, headers={**headers, "Authorization": "Bearer x"})
    assert (wrong.status_code, parse_response(wrong).code) == (401, "UNAUTHORIZED")
    assert "bearer" in wrong.headers["www-authenticate"].lower()


async def test_a_caller_without_credential_gets_the_typed_error(nobody: GraphQLClient) -> None:
    response = await ask(nobody, "subscription { openTaskChanges { ... on Error { code } } }", "text/event-stream")
    assert '{"data":{"openTaskChanges":{"code":"UNAUTHORIZED"}}}\n\nevent: complete' in response.text


async def test_by_get(ada: GraphQLClient) -> None:
    headers = {**ada.headers, "Accept": "text/event-stream"}
    response = await ada.http.get("/graphql", params={"query": ENDED}, headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (200, EVENTS)
    assert OF_ENDED in response.text
    mutation = await ada.http.get("/graphql", params={"query": "mutation { a: __typename }"}, headers=headers)
    assert (mutation.status_code, mutation.headers["allow"]) == (405, "POST")
    assert (await ada.http.head("/graphql", params={"query": ENDED}, headers=headers)).status_code == 405
