"""Hostile requests get a short response: at most 20 errors, none of them long, and none of them a failure."""

import threading
from typing import Any

import httpx
import pytest

from bpmn_events.application.services import Services
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from bpmn_events.web.gql.execution.preparation import DocumentPreparer
from tests.api.gql.client import GraphQLClient
from tests.support.hostile_requests import EXECUTED, INVALID, MISTAKES, REPETITIONS, VALUES, HostileRequest

CODES = {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
TOO_MANY = {
    "Too many validation errors, error limit reached. Validation aborted.",
    "Too many errors processing variables, error limit reached. Execution aborted.",
}


async def _send(client: GraphQLClient, request: HostileRequest) -> dict[str, Any]:
    """Return the response, after checks that hold for every hostile request."""
    response = await client.send(request.body)
    assert response.status == 200
    errors = response.body.get("errors", [])
    assert len(errors) <= 20
    if len(errors) == 20:
        assert errors[-1]["message"] in TOO_MANY
    assert {error["extensions"]["code"] for error in errors} <= CODES
    assert max((len(error["message"]) for error in errors), default=0) <= 1_001
    return response.body


@pytest.mark.parametrize("request_", INVALID.values(), ids=INVALID.keys())
async def test_an_invalid_request(ada: GraphQLClient, request_: HostileRequest) -> None:
    body = await _send(ada, request_)
    assert body["errors"]
    assert "data" not in body


@pytest.mark.parametrize("request_", EXECUTED.values(), ids=EXECUTED.keys())
async def test_a_megabyte_is_not_repeated(ada: GraphQLClient, request_: HostileRequest) -> None:
    for _ in range(2):
        body = await _send(ada, request_)
        assert len(str(body)) < 100_000


async def test_long_names_in_the_request_itself(ada: GraphQLClient) -> None:
    long = "a" * 20_000
    operation = await ada.post({"query": "query A { __typename }", "operationName": long})
    parameter = await ada.http.get(f"/graphql?{long}=1&{long}=2&query=%7B__typename%7D")
    document = await ada.post({"documentId": long})
    for body in (operation.body, parameter.json(), document.body):
        (error,) = body["errors"]
        assert "aaaa" in error["message"]
        assert len(error["message"]) < 300


async def test_the_last_error_says_that_there_are_more(ada: GraphQLClient) -> None:
    for name, expected in (
        ("unknown fields", "Too many validation errors, error limit reached. Validation aborted."),
        ("one field many times", "The document is nested too deeply, or repeats fields or fragments too often."),
    ):
        body = await _send(ada, INVALID[name])
        assert body["errors"][-1]["message"].startswith(expected)
    errors = (await _send(ada, INVALID["variable: a few wrong enum values"]))["errors"]
    assert len(errors) == 20
    assert errors[-1]["message"].startswith("Too many errors processing variables")


async def test_up_to_nineteen_errors_are_all_of_them(ada: GraphQLClient) -> None:
    for number in (18, 19, 20):
        fields = " ".join(f"nothing{each}" for each in range(number))
        errors = (await ada(f"{{ {fields} }}")).body["errors"]
        assert len(errors) == number
        assert (errors[-1]["message"] in TOO_MANY) is (number > 19)


async def test_both_ways_of_execution_give_the_same_errors(services: Services) -> None:
    """The compiler has coercion of its own, which leaves the errors to graphql-core."""
    responses = []
    for execution in (1, None):
        transport = httpx.ASGITransport(GraphQLEndpoint(services, compile_at_execution=execution))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            client = GraphQLClient(http)
            responses.append([(await _send(client, INVALID[f"variable: {name}"])) for name in VALUES])
    assert responses[0] == responses[1]


@pytest.mark.in_process
async def test_documents_are_prepared_outside_of_the_event_loop(
    ada: GraphQLClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    prepare = DocumentPreparer.prepare

    def record(self: DocumentPreparer, text: str) -> Any:
        threads.append(threading.current_thread())
        return prepare(self, text)

    monkeypatch.setattr(DocumentPreparer, "prepare", record)
    for query in (*MISTAKES.values(), *REPETITIONS.values(), "{ __schema { queryType { name } } }"):
        await ada(query)
    assert len(threads) == len(MISTAKES) + len(REPETITIONS) + 1
    assert threading.main_thread() not in threads
    assert len({thread.name for thread in threads}) == 2  # one for short documents and one for long ones


async def test_the_values_of_all_variables_are_counted(ada: GraphQLClient) -> None:
    """Twenty lists of 1,000 values, each of which is accepted alone."""
    names = [f"l{number}" for number in range(20)]
    declared = ", ".join(f"${name}: WaitingEventFilter" for name in names)
    fields = " ".join(f"{name}: waitingEvents(filter: ${name}, first: 1) {{ __typename }}" for name in names)
    query = f"query Q({declared}) {{ {fields} }}"

    async def errors(size: int) -> list[str]:
        variables = {name: {"processModelKeys": ["order"] * size} for name in names}
        body = (await ada.post({"query": query, "variables": variables})).body
        return [error["message"] for error in body.get("errors", [])]

    assert await errors(450) == []
    (message,) = await errors(1_000)
    assert message == "Variable '$l9' has invalid value: The variables have more than 10000 values."
