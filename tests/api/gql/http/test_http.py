"""GraphQL over HTTP: request errors, and the form of responses."""

import logging
from typing import Any

import httpx
import pytest

from bpmn_events.application.services import Services
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from tests.api.gql.client import GraphQLClient, parse_response
from tests.api.gql.models import ORDER
from tests.api.gql.steps import deploy, start, waiting

VIEWER = "{ viewer { __typename } }"
GRAPHQL_RESPONSE = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "cannot be read"),
        (b"{", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b'{"query": "\xff"}', "UTF-8"),
        ('{"query": "{viewer{__typename}}"}'.encode("utf-16"), "looks like UTF-16"),
        (b'\xef\xbb\xbf\xef\xbb\xbf{"query": "{viewer{__typename}}"}', "cannot be read"),
        (b'{"query": "{viewer}", "variables": {"a": NaN}}', "cannot be read"),
        (b'{"query": "{viewer}", "variables": {"a": 1e999}}', "cannot be read"),
        (b'{"query": "{viewer}", "variables": {"a": ' + b"9" * 5000 + b"}}", "cannot be read"),
        (b'{"query": "{viewer}", "variables": {"a": "\\ud800"}}', "cannot be read"),
        (b'{"variables": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", "nested too deeply"),
        (b"null", "must be a JSON object"),
        (b'"x"', "must be a JSON object"),
        (b"1", "must be a JSON object"),
        (b"[]", "batches are not supported"),
        (b'[{"query": "{viewer{__typename}}"}]', "batches are not supported"),
        (b"{}", "no 'query'"),
        (b'{"query": null}', "no 'query'"),
        (b'{"query": 1}', "'query' must be a string"),
        (b'{"query": "{viewer{__typename}}", "variables": []}', "'variables' must be an object"),
        (b'{"query": "{viewer{__typename}}", "operationName": 1}', "'operationName' must be a string"),
        (b'{"query": "{viewer{__typename}}", "extensions": 1}', "'extensions' must be an object"),
    ],
)
async def test_a_body_that_is_no_request(ada: GraphQLClient, body: bytes, message: str) -> None:
    response = await ada.send(body)
    assert (response.status, response.code) == (400, "BAD_REQUEST")
    assert message in response.error["message"]
    assert "data" not in response.body


@pytest.mark.parametrize("accept", ["application/json", "application/json;q=0.9"])  # the fast and the general path
async def test_a_byte_order_mark_before_the_body(ada: GraphQLClient, accept: str) -> None:
    response = await ada.send(b'\xef\xbb\xbf{"query": "{viewer{__typename}}"}', Accept=accept)
    assert response.data == {"viewer": {"__typename": "Viewer"}}


async def test_a_body_larger_than_the_limit(services: Services) -> None:
    transport = httpx.ASGITransport(GraphQLEndpoint(services, max_body_bytes=100))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        client = GraphQLClient(http)
        assert (await client(VIEWER)).status == 200
        response = await client(VIEWER + " " * 100)
    assert (response.status, response.code) == (413, "CONTENT_TOO_LARGE")


@pytest.mark.parametrize("content_type", ["text/plain", "application/graphql", "multipart/form-data; boundary=x", ""])
async def test_another_media_type(ada: GraphQLClient, content_type: str) -> None:
    response = await ada.send(b"{}", **{"Content-Type": content_type})
    assert (response.status, response.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_content_type_with_parameters(ada: GraphQLClient) -> None:
    response = await ada.send(
        b'{"query": "{viewer{__typename}}"}', **{"Content-Type": "Application/JSON; charset=UTF-8"}
    )
    assert response.data == {"viewer": {"__typename": "Viewer"}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_another_method(ada: GraphQLClient, method: str) -> None:
    response = parse_response(await ada.http.request(method, "/graphql"))
    assert (response.status, response.code, response.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "GET, POST")


class TestGet:
    async def test_a_query(self, ada: GraphQLClient) -> None:
        parameters = {
            "query": "query A($id: ID!) { node(id: $id) { id } } query B { viewer { __typename } }",
            "operationName": "A",
            "variables": '{"id": "x"}',
        }
        response = parse_response(await ada.http.get("/graphql", params=parameters, headers=ada.headers))
        assert (response.status, response.data) == (200, {"node": None})

    async def test_a_mutation_is_refused(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        await start(ada, "order", "c1")
        before = await waiting(ada)
        query = """mutation { triggerEvent(input: {processModelKey: "order", correlationId: "c1", eventId: "ship"}) {
            __typename } }"""
        response = parse_response(await ada.http.get("/graphql", params={"query": query}, headers=ada.headers))
        assert (response.status, response.code, response.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
        assert await waiting(ada) == before

    @pytest.mark.parametrize(
        "parameters",
        [
            {},
            {"query": VIEWER, "variables": "{"},
            {"query": VIEWER, "variables": "[]"},
            [("query", VIEWER), ("query", VIEWER)],
        ],
    )
    async def test_bad_parameters(self, ada: GraphQLClient, parameters: Any) -> None:
        response = parse_response(await ada.http.get("/graphql", params=parameters, headers=ada.headers))
        assert (response.status, response.code) == (400, "BAD_REQUEST")

    async def test_a_browser_gets_the_editor(self, nobody: GraphQLClient) -> None:
        accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        page = await nobody.http.get("/graphql", headers={"Accept": accept})
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "graphiql" in page.text.lower()

    async def test_the_editor_can_be_switched_off(self, services: Services) -> None:
        transport = httpx.ASGITransport(GraphQLEndpoint(services, graphiql=False))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            assert (await http.get("/graphql", headers={"Accept": "text/html"})).status_code == 406


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE}, application/json;q=0.9", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE};q=0.5, application/json", "application/json"),
        (f"{GRAPHQL_RESPONSE};q=x", GRAPHQL_RESPONSE),
    ],
)
async def test_the_client_chooses_the_media_type(ada: GraphQLClient, accept: str, media_type: str) -> None:
    response = await ada.post({"query": VIEWER}, Accept=accept)
    assert (response.status, response.headers["content-type"]) == (200, f"{media_type}; charset=utf-8")


async def test_no_acceptable_media_type(ada: GraphQLClient) -> None:
    response = await ada.post({"query": VIEWER}, Accept="text/csv, application/json;q=0")
    assert (response.status, response.code) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("request_body", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { viewer { __typename } } query B { viewer { __typename } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": VIEWER, "operationName": "A"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription { a }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query($id: ID!) { node(id: $id) { id } }"}, "BAD_USER_INPUT"),
        (
            {"query": "query($n: Int) { processModels(first: $n) { __typename } }", "variables": {"n": "x"}},
            "BAD_USER_INPUT",
        ),
    ],
)
async def test_an_operation_that_cannot_be_executed(ada: GraphQLClient, request_body: Any, code: str) -> None:
    as_json = await ada.post(request_body)
    assert (as_json.status, as_json.body["errors"][0]["extensions"]["code"]) == (200, code)
    assert "data" not in as_json.body
    as_graphql = await ada.post(request_body, Accept=GRAPHQL_RESPONSE)
    assert (as_graphql.status, as_graphql.body) == (400, as_json.body)


async def test_of_several_operations_without_a_name_none_is_executed(ada: GraphQLClient) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")
    before = await waiting(ada)
    one = 'triggerEvent(input: {processModelKey: "order", correlationId: "c1", eventId: "%s"}) { __typename }'
    response = await ada.post({"query": f"mutation A {{ {one % 'ship'} }} mutation B {{ {one % 'remind'} }}"})
    assert "operationName" in response.error["message"]
    assert await waiting(ada) == before


# A client of a real server cannot send a header that ends in a space.
_SPACE = pytest.param("Bearer ", marks=pytest.mark.in_process)


@pytest.mark.parametrize("credential", ["Basic YTpi", "Bearer", _SPACE, "Bearer x", "x"])
async def test_a_bad_credential(nobody: GraphQLClient, credential: str) -> None:
    response = await nobody.post({"query": VIEWER}, Authorization=credential)
    assert (response.status, response.code) == (401, "UNAUTHORIZED")
    assert response.headers["www-authenticate"].startswith('Bearer error="invalid_token"')


async def test_responses_are_not_cached(ada: GraphQLClient) -> None:
    assert (await ada(VIEWER)).headers["cache-control"] == "no-store"


async def test_the_unexpected_is_masked_and_logged_once(
    ada: GraphQLClient, services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_args: object) -> None:
        raise ZeroDivisionError("the database password is swordfish")

    monkeypatch.setattr(type(services.read_store), "waiting_events", broken)
    with caplog.at_level(logging.ERROR):
        response = await ada("{ a: waitingEvents { __typename } }")
    error = response.error
    assert (error["message"], error["path"], response.code) == ("Unexpected error", ["a"], "INTERNAL_SERVER_ERROR")
    assert "swordfish" not in str(response.body)
    (record,) = caplog.records
    assert error["extensions"]["id"] in record.getMessage()
    assert record.exc_info is not None


async def test_one_cause_of_many_failures_is_logged_once(
    ada: GraphQLClient, services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await deploy(ada, ORDER)
    await start(ada, "order", "c1")

    async def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(services.read_store), "triggers_of_instances", broken)
    query = """{ waitingEvents { ... on WaitingEventConnection { nodes { processInstance {
        triggers { totalCount } } } } } }"""
    with caplog.at_level(logging.ERROR):
        response = await ada(query)
    assert len({error["extensions"]["id"] for error in response.body["errors"]}) == 1
    assert len(caplog.records) == 1


PAYLOAD = """mutation { triggerEvent(input: {processModelKey: "order", correlationId: "c1", eventId: "ship",
    payload: %s, dryRun: true}) { __typename ... on TriggerEventSuccess { processInstance { variables } } } }"""


class TestPayloadLiterals:
    async def _variables(self, ada: GraphQLClient, literal: str) -> Any:
        await deploy(ada, ORDER)
        await start(ada, "order", "c1")
        return (await ada(PAYLOAD % literal)).data["triggerEvent"]["processInstance"]["variables"]

    async def test_every_kind_of_value(self, ada: GraphQLClient) -> None:
        literal = '{a: [1, -2.5, "x", true, false, null, {b: []}], c: """block"""}'
        expected = {"a": [1, -2.5, "x", True, False, None, {"b": []}], "c": "block"}
        assert await self._variables(ada, literal) == expected

    async def test_variables_inside(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        await start(ada, "order", "c1")
        query = PAYLOAD.replace("mutation", "mutation($n: Int!, $j: JSON, $t: DateTime, $e: EventType, $u: String)", 1)
        arguments = {"n": 5, "j": {"k": [1]}, "t": "2026-01-31T12:00:00+01:00", "e": "TIMER"}
        response = await ada(query % "{n: $n, j: [$j], t: $t, e: $e, u: $u}", **arguments)
        variables = response.data["triggerEvent"]["processInstance"]["variables"]
        assert variables == {"n": 5, "j": [{"k": [1]}], "t": "2026-01-31T12:00:00+01:00", "e": "TIMER", "u": None}

    @pytest.mark.parametrize("literal", ["{a: SOME_ENUM}", "{a: " + "9" * 5000 + "}"])
    async def test_literals_without_a_json_counterpart(self, ada: GraphQLClient, literal: str) -> None:
        response = await ada(PAYLOAD % literal)
        assert (response.status, response.code) == (200, "GRAPHQL_VALIDATION_FAILED")

    @pytest.mark.parametrize("literal", ["{a: 1e999}", "{a: " + "9" * 30 + "}"])
    async def test_numbers_that_cannot_be_stored(self, ada: GraphQLClient, literal: str) -> None:
        response = await ada(PAYLOAD % literal)
        assert response.data == {"triggerEvent": {"__typename": "InvalidPayloadError"}}

    async def test_a_null_character(self, ada: GraphQLClient) -> None:
        assert await self._variables(ada, '{a: "\\u0000"}') == {"a": "\0"}


@pytest.mark.parametrize(
    "text", ["2026-01-31", "2026-01-31T12:00:00", "2026-W01-1T00:00:00Z", "now", "", "2026-13-01T00:00:00Z"]
)
async def test_an_invalid_datetime(ada: GraphQLClient, text: str) -> None:
    query = "query($t: DateTime) { waitingEvents(filter: {dueBefore: $t}) { __typename } }"
    response = await ada(query, t=text)
    assert response.code == "BAD_USER_INPUT"
    assert "RFC 3339" in response.error["message"]


@pytest.mark.parametrize("identifier", ["", "\0", "x" * 10_000, "we_" + "0" * 32, "💥", "order\0"])
async def test_strange_identifiers_do_no_harm(ada: GraphQLClient, identifier: str) -> None:
    query = """query($id: ID!) { node(id: $id) { id } waitingEvent(id: $id) { __typename }
        processModel(key: $id) { __typename } correlation(id: $id) { __typename }
        eventTriggers(processModelKey: $id, correlationId: $id, eventId: $id) { __typename }
        waitingEvents(filter: {search: "\\u0000", elementIds: ["\\u0000"]}) { __typename } }"""
    assert (await ada(query, id=identifier)).data == {
        "node": None,
        "waitingEvent": {"__typename": "EventNotFoundError"},
        "processModel": {"__typename": "ProcessModelNotFoundError"},
        "correlation": {"__typename": "CorrelationNotFoundError"},
        "eventTriggers": {"__typename": "EventTriggerConnection"},
        "waitingEvents": {"__typename": "WaitingEventConnection"},
    }


async def test_an_error_outside_the_union_is_a_graphql_error(ada: GraphQLClient) -> None:
    query = """mutation($reason: String) {
        terminateProcessInstance(input: {processInstanceId: "pi_x", reason: $reason}) { __typename } }"""
    for reason in ("x" * 2001, "\0"):
        response = await ada(query, reason=reason)
        assert (response.code, response.error["path"]) == ("BAD_USER_INPUT", ["terminateProcessInstance"])
