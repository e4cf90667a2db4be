"""Subscriptions over HTTP, read as they arrive."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.api.tokens import token

EVENTS = "text/event-stream"
MULTIPART = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0, application/json;q=0.9"
CHANGES = """
subscription Changes($filter: WaitingEventFilter, $after: String) {
  waitingEventChanges(filter: $filter, after: $after) {
    __typename
    ... on WaitingEventAdded { event { id elementId correlation { id } } cursor }
    ... on WaitingEventRemoved { eventId cursor }
    ... on Error { code message }
  }
}
"""


class EventReader:
    """The body of a response with an event stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._chunks = response.aiter_raw()
        self._received = b""

    async def block(self) -> str:
        """Return the next block: an event or a comment, without the empty line that ends it."""
        return (await self.until(b"\n\n")).decode()

    async def until(self, end: bytes) -> bytes:
        """Return everything before these bytes."""
        received, searched = bytearray(self._received), 0
        while (found := received.find(end, searched)) < 0:
            searched = max(0, len(received) - len(end))
            received += await anext(self._chunks)
        self._received = bytes(received[found + len(end) :])
        return bytes(received[:found])

    async def payload(self) -> Any:
        """Return the next payload. Comments are skipped."""
        while (block := await self.block()) == ":":
            pass
        event, data = block.split("\n")
        assert event == "event: next"
        return json.loads(data.removeprefix("data: "))

    async def change(self) -> Any:
        """Return the next change."""
        return (await self.payload())["data"]["waitingEventChanges"]

    async def rest(self) -> bytes:
        """Return everything until the end of the body."""
        async for chunk in self._chunks:
            self._received += chunk
        received, self._received = self._received, b""
        return received

    async def until_interrupted(self) -> bytes:
        """Return everything until the connection ends, which happens before the end of the body."""
        with pytest.raises(httpx.RemoteProtocolError):
            await self.rest()
        return self._received


@asynccontextmanager
async def subscribing(
    address: str,
    query: str = CHANGES,
    variables: Mapping[str, Any] | None = None,
    *,
    accept: str = EVENTS,
    bearer: str | None = None,
) -> AsyncIterator[EventReader]:
    """Yield the body of the response to a subscription. At the end, the client leaves."""
    headers = {"Authorization": f"Bearer {bearer or token()}", "Accept": accept}
    body = {"query": query, "variables": variables or {}}
    async with (
        httpx.AsyncClient(base_url=address, timeout=60, verify=False) as http,
        http.stream("POST", "/graphql", json=body, headers=headers) as response,
    ):
        yield EventReader(response)
