"""Asking as one caller, and remembering which fields and routes told something."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx
from graphql import FieldNode, NameNode, SelectionSetNode, Visitor, parse, print_ast, visit

from bpmn_events.web.http.routing import ROUTE
from tests.api.access.facts import ListQuery
from tests.api.tokens import token


@dataclass
class Told:
    """What has been told so far, in the words of ``telling``."""

    fields: set[str] = field(default_factory=set)
    answers: set[tuple[str, str]] = field(default_factory=set)


class Asking:
    """Asks as one caller. Every object of a GraphQL answer has its ``__typename``."""

    def __init__(self, http: httpx.AsyncClient, reader: ListQuery, visible_to: Told | None = None) -> None:
        self._http = http
        self._told = visible_to or Told()
        credential = token(sorted(reader.permissions), sorted(reader.lanes), "ada")
        self._headers = {"Authorization": f"Bearer {credential}"}

    def as_(self, reader: ListQuery) -> "Asking":
        """The same subject with another token."""
        return Asking(self._http, reader, self._told)

    async def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data; empty where a field that cannot be null was forbidden."""
        body = {"query": _with_typenames(query), "variables": variables}
        answer = (await self._http.post("/graphql", json=body, headers=self._headers)).json()
        assert {error["extensions"]["code"] for error in answer.get("errors", ())} <= {"FORBIDDEN"}, answer
        data: dict[str, Any] = answer["data"] or {}
        for name, value in data.items():
            self._told.fields |= {f"{data['__typename']}.{name} > {each}" for each in _told(value)}
        self._told.fields |= {*_told(data)}
        return data

    async def get(self, path: str) -> dict[str, Any]:
        return self._answer(await self._http.get(path, headers=self._headers))

    async def post(self, path: str, payload: Any = None, **headers: str) -> dict[str, Any]:
        return self._answer(await self._http.post(path, json=payload, headers={**self._headers, **headers}))

    def _answer(self, response: httpx.Response) -> dict[str, Any]:
        document: dict[str, Any] = response.json()
        route = response.extensions[ROUTE]
        self._told.answers.add((route, document.get("code", str(response.status_code))))
        return document


class RememberingTransport(httpx.ASGITransport):
    """Has each answer say which route it took."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        taken: dict[str, Any] = {}
        application = self.app

        async def noticing(scope: Any, receive: Any, send: Any) -> None:
            await application(scope, receive, send)
            taken[ROUTE] = scope.get(ROUTE)

        response = await httpx.ASGITransport(noticing).handle_async_request(request)
        response.extensions[ROUTE] = taken[ROUTE]
        return response


def objects(answer: Any, *typenames: str) -> Iterator[dict[str, Any]]:
    """All objects of these types, anywhere in the answer."""
    if isinstance(answer, dict):
        if answer.get("__typename") in typenames:
            yield answer
        for value in answer.values():
            yield from objects(value, *typenames)
    elif isinstance(answer, list):
        for value in answer:
            yield from objects(value, *typenames)


def _told(answer: Any) -> Iterator[str]:
    """As ``Type.field``, every field that has something to say."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if value is not None and value != []:
                yield f"{answer['__typename']}.{name}"
                yield from _told(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _told(value)


class _AddTypenames(Visitor):
    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode:
        return SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")), *node.selections))


@lru_cache(maxsize=500)
def _with_typenames(query: str) -> str:
    return print_ast(visit(parse(query), _AddTypenames()))
