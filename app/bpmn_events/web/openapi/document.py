"""The whole description: the operations of every route, and the schemas they refer to."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bpmn_events.domain.errors import DomainError, Forbidden, InvalidArgument, Unauthorized
from bpmn_events.web.http.bodies import BodyTooLarge
from bpmn_events.web.http.operation import PATH_PARAMETERS, Answer, JsonSchema, Operation
from bpmn_events.web.http.problems import CONSUMER_PREFIX, KINDS, MEDIA_TYPE
from bpmn_events.web.http.routing import DescribedRoute, EncodedRoute
from bpmn_events.web.openapi.problems import (
    FACT_DOCUMENTS,
    HTTP_PROBLEM,
    UNEXPECTED_PROBLEM,
    problem_name,
    problem_schemas,
    reference,
)

PATH = "/openapi.json"
_CREDENTIAL = "token"
_REFERENCES = "#/components/schemas/{name}"

_OPERATION = Operation(
    "describe",
    "This description",
    "The description of the plain HTTP API in OpenAPI 3.1.",
    [Answer("An OpenAPI document.", {"type": "object"})],
    tag="server",
)


def routes(others: Iterable[BaseRoute]) -> list[BaseRoute]:
    """The route of the description of these routes and itself."""

    async def describe(request: Request) -> Response:
        return Response(content, media_type="application/json")

    own = EncodedRoute(PATH, describe, operations={"GET": _OPERATION})
    content = msgspec.json.encode(openapi_document([*others, own]))
    return [own]


def openapi_document(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """The OpenAPI document of the routes that are described."""
    described = [route for route in routes if isinstance(route, DescribedRoute)]
    paths: dict[str, Any] = defaultdict(dict)
    for route in described:
        for method, operation in route.operations.items():
            paths[route.described_path][method.lower()] = _operation(operation, route.described_path)
    operations = [operation for route in described for operation in route.operations.values()]
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "BPMN Events",
            "version": version("bpmn-events"),
            "summary": "See the BPMN events that running processes wait for, and trigger them.",
            "description": "The plain HTTP API. GraphQL at `/graphql` offers more. Errors are problem documents "
            "(RFC 9457). Every route for processes answers below `/api/consumer/v1`, too, where problems carry their "
            "`detail` as `message` as well.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": {_CREDENTIAL: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(operation: Operation, path: str) -> dict[str, Any]:
    consumer = path.startswith(f"{CONSUMER_PREFIX}/")
    needs = f" Needs the permission `{operation.permission}`." if operation.permission else ""
    described: dict[str, Any] = {
        "operationId": f"{operation.name}_consumer" if consumer else operation.name,
        "tags": ["consumer API" if consumer else operation.tag],
        "summary": operation.summary,
        "description": operation.description + needs,
        "security": [{_CREDENTIAL: []}] if operation.permission else [],
        "parameters": [*_path_parameters(path), *_other_parameters(operation)],
        "responses": _responses(operation, "{" in path),
    }
    if operation.body is not None:
        described["requestBody"] = {
            "description": operation.body.description,
            "required": operation.body.required,
            "content": {"application/json": {"schema": operation.body.schema}},
        }
    return described


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", path):
        schema = {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "description": PATH_PARAMETERS[name], "schema": schema}


def _other_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    for parameter in operation.parameters:
        described = {"schema": parameter.schema}
        yield {
            "name": parameter.name,
            "in": parameter.place,
            "required": parameter.required,
            "description": parameter.description,
            **({"content": {"application/json": described}} if parameter.is_json else described),
        }


def _responses(operation: Operation, has_path_parameters: bool) -> dict[str, Any]:
    responses = {str(answer.status): _answer(answer) for answer in operation.answers}
    problems: dict[int, list[str]] = defaultdict(list)
    for kind in _kinds(operation):
        problems[KINDS[kind][0]].append(problem_name(kind))
    if has_path_parameters:
        problems[400].append(HTTP_PROBLEM)  # a path that is not percent-encoded UTF-8
    if operation.permission:
        problems[500].append(UNEXPECTED_PROBLEM)
    if operation.body and operation.problems:
        problems[415].append(HTTP_PROBLEM)
    for status, names in sorted(problems.items()):
        schema = reference(names[0]) if len(names) == 1 else {"anyOf": [reference(name) for name in names]}
        responses[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
    return responses


def _kinds(operation: Operation) -> list[type[DomainError]]:
    """Every refusal of the operation, those that follow from its other facts included."""
    if not operation.problems:
        return []
    kinds: list[type[DomainError]] = [Unauthorized, Forbidden] if operation.permission else []
    kinds += [InvalidArgument] if operation.parameters else []
    kinds += [BodyTooLarge] if operation.body else []
    return [*dict.fromkeys([*kinds, *operation.refusals])]


def _answer(answer: Answer) -> dict[str, Any]:
    if answer.content is None:
        return {"description": answer.description}
    return {"description": answer.description, "content": {answer.media_type: {"schema": _content(answer.content)}}}


def _content(content: Any) -> JsonSchema:
    return reference(content.__name__) if isinstance(content, type) else content


def _schemas(operations: Iterable[Operation]) -> dict[str, Any]:
    answers = {answer.content for each in operations for answer in each.answers if isinstance(answer.content, type)}
    kinds = dict.fromkeys(kind for operation in operations for kind in _kinds(operation))
    _, documents = msgspec.json.schema_components([*answers, *FACT_DOCUMENTS], ref_template=_REFERENCES)
    return dict(sorted({**documents, **problem_schemas(kinds)}.items()))
