"""A client of one caller that records the fields and routes with content in their responses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx
from graphql import (
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from bpmn_events.web.http.routing import ROUTE
from tests.api.access.callers import Caller
from tests.api.tokens import token


@dataclass
class Coverage:
    """The fields and responses received so far, in the form that ``lane_exposure`` uses."""

    fields: set[str] = field(default_factory=set)
    responses: set[tuple[str, str]] = field(default_factory=set)

    def record(self, data: dict[str, Any]) -> None:
        """Record the fields with content in the data of an operation, which has the name of each type."""
        for name, value in data.items():
            self.fields |= {f"{data['__typename']}.{name} > {field}" for field in _exposed_fields(value)}
        self.fields |= {*_exposed_fields(data)}


class RecordingClient:
    """A client of one caller. It adds ``__typename`` to every selection of a GraphQL operation."""

    def __init__(self, http: httpx.AsyncClient, caller: Caller, coverage: Coverage | None = None) -> None:
        self._http = http
        self._coverage = coverage or Coverage()
        credential = token(sorted(caller.permissions), sorted(caller.lanes), "ada")
        self._headers = {"Authorization": f"Bearer {credential}"}

    def with_token_of(self, caller: Caller) -> "RecordingClient":
        """Return a client of the same subject with another token."""
        return RecordingClient(self._http, caller, self._coverage)

    async def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the data of an operation, or an empty dict if a forbidden field is non-null."""
        body = {"query": with_typenames(query), "variables": variables}
        response = (await self._http.post("/graphql", json=body, headers=self._headers)).json()
        assert {error["extensions"]["code"] for error in response.get("errors", ())} <= {"FORBIDDEN"}, response
        data: dict[str, Any] = response["data"] or {}
        self._coverage.record(data)
        return data

    async def get(self, path: str) -> dict[str, Any]:
        return self._record(await self._http.get(path, headers=self._headers))

    async def post(self, path: str, payload: Any = None, **headers: str) -> dict[str, Any]:
        return self._record(await self._http.post(path, json=payload, headers={**self._headers, **headers}))

    def _record(self, response: httpx.Response) -> dict[str, Any]:
        document: dict[str, Any] = response.json()
        route = response.extensions[ROUTE]
        self._coverage.responses.add((route, document.get("code", str(response.status_code))))
        return document


class RouteRecordingTransport(httpx.ASGITransport):
    """A transport that adds the route of the request to each response."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        routes: dict[str, Any] = {}
        application = self.app

        async def record_route(scope: Any, receive: Any, send: Any) -> None:
            await application(scope, receive, send)
            routes[ROUTE] = scope.get(ROUTE)

        response = await httpx.ASGITransport(record_route).handle_async_request(request)
        response.extensions[ROUTE] = routes[ROUTE]
        return response


def objects(response: Any, *typenames: str) -> Iterator[dict[str, Any]]:
    """Yield all objects of these types in the response, at any depth."""
    if isinstance(response, dict):
        if response.get("__typename") in typenames:
            yield response
        for value in response.values():
            yield from objects(value, *typenames)
    elif isinstance(response, list):
        for value in response:
            yield from objects(value, *typenames)


def _exposed_fields(response: Any) -> Iterator[str]:
    """Yield every field that is neither null nor an empty list, as ``Type.field``."""
    if isinstance(response, dict):
        for name, value in response.items():
            if value is not None and value != []:
                yield f"{response['__typename']}.{name}"
                yield from _exposed_fields(value)
    elif isinstance(response, list):
        for value in response:
            yield from _exposed_fields(value)


class _AddTypenames(Visitor):
    def leave_selection_set(self, node: SelectionSetNode, _key: Any, parent: Any, *_: Any) -> SelectionSetNode:
        if isinstance(parent, OperationDefinitionNode) and parent.operation is OperationType.SUBSCRIPTION:
            return node  # a subscription has one root field
        return SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")), *node.selections))


@lru_cache(maxsize=500)
def with_typenames(query: str) -> str:
    """Return the query with ``__typename`` in every selection."""
    return print_ast(visit(parse(query), _AddTypenames()))
