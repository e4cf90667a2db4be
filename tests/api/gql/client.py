"""A client of the endpoint under test, in process."""

from dataclasses import dataclass
from typing import Any

import httpx

from bpmn_events.domain.principal import Permission

ALL = tuple(Permission)


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]
    headers: httpx.Headers

    @property
    def data(self) -> dict[str, Any]:
        """The data of an answer without errors."""
        assert "errors" not in self.body, self.body["errors"]
        data: dict[str, Any] = self.body["data"]
        return data

    @property
    def error(self) -> dict[str, Any]:
        """The only error."""
        (error,) = self.body["errors"]
        return dict(error)

    @property
    def code(self) -> str:
        return str(self.error["extensions"]["code"])


class GraphQLClient:
    """Sends operations as one caller. ``token`` None sends no credential."""

    def __init__(self, http: httpx.AsyncClient, token: str | None = None) -> None:
        self.http = http
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    async def __call__(self, query: str, **variables: Any) -> Answer:
        return await self.post({"query": query, "variables": variables})

    async def post(self, body: Any, **headers: str) -> Answer:
        return answer(await self.http.post("/graphql", json=body, headers={**self.headers, **headers}))

    async def send(self, content: bytes, **headers: str) -> Answer:
        sent = {"Content-Type": "application/json", **self.headers, **headers}
        return answer(await self.http.post("/graphql", content=content, headers=sent))


def answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, response.json(), response.headers)
