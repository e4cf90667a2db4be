"""The settings that hide the schema: suggestions in errors, and introspection."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from bpmn_events.application.services import Services
from bpmn_events.config import load_settings
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from bpmn_events.web.gql.execution.preparation import DocumentOptions
from bpmn_events.web.gql.execution.trusted import BadTrustedDocuments, TrustedDocuments
from bpmn_events.web_options import document_options
from tests.api.gql.client import GraphQLClient
from tests.api.tokens import token

pytestmark = pytest.mark.in_process

FILTERED = "query($p: WaitingEventFilter) { waitingEvents(filter: $p) { __typename } }"
ORDERED = "query($p: WaitingEventOrder) { waitingEvents(orderBy: $p) { __typename } }"
INPUT = "mutation($p: TriggerEventInput!) { triggerEvent(input: $p) { __typename } }"
# Each has a mistake for which there is a name or value that is almost the same.
MISTAKES: dict[str, tuple[str, Any]] = {
    "field": ("{ waitingEvent_ }", None),
    "field of an object": ("{ viewer { ... on Viewer { subjec } } }", None),
    "field of another type": ("{ viewer { subject } }", None),
    "argument": ("{ waitingEvents(firs: 1) { __typename } }", None),
    "argument of a directive": ("{ viewer @skip(iff: true) { __typename } }", None),
    "type": ("{ viewer { ... on Viewr { subject } } }", None),
    "type of a variable": ("query($p: WaitingEventFiltr) { waitingEvents(filter: $p) { __typename } }", None),
    "enum value": ("{ waitingEvents(orderBy: DUE_AT_AS) { __typename } }", None),
    "enum value as a string": ('{ waitingEvents(orderBy: "DUE_AT_ASC") { __typename } }', None),
    "member": ("{ waitingEvents(filter: {elementId: 1}) { __typename } }", None),
    "default of a variable": (
        "query($p: WaitingEventOrder = DUE_AT_AS) { waitingEvents(orderBy: $p) { __typename } }",
        None,
    ),
    "enum value in a variable": (ORDERED, "DUE_AT_AS"),
    "enum value in a list": (FILTERED, {"eventTypes": ["MESSAG"]}),
    "member in a variable": (FILTERED, {"elementId": 1}),
    "member of an input": (INPUT, {"processModelKey": "a", "correlationId": "b", "eventI": "c"}),
}
INTROSPECTION = {
    "standard query": get_introspection_query(),
    "schema": "{ __schema { queryType { name } } }",
    "type": '{ __type(name: "Query") { name } }',
    "alias": '{ innocent: __type(name: "Query") { kind } }',
    "fragment": "{ ...F } fragment F on Query { ... { __schema { types { name } } } }",
    "beside another field": "{ viewer { __typename } __schema { queryType { name } } }",
    "skipped": "{ viewer { __typename } __schema @skip(if: true) { queryType { name } } }",
    "another operation": "query A { viewer { __typename } } query B { __schema { queryType { name } } }",
}


@asynccontextmanager
async def serving(
    services: Services, compile_at_execution: int | None, **options: bool
) -> AsyncIterator[GraphQLClient]:
    endpoint = GraphQLEndpoint(services, compile_at_execution=compile_at_execution, options=DocumentOptions(**options))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://test") as http:
        yield GraphQLClient(http, token())


async def errors_of(client: GraphQLClient, mistake: tuple[str, Any]) -> list[str]:
    query, value = mistake
    body = (await client.post({"query": query, "variables": {"p": value}})).body
    assert "data" not in body
    return [error["message"] for error in body["errors"]]


def _words(message: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r" Did you mean [^?]*\?", "", message).lower())


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
async def test_suggestions(services: Services, compile_at_execution: int | None, mistake: tuple[str, Any]) -> None:
    """Without suggestions, the errors are the same in all other respects."""
    async with serving(services, compile_at_execution) as client:
        for _ in range(2):
            with_suggestions = await errors_of(client, mistake)
            assert any("Did you mean" in message for message in with_suggestions), with_suggestions
    async with serving(services, compile_at_execution, suggestions=False) as client:
        for _ in range(2):
            without = await errors_of(client, mistake)
            assert not any("Did you mean" in message for message in without)
            # The rest is the same, up to the punctuation around the suggestion.
            assert list(map(_words, without)) == list(map(_words, with_suggestions))


@pytest.mark.parametrize("query", INTROSPECTION.values(), ids=INTROSPECTION.keys())
async def test_introspection(services: Services, compile_at_execution: int | None, query: str) -> None:
    operation = {"operationName": "A"} if "query A" in query else {}
    async with serving(services, compile_at_execution) as client:
        assert "errors" not in (await client.post({"query": query, **operation})).body
    async with serving(services, compile_at_execution, introspection=False) as client:
        response = await client.post({"query": query, **operation})
        assert response.code == "GRAPHQL_VALIDATION_FAILED"
        assert response.error["message"].startswith("This server does not answer introspection")
        assert "data" not in response.body


async def test_typename_is_answered_without_introspection(services: Services, compile_at_execution: int | None) -> None:
    query = "{ __typename viewer { __typename } ...F } fragment F on Query { node(id: 1) { __typename } }"
    async with serving(services, compile_at_execution, introspection=False) as client:
        for _ in range(2):
            assert (await client(query)).data == {
                "__typename": "Query",
                "viewer": {"__typename": "Viewer"},
                "node": None,
            }


def test_a_trusted_document_that_introspects_prevents_the_start(services: Services) -> None:
    """An operator that turns introspection off wants no client to read the schema, by id either."""
    text = INTROSPECTION["schema"]
    trusted = TrustedDocuments({sha256(text.encode()).hexdigest(): text})
    GraphQLEndpoint(services, trusted=trusted)
    with pytest.raises(BadTrustedDocuments, match="This server does not answer introspection"):
        GraphQLEndpoint(services, trusted=trusted, options=DocumentOptions(introspection=False))


def test_the_settings() -> None:
    assert document_options(load_settings()) == DocumentOptions(introspection=True, suggestions=True)
    settings = load_settings(graphql_introspection=False)
    assert document_options(settings) == DocumentOptions(introspection=False, suggestions=True)
    settings = load_settings(graphql_suggestions=False)
    assert document_options(settings) == DocumentOptions(introspection=True, suggestions=False)
