"""Trusted documents, requested by id as GraphQL over HTTP specifies and as Apollo clients do."""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bpmn_events.application.services import Services
from bpmn_events.web.gql.endpoint.endpoint import GraphQLEndpoint
from bpmn_events.web.gql.execution.limits import GraphQLLimits
from bpmn_events.web.gql.execution.trusted import (
    BadTrustedDocuments,
    TrustedDocuments,
    published_documents,
    read_documents,
)
from tests.api.gql.client import GraphQLClient, parse_response
from tests.api.gql.models import ORDER
from tests.api.gql.steps import deploy, start, waiting
from tests.api.tokens import token
from tests.support.documents import OPERATIONS, ROOT

GRAPHQL_RESPONSE = {"Accept": "application/graphql-response+json"}
PUBLISHED: dict[str, str] = json.loads((ROOT / "graphql" / "trusted-documents.json").read_text("utf-8"))
EARLIER: dict[str, str] = json.loads((ROOT / "graphql" / "earlier-documents.json").read_text("utf-8"))
DOCUMENT = "query Who { viewer { ... on Viewer { subject } } }"
SHIP = '{processModelKey: "order", correlationId: "c1", eventId: "ship"}'
MUTATION = f"mutation {{ triggerEvent(input: {SHIP}) {{ __typename }} }}"
SEVERAL = "query A { a: __typename } query B { b: __typename }"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def documents(*texts: str) -> dict[str, str]:
    return {sha256(text): text for text in texts}


def published(name: str) -> str:
    """Return the id of an operation of this project."""
    (identifier,) = (key for key, text in PUBLISHED.items() if re.search(rf"(query|mutation) {name}\b", text))
    return identifier


def persisted(identifier: Any, version: Any = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": identifier}}}


BodyFactory = Callable[[str], dict[str, Any]]
BODIES: dict[str, BodyFactory] = {
    "prefixed": lambda identifier: {"documentId": f"sha256:{identifier}"},
    "bare": lambda identifier: {"documentId": identifier},
    "beside an empty query": lambda identifier: {"documentId": identifier, "query": ""},
    "persisted query": persisted,
    "persisted query beside an empty query": lambda identifier: {**persisted(identifier), "query": ""},
    "both": lambda identifier: {"documentId": f"sha256:{identifier}", **persisted(identifier)},
}


@asynccontextmanager
async def serving(
    services: Services, compile_at_execution: int | None = 1, **options: Any
) -> AsyncIterator[GraphQLClient]:
    """Yield a client of an endpoint with these options."""
    endpoint = GraphQLEndpoint(services, compile_at_execution=compile_at_execution, **options)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://test") as http:
        yield GraphQLClient(http, token())


def test_the_server_ships_the_published_documents() -> None:
    """If not: run ``make documents`` and commit the change."""
    assert published_documents() == {**EARLIER, **PUBLISHED}
    assert len(PUBLISHED) == len(OPERATIONS)
    assert all(sha256(text) == identifier for identifier, text in {**EARLIER, **PUBLISHED}.items())


class TestById:
    @pytest.mark.parametrize("kind", BODIES)
    async def test_it_is_executed(self, ada: GraphQLClient, kind: str) -> None:
        for _ in range(3):
            response = await ada.post(BODIES[kind](published("Viewer")))
            assert response.data["viewer"]["subject"] == "ada"

    async def test_the_earlier_text_of_an_operation_stays_trusted(self, services: Services) -> None:
        """This text of DeployProcessModel selects no warnings."""
        body = {"documentId": "330e1e2ccc97e75e2ebf49c75ba57fc21d974cd14bcd0ae585e1a42972d21e0a"}
        async with serving(services, trusted=TrustedDocuments(only=True)) as client:
            response = await client.post({**body, "variables": {"input": {"bpmnXml": ORDER}}})
        assert response.data["deployProcessModel"]["processModels"][0]["key"] == "order"

    async def test_with_variables_and_repeatedly(self, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        for number in range(3):
            await start(ada, "order", f"c{number}")
            trigger_input = {"processModelKey": "order", "correlationId": f"c{number}", "eventId": "ship"}
            body = {"documentId": published("TriggerEvent"), "variables": {"input": trigger_input}}
            assert (await ada.post(body)).data["triggerEvent"]["__typename"] == "TriggerEventSuccess"
        assert (await ada.post(body)).data["triggerEvent"]["reason"] == "ALREADY_TRIGGERED"

    async def test_of_several_operations_one_is_named(self, services: Services) -> None:
        async with serving(services, trusted=TrustedDocuments(documents(SEVERAL))) as client:
            body = {"documentId": sha256(SEVERAL)}
            assert (await client.post({**body, "operationName": "B"})).data == {"b": "Query"}
            assert (await client.post(body)).code == "GRAPHQL_VALIDATION_FAILED"
            assert (await client.post({**body, "operationName": "C"})).code == "GRAPHQL_VALIDATION_FAILED"

    async def test_credentials_are_checked(self, nobody: GraphQLClient) -> None:
        body = {"documentId": published("Viewer")}
        assert (await nobody.post(body)).data["viewer"]["__typename"] == "UnauthorizedError"
        assert (await nobody.post(body, Authorization="Bearer nonsense")).status == 401

    async def test_variables_are_checked(self, ada: GraphQLClient) -> None:
        response = await ada.post({"documentId": published("TriggerEvent")})
        assert (response.status, response.code) == (200, "BAD_USER_INPUT")
        response = await ada.post({"documentId": published("TriggerEvent")}, **GRAPHQL_RESPONSE)
        assert (response.status, response.code) == (400, "BAD_USER_INPUT")


class TestByGet:
    async def get(self, client: GraphQLClient, **parameters: str) -> Any:
        return parse_response(await client.http.get("/graphql", params=parameters, headers=client.headers))

    async def test_a_query(self, ada: GraphQLClient) -> None:
        viewer = published("Viewer")
        for parameters in (
            {"documentId": f"sha256:{viewer}"},
            {"extensions": json.dumps(persisted(viewer)["extensions"])},
        ):
            assert (await self.get(ada, **parameters)).data["viewer"]["subject"] == "ada"
        response = await self.get(ada, documentId=published("WaitingEvent"), variables='{"id": "we_1"}')
        assert response.data["waitingEvent"]["__typename"] == "EventNotFoundError"

    async def test_a_mutation_is_refused(self, ada: GraphQLClient) -> None:
        response = await self.get(ada, documentId=published("TriggerEvent"), variables="{}")
        assert (response.status, response.code, response.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")

    @pytest.mark.parametrize("extensions", ["{", "[]", '"x"', '{"persistedQuery": {"version": 1}}'])
    async def test_bad_extensions(self, ada: GraphQLClient, extensions: str) -> None:
        response = await self.get(ada, extensions=extensions)
        assert (response.status, response.code) == (400, "BAD_REQUEST")


class TestUnknown:
    IDS = ("0" * 64, published("Viewer").upper(), "", "md5:abc", "sha256:", "SHA256:" + published("Viewer"), "é" * 9999)

    @pytest.mark.parametrize("headers", [{}, GRAPHQL_RESPONSE])
    async def test_a_persisted_query_gets_the_error_that_its_clients_expect(
        self, ada: GraphQLClient, headers: dict[str, str]
    ) -> None:
        for identifier in self.IDS:
            response = await ada.post(persisted(identifier), **headers)
            assert (response.status, response.code) == (404, "PERSISTED_QUERY_NOT_FOUND")
            assert response.error["message"] == "PersistedQueryNotFound"
            assert "data" not in response.body

    @pytest.mark.parametrize("headers", [{}, GRAPHQL_RESPONSE])
    async def test_a_document_id(self, ada: GraphQLClient, headers: dict[str, str]) -> None:
        for identifier in self.IDS:
            response = await ada.post({"documentId": identifier}, **headers)
            assert (response.status, response.code) == (404, "PERSISTED_QUERY_NOT_FOUND")
            assert response.error["message"].startswith("No trusted document has the id ")
            assert len(response.error["message"]) < 200

    async def test_a_text_beside_the_id_is_executed_and_not_stored(self, ada: GraphQLClient) -> None:
        """Clients with automatic registration send the id first, and both once the id is unknown."""
        body = {**persisted(sha256(DOCUMENT)), "query": DOCUMENT}
        assert (await ada.post(persisted(sha256(DOCUMENT)))).code == "PERSISTED_QUERY_NOT_FOUND"
        assert (await ada.post(body)).data == {"viewer": {"subject": "ada"}}
        assert (await ada.post(persisted(sha256(DOCUMENT)))).code == "PERSISTED_QUERY_NOT_FOUND"
        assert (await ada.post({"documentId": sha256(DOCUMENT)})).code == "PERSISTED_QUERY_NOT_FOUND"


VIEWER = published("Viewer")


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": 1},
        {"documentId": [VIEWER]},
        {"documentId": VIEWER, "query": DOCUMENT},
        {"documentId": VIEWER, **persisted("0" * 64)},
        {"documentId": VIEWER, "query": 1},
        {"documentId": VIEWER, "variables": []},
        {"documentId": VIEWER, "extensions": 1},
        {"documentId": None},
        {"documentId": None, "extensions": {}},
        {"extensions": {"persistedQuery": None}},
        {"extensions": {"persistedQuery": VIEWER}},
        {"extensions": {"persistedQuery": {}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"sha256Hash": VIEWER}}},
        persisted(VIEWER, 2),
        persisted(VIEWER, "1"),
        persisted(VIEWER, True),
        persisted(1),
        persisted([VIEWER]),
        persisted(None),
    ],
)
async def test_a_malformed_document_id(ada: GraphQLClient, body: dict[str, Any]) -> None:
    response = await ada.post(body)
    assert (response.status, response.code) == (400, "BAD_REQUEST")
    assert "data" not in response.body


class TestConfiguredDocuments:
    async def test_they_are_served_beside_those_of_the_project(self, services: Services) -> None:
        async with serving(services, trusted=TrustedDocuments(documents(DOCUMENT))) as client:
            assert (await client.post({"documentId": sha256(DOCUMENT)})).data == {"viewer": {"subject": "ada"}}
            assert (await client.post({"documentId": published("Viewer")})).data["viewer"]["subject"] == "ada"
            assert (await client(DOCUMENT)).data == {"viewer": {"subject": "ada"}}

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("{", "Syntax Error: Expected Name, found <EOF>."),
            ("{ viewer { nothing } }", "Cannot query field 'nothing' on type 'ViewerResult'."),
            ("{ viewer { __typename } ...F }", "Unknown fragment 'F'."),
        ],
    )
    def test_an_invalid_one_prevents_the_start(self, services: Services, text: str, reason: str) -> None:
        with pytest.raises(BadTrustedDocuments) as caught:
            GraphQLEndpoint(services, trusted=TrustedDocuments(documents(DOCUMENT, text)))
        assert str(caught.value) == f"the document {sha256(text)} is refused: {reason}"

    def test_one_beyond_the_limits_prevents_the_start(self, services: Services) -> None:
        with pytest.raises(BadTrustedDocuments, match="is refused: The operation is 2 levels deep"):
            GraphQLEndpoint(services, limits=GraphQLLimits(max_depth=1), trusted=TrustedDocuments(documents(DOCUMENT)))

    async def test_there_may_be_more_than_the_cache_holds(self, services: Services) -> None:
        texts = [f"{{ viewer {{ ... on Viewer {{ a{number}: subject }} }} }}" for number in range(50)]
        few = GraphQLLimits(cached_characters=500)
        async with serving(services, limits=few, trusted=TrustedDocuments(documents(*texts))) as client:
            for _ in range(2):
                for number, text in enumerate(texts):
                    response = await client.post({"documentId": sha256(text)})
                    assert response.data == {"viewer": {f"a{number}": "ada"}}


class TestOnlyTrusted:
    TRUSTED = TrustedDocuments(documents(DOCUMENT, MUTATION), only=True)

    @pytest.mark.parametrize(
        "body",
        [
            {"query": "{ viewer { __typename } }"},
            {"query": DOCUMENT + " "},
            {"query": ""},
            {"query": "{"},
            {"query": "{ __schema { types { name } } }"},
            {"query": "{ viewer { __typename } }", **persisted(sha256(DOCUMENT))},
        ],
    )
    async def test_another_text_is_refused(self, services: Services, body: dict[str, Any]) -> None:
        async with serving(services, trusted=self.TRUSTED) as client:
            response = await client.post(body)
            assert (response.status, response.code) == (400, "DOCUMENT_NOT_TRUSTED")
            assert "documentId" in response.error["message"]
            assert "data" not in response.body

    async def test_by_get_as_well(self, services: Services) -> None:
        async with serving(services, trusted=self.TRUSTED) as client:
            for query, status in ((DOCUMENT, 200), (DOCUMENT + " ", 400)):
                response = await client.http.get("/graphql", params={"query": query}, headers=client.headers)
                assert response.status_code == status

    async def test_trusted_documents_are_executed_by_id_and_by_text(self, services: Services) -> None:
        async with serving(services, trusted=self.TRUSTED) as client:
            for body in (
                {"documentId": sha256(DOCUMENT)},
                {"query": DOCUMENT},
                {"query": DOCUMENT, **persisted(sha256(DOCUMENT))},
            ):
                assert (await client.post(body)).data == {"viewer": {"subject": "ada"}}
            assert (await client.post({"documentId": published("Viewer")})).data["viewer"]["subject"] == "ada"

    async def test_a_refused_mutation_changes_nothing(self, services: Services, ada: GraphQLClient) -> None:
        await deploy(ada, ORDER)
        await start(ada, "order", "c1")
        before = await waiting(ada)
        async with serving(services, trusted=self.TRUSTED) as client:
            assert (await client(MUTATION.replace("ship", "pay"))).code == "DOCUMENT_NOT_TRUSTED"
            assert await waiting(ada) == before
            assert (await client(MUTATION)).data["triggerEvent"]["__typename"] == "TriggerEventSuccess"

    async def test_a_bad_credential_is_reported_first(self, services: Services) -> None:
        async with serving(services, trusted=self.TRUSTED) as client:
            assert (await client.post({"query": "{"}, Authorization="Bearer nonsense")).status == 401

    async def test_a_browser_gets_a_page_that_explains_the_missing_editor(self, services: Services) -> None:
        async with serving(services, trusted=self.TRUSTED) as client:
            page = await client.http.get("/graphql", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "BPMN_EVENTS_GRAPHQL_ONLY_TRUSTED" in page.text
        assert "<script" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]

    async def test_no_page_where_the_editor_is_switched_off(self, services: Services) -> None:
        async with serving(services, trusted=self.TRUSTED, graphiql=False) as client:
            assert (await client.http.get("/graphql", headers={"Accept": "text/html"})).status_code == 406


class TestFile:
    def write(self, folder: Path, content: Any) -> Path:
        file = folder / "documents.json"
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return file

    def test_ids_with_and_without_their_prefix(self, tmp_path: Path) -> None:
        file = self.write(tmp_path, {sha256(DOCUMENT): DOCUMENT, f"sha256:{sha256(SEVERAL)}": SEVERAL})
        assert read_documents(file) == documents(DOCUMENT, SEVERAL)
        assert read_documents(self.write(tmp_path, {})) == {}
        assert read_documents(ROOT / "graphql" / "trusted-documents.json") == PUBLISHED

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "is no JSON object of texts by their SHA-256"),
            (b"{", "is no JSON object"),
            (b'{"\xff": "x"}', "is no JSON object"),
            (b'{"a": "\\ud800"}', "is no JSON object"),
            (b"[" * 100_000, "is no JSON object"),
            ([DOCUMENT], "is no JSON object"),
            ({sha256(DOCUMENT): 1}, "is no JSON object"),
            ({sha256(DOCUMENT): None}, "is no JSON object"),
            ({sha256(DOCUMENT).upper(): DOCUMENT}, "is not the SHA-256 of its text"),
            (
                {sha256(DOCUMENT): DOCUMENT + " "},
                f"is not the SHA-256 of its text, which is '{sha256(DOCUMENT + ' ')}'",
            ),
            ({"who": DOCUMENT}, "'who' is not the SHA-256 of its text"),
        ],
    )
    def test_an_invalid_file(self, tmp_path: Path, content: Any, reason: str) -> None:
        file = self.write(tmp_path, content)
        with pytest.raises(BadTrustedDocuments) as caught:
            read_documents(file)
        assert str(caught.value).startswith(str(file))
        assert reason in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        for path in (tmp_path / "nothing.json", tmp_path):
            with pytest.raises(BadTrustedDocuments, match="cannot be read"):
                read_documents(path)
