"""An in-process client of the endpoint under test."""

from dataclasses import dataclass
from typing import Any

import httpx

from bpmn_events.domain.principal import Permission

ALL = tuple(Permission)


@dataclass(frozen=True)
class GraphQLResponse:
    status: int
    body: dict[str, Any]
    headers: httpx.Headers

    @property
    def data(self) -> dict[str, Any]:
        """Return the data, and fail if the response has errors."""
        assert "errors" not in self.body, self.body["errors"]
        data: dict[str, Any] = self.body["data"]
        return data

    @property
    def error(self) -> dict[str, Any]:
        """Return the only error."""
        (error,) = self.body["errors"]
        return dict(error)

    @property
    def code(self) -> str:
        return str(self.error["extensions"]["code"])


class GraphQLClient:
    """Sends operations as one caller; without a ``token``, sends no credential."""

    def __init__(self, http: httpx.AsyncClient, token: str | None = None) -> None:
        self.http = http
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    async def __call__(self, query: str, **variables: Any) -> GraphQLResponse:
        return await self.post({"query": query, "variables": variables})

    async def post(self, body: Any, **headers: str) -> GraphQLResponse:
        return parse_response(await self.http.post("/graphql", json=body, headers={**self.headers, **headers}))

    async def send(self, content: bytes, **headers: str) -> GraphQLResponse:
        all_headers = {"Content-Type": "application/json", **self.headers, **headers}
        return parse_response(await self.http.post("/graphql", content=content, headers=all_headers))


def parse_response(response: httpx.Response) -> GraphQLResponse:
    return GraphQLResponse(response.status_code, response.json(), response.headers)
