"""The OpenAPI document of the plain HTTP API is valid, complete and correct."""

import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import pytest_asyncio
from openapi_spec_validator import validate
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bpmn_events.domain.errors import DomainError, TooManyBodies, TooManySubscriptions
from bpmn_events.web.http.bodies import BodyTooLarge
from bpmn_events.web.http.problems import CONSUMER_PREFIX
from bpmn_events.web.http.routing import DescribedRoute
from bpmn_events.web.openapi.problems import EXTENSION_MEMBERS, problem_name
from bpmn_events.web.problem_documents import problem_class
from tests.api.rest.client import RestClient
from tests.unit.web.test_problems import ERRORS, FailingApplication


@pytest_asyncio.fixture
async def document(anonymous: RestClient) -> Any:
    response = await anonymous.get("/openapi.json")
    assert response.headers["content-type"] == "application/json"
    return response.json()


async def test_it_is_valid(document: Any) -> None:
    validate(document)


async def test_it_says_that_many_triggers_may_be_compressed(document: Any) -> None:
    (parameter,) = document["paths"]["/events/trigger"]["post"]["parameters"]
    assert (parameter["name"], parameter["in"]) == ("Content-Encoding", "header")
    assert "gzip" in parameter["schema"]["enum"]


async def test_it_describes_the_body_and_answers_of_many_triggers(document: Any) -> None:
    operation = document["paths"]["/events/trigger"]["post"]
    content = operation["requestBody"]["content"]
    assert content.keys() == {"application/x-ndjson", "application/ndjson", "application/jsonl"}
    schema = content["application/x-ndjson"]["schema"]
    assert schema["properties"]["payload"]["type"] == ["object", "null"]
    assert "TooManyBodiesProblem" in str(operation["responses"]["429"])
    assert "ResponseTooLargeProblem" not in str(operation["responses"]["500"])
    other = document["paths"]["/process_models/{process_model_key}/events"]["get"]
    assert "ResponseTooLargeProblem" in str(other["responses"]["500"])


def test_every_route_has_a_description(application: Starlette) -> None:
    routes_without_description: list[BaseRoute] = [
        route for route in application.routes if not isinstance(route, DescribedRoute)
    ]
    files = [
        route for route in routes_without_description if isinstance(route, Mount) and isinstance(route.app, StaticFiles)
    ]
    assert routes_without_description == files


async def test_every_operation_is_described_in_full(application: Starlette, document: Any) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    described = [route for route in application.routes if isinstance(route, DescribedRoute)]
    assert len(operations) == sum(len(route.operations) for route in described)
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert all(parameter["description"] for parameter in operation["parameters"])
        assert all(response["description"] for response in operation["responses"].values())


async def test_consumer_api_has_the_same_routes(document: Any) -> None:
    paths = document["paths"]
    for path in paths:
        if path.startswith(("/process_models", "/correlations")) and not path.endswith("/changes"):
            assert f"/api/consumer/v1{path}" in paths


DOCUMENTED_ERRORS = [
    error
    for error in [
        *(error for error, *_ in ERRORS),
        BodyTooLarge(10),
        TooManySubscriptions(limit=3),
        TooManyBodies(limit=3),
    ]
    if problem_class(error) in EXTENSION_MEMBERS
]


@pytest.mark.parametrize("error", DOCUMENTED_ERRORS, ids=lambda error: type(error).__name__)
async def test_each_problem_document_matches_its_schema(document: Any, error: DomainError) -> None:
    name = problem_name(problem_class(error))
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    problem = (await FailingApplication().request_with(error)).json()
    jsonschema_rs.validate(schema, problem)
    assert not jsonschema_rs.is_valid(schema, {**problem, "code": "ANOTHER"})
    assert problem.keys() == set(document["components"]["schemas"][name]["required"])


async def test_a_stream_takes_a_token_or_a_ticket(document: Any) -> None:
    watch = document["paths"]["/events/changes"]["get"]
    assert watch["security"] == [{"token": []}, {"ticket": []}]
    assert document["components"]["securitySchemes"]["ticket"]["in"] == "query"
    assert "ticket" not in {parameter["name"] for parameter in watch["parameters"]}
    assert {"text/event-stream"} == watch["responses"]["200"]["content"].keys()
    assert {"400", "401", "403", "406", "429", "503"} < watch["responses"].keys()


async def test_index_has_a_link_to_it(anonymous: RestClient) -> None:
    assert (await anonymous.get("/")).json()["links"]["openapi"] == "openapi.json"


async def test_documentation_lists_every_route_and_error_code(document: Any) -> None:
    page = (Path(__file__).parents[3] / "docs" / "rest.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(GET|POST) (/\S*)` ", page, re.MULTILINE))
    own = [path for path in document["paths"] if not path.startswith((CONSUMER_PREFIX, "/graphql"))]
    assert listed == {(method.upper(), path) for path in own for method in document["paths"][path]}
    codes = {code["const"] for schema in document["components"]["schemas"].values() if (code := _code(schema))}
    assert [code for code in codes if f"`{code}`" not in page] == []


def _code(schema: Any) -> Any:
    code = schema.get("properties", {}).get("code", {})
    return code if "const" in code else None
