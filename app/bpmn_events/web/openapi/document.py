"""The OpenAPI document: the operations of every route, and the schemas they refer to."""

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

from bpmn_events.domain.errors import (
    DomainError,
    EngineUnavailable,
    Forbidden,
    InvalidArgument,
    TooManyRequests,
    Unauthorized,
)
from bpmn_events.web.http.bodies import BodyTooLarge
from bpmn_events.web.http.operation import (
    EVENT_STREAM,
    JSON,
    PATH_PARAMETERS,
    JsonSchema,
    Operation,
    ResponseDescription,
)
from bpmn_events.web.http.pages import FILE_HEADERS
from bpmn_events.web.http.problems import CONSUMER_PREFIX, MEDIA_TYPE
from bpmn_events.web.http.routing import ROOT_PATH, DescribedRoute, EncodedRoute
from bpmn_events.web.openapi.problems import (
    HTTP_PROBLEM,
    KEYS_PROBLEM,
    MEMBER_DOCUMENTS,
    PROBLEM_HEADERS,
    TOO_LARGE_PROBLEM,
    UNEXPECTED_PROBLEM,
    problem_name,
    problem_schemas,
    reference,
)
from bpmn_events.web.problem_documents import STATUS_AND_TITLE

PATH = "/openapi.json"
_CREDENTIAL = "token"
_REFERENCE_TEMPLATE = "#/components/schemas/{name}"

_OPERATION = Operation(
    "describe",
    "Get this OpenAPI document",
    "The description of the plain HTTP API in OpenAPI 3.1.",
    [ResponseDescription("The OpenAPI document.", {"type": "object"})],
    tag="server",
)


def routes(application_routes: Iterable[BaseRoute]) -> list[BaseRoute]:
    """Return the route of the OpenAPI document, which describes the given routes and itself."""

    async def describe(request: Request) -> Response:
        servers = [{"url": request.scope.get(ROOT_PATH) or "/"}]
        content = msgspec.json.encode({**document, "servers": servers})
        return Response(content, headers=FILE_HEADERS, media_type="application/json")

    document_route = EncodedRoute(PATH, describe, operations={"GET": _OPERATION})
    document = openapi_document([*application_routes, document_route])
    return [document_route]


def openapi_document(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """Return the OpenAPI document of all described routes among these, without its servers."""
    described_routes = [route for route in routes if isinstance(route, DescribedRoute)]
    paths: dict[str, Any] = defaultdict(dict)
    for route in described_routes:
        for method, operation in route.operations.items():
            paths[route.described_path][method.lower()] = _operation(operation, route.described_path)
    operations = [operation for route in described_routes for operation in route.operations.values()]
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "BPMN Events",
            "version": version("bpmn-events"),
            "summary": "List and trigger the BPMN events that running processes wait for.",
            "description": "The plain HTTP API. GraphQL at `/graphql` offers more. Errors are problem documents "
            "(RFC 9457). The routes for events, messages, signals and tasks are also available under "
            "`/api/consumer/v1`, but not those for streams, tickets, many triggers and hooks. Problem documents under "
            "this prefix repeat their `detail` as `message`.",
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": {
                _CREDENTIAL: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                **_credential_parameters(operations),
            },
        },
    }


def _operation(operation: Operation, path: str) -> dict[str, Any]:
    is_consumer = path.startswith(f"{CONSUMER_PREFIX}/")
    permission = f" Requires the permission `{operation.permission}`." if operation.permission else ""
    document: dict[str, Any] = {
        "operationId": f"{operation.name}_consumer" if is_consumer else operation.name,
        "tags": ["consumer API" if is_consumer else operation.tag],
        "summary": operation.summary,
        "description": operation.description + permission,
        "security": _security(operation),
        "parameters": [*_path_parameters(path), *_query_and_header_parameters(operation)],
        "responses": _responses(operation, "{" in path),
    }
    if operation.body is not None:
        document["requestBody"] = {
            "description": operation.body.description,
            "required": operation.body.required,
            "content": {media_type: {"schema": operation.body.schema} for media_type in operation.body.media_types},
        }
    return document


def _security(operation: Operation) -> list[dict[str, Any]]:
    """Return the credentials that are each enough."""
    names = [_CREDENTIAL] if operation.permission else []
    names += [parameter.name for parameter in operation.parameters if parameter.is_credential]
    return [{name: []} for name in names]


def _credential_parameters(operations: Iterable[Operation]) -> dict[str, Any]:
    return {
        parameter.name: {
            "type": "apiKey",
            "in": parameter.location,
            "name": parameter.name,
            "description": parameter.description,
        }
        for operation in operations
        for parameter in operation.parameters
        if parameter.is_credential
    }


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", path):
        schema = {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "description": PATH_PARAMETERS[name], "schema": schema}


def _query_and_header_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    for parameter in operation.parameters:
        if parameter.is_credential:
            continue
        schema = {"schema": parameter.schema}
        yield {
            "name": parameter.name,
            "in": parameter.location,
            "required": parameter.required,
            "description": parameter.description,
            **({"content": {"application/json": schema}} if parameter.is_json else schema),
        }


def _responses(operation: Operation, has_path_parameters: bool) -> dict[str, Any]:
    responses = {str(response.status): _response(response) for response in operation.responses}
    problems: dict[int, list[str]] = defaultdict(list)
    for error_class in _error_classes(operation):
        problems[STATUS_AND_TITLE[error_class][0]].append(problem_name(error_class))
    if has_path_parameters:
        problems[400].append(HTTP_PROBLEM)  # a path that is not percent-encoded UTF-8
    if operation.permission:
        is_whole = any(response.media_type == JSON for response in operation.responses)
        problems[500] += [TOO_LARGE_PROBLEM, UNEXPECTED_PROBLEM] if is_whole else [UNEXPECTED_PROBLEM]
        problems[503].append(KEYS_PROBLEM)
    if operation.body and operation.problems:
        problems[415].append(HTTP_PROBLEM)
    if any(response.media_type == EVENT_STREAM for response in operation.responses):
        problems[406].append(HTTP_PROBLEM)
    for status, names in sorted(problems.items()):
        schema = reference(names[0]) if len(names) == 1 else {"anyOf": [reference(name) for name in names]}
        responses[str(status)] = {
            "description": HTTPStatus(status).phrase,
            **({"headers": PROBLEM_HEADERS[status]} if status in PROBLEM_HEADERS else {}),
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
    return responses


def _error_classes(operation: Operation) -> list[type[DomainError]]:
    """Return all domain errors of the operation, including those that follow from its other attributes."""
    if not operation.problems:
        return []
    error_classes: list[type[DomainError]] = [Unauthorized, Forbidden] if operation.permission else []
    error_classes += [InvalidArgument] if operation.parameters or operation.permission else []
    error_classes += [BodyTooLarge] if operation.body and operation.body.is_limited else []
    error_classes += operation.errors
    error_classes += [TooManyRequests, EngineUnavailable] if operation.permission else []
    return [*dict.fromkeys(error_classes)]


def _response(response: ResponseDescription) -> dict[str, Any]:
    if response.content is None:
        return {"description": response.description}
    contents = {response.media_type: response.content, **response.alternatives}
    schemas = {media_type: {"schema": _content_schema(content)} for media_type, content in contents.items()}
    return {"description": response.description, "content": schemas}


def _content_schema(content: Any) -> JsonSchema:
    if isinstance(content, tuple):
        return {"anyOf": [_content_schema(each) for each in content]}
    return reference(content.__name__) if isinstance(content, type) else content


def _schemas(operations: Iterable[Operation]) -> dict[str, Any]:
    contents = [response.content for operation in operations for response in operation.responses]
    each = [one for content in contents for one in (content if isinstance(content, tuple) else (content,))]
    types = {content for content in each if isinstance(content, type)}
    error_classes = dict.fromkeys(error for operation in operations for error in _error_classes(operation))
    _, documents = msgspec.json.schema_components([*types, *MEMBER_DOCUMENTS], ref_template=_REFERENCE_TEMPLATE)
    return dict(sorted({**documents, **problem_schemas(error_classes)}.items()))
