"""A client of graphql-transport-ws that sends and shows single messages."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.api.tokens import token

PROTOCOL = "graphql-transport-ws"
WATCH = """
subscription($filter: WaitingEventFilter, $after: String) { waitingEventChanges(filter: $filter, after: $after) {
  __typename
  ... on WaitingEventAdded { cursor event { id elementId correlation { id } } }
  ... on WaitingEventRemoved { cursor eventId }
  ... on Error { code message } } }
"""
_PATIENCE_SECONDS = 60


class GraphQLSocket:
    """An open WebSocket. Pings of the server are answered, and kept in ``pings``."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.pings: list[Any] = []

    async def send(self, message: object) -> None:
        """Send a message as JSON; a text and bytes as they are."""
        await self.connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def receive(self) -> Any:
        """Return the next message that is no ping."""
        while (message := await self._receive_any())["type"] == "ping":
            pass
        return message

    async def ping(self) -> Any:
        """Return the next message, which must be a ping."""
        message = await self._receive_any()
        assert message["type"] == "ping", message
        return message

    async def _receive_any(self) -> Any:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            message = json.loads(await self.connection.recv())
        if message["type"] == "ping":
            self.pings.append(message)
            await self.send({"type": "pong"})
        return message

    async def init(self, bearer: str | None = None, **payload: object) -> None:
        """Initialize the connection, with a token of all permissions unless another one is given."""
        authorization = {"Authorization": f"Bearer {token() if bearer is None else bearer}"}
        await self.send({"type": "connection_init", "payload": {**authorization, **payload}})
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, query: str = WATCH, id: str = "1", **variables: object) -> None:
        await self.send({"id": id, "type": "subscribe", "payload": {"query": query, "variables": variables}})

    async def execute(self, query: str, id: str = "q", **variables: object) -> Any:
        """Return the result of a query or mutation."""
        await self.subscribe(query, id, **variables)
        result = await self.receive()
        assert (result["id"], result["type"]) == (id, "next"), result
        assert await self.receive() == {"id": id, "type": "complete"}
        return result["payload"]

    async def next(self, id: str = "1") -> Any:
        """Return the value of the only root field of the next result."""
        message = await self.receive()
        assert (message["id"], message["type"]) == (id, "next"), message
        (value,) = message["payload"]["data"].values()
        return value

    async def closed(self) -> tuple[int | None, str | None]:
        """Wait until the server has closed the connection, and return the code and reason."""
        try:
            while True:
                await self.receive()
        except ConnectionClosed:
            return self.connection.close_code, self.connection.close_reason


@asynccontextmanager
async def opened(
    address: str, *, protocols: tuple[str, ...] = (PROTOCOL,), headers: Mapping[str, str] | None = None, **options: Any
) -> AsyncIterator[GraphQLSocket]:
    """Open a WebSocket at the address of a server, which begins with http."""
    url = f"{address.replace('http', 'ws', 1)}/graphql"
    subprotocols = [Subprotocol(protocol) for protocol in protocols] or None
    async with connect(
        url, subprotocols=subprotocols, additional_headers=headers, max_size=None, proxy=None, **options
    ) as connection:
        yield GraphQLSocket(connection)


@asynccontextmanager
async def initialized(address: str, bearer: str | None = None) -> AsyncIterator[GraphQLSocket]:
    """Open a WebSocket and initialize it."""
    async with opened(address) as socket:
        await socket.init(bearer)
        yield socket
