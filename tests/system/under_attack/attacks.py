"""An attack: requests that must get the right answers and must hold up nobody else."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

import httpx
import msgspec

from tests.api.rest.client import trigger_path
from tests.api.tokens import token
from tests.conformance.drawing import draw
from tests.system.client import START, Client

_DEPLOY = """
mutation($xml: String!) { deployProcessModel(input: {bpmnXml: $xml}) {
  __typename ... on Error { code message } ... on InvalidProcessModelError { issues { message } } } }
"""
_PATIENCE_SECONDS = 120


@dataclass
class Target:
    """A running server, and what a caller with all permissions can do with it."""

    client: Client

    @property
    def host(self) -> str:
        return self.client.http.base_url.host

    @property
    def port(self) -> int:
        return self.client.http.base_url.port or 80

    def new_key(self) -> str:
        """Return the key of a process model that no other attack uses."""
        return f"attacked-{uuid4().hex}"

    async def deploy(self, drawing: str, key: str) -> dict[str, Any]:
        """Deploy the drawing of a process model, and return the result."""
        result: dict[str, Any] = await self.client.graphql(_DEPLOY, xml=draw(drawing, key))
        return result

    async def start(self, drawing: str, *correlations: str) -> str:
        """Deploy the drawing of a process model, start an instance in each correlation, and return the model's key."""
        key = self.new_key()
        deployed = await self.deploy(drawing, key)
        assert deployed["__typename"] == "DeployProcessModelSuccess", deployed
        for correlation in correlations:
            await self.start_instance(key, correlation)
        return key

    async def start_instance(self, key: str, correlation: str) -> dict[str, Any]:
        result: dict[str, Any] = await self.client.graphql(
            START, input={"processModelKey": key, "correlationId": correlation}
        )
        return result

    async def trigger(self, key: str, correlation: str, event: str, payload: bytes, **query: str) -> httpx.Response:
        """Trigger an event over plain HTTP with the bytes of a payload."""
        headers = {"Content-Type": "application/json"}
        path = trigger_path(key, correlation, event)
        return await self.client.http.post(path, content=payload, params=query, headers=headers)

    async def graphql(self, **members: Any) -> httpx.Response:
        """Send the members of a GraphQL request, and return the response whatever it is."""
        return await self.client.http.post("/graphql", json=members)

    async def send(self, *parts: bytes | float) -> "RawAnswer":
        """Send the bytes over a connection of its own, with pauses in seconds. Return what the server sends back."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        received = bytearray()
        receiving = asyncio.create_task(_receive(reader, received))
        try:
            with suppress(ConnectionError):
                for part in parts:
                    if isinstance(part, float):
                        await asyncio.sleep(part)
                    else:
                        writer.write(part)
                        await writer.drain()
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await receiving
        finally:
            receiving.cancel()
            writer.close()
        return RawAnswer(bytes(received))


@dataclass(frozen=True)
class RawAnswer:
    """The bytes that a server sent before the connection ended."""

    content: bytes

    @property
    def statuses(self) -> list[int]:
        """The status codes of the responses, in their order."""
        return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", self.content)]


@dataclass(frozen=True)
class Attack:
    """An attack. ``run`` raises AssertionError if an answer is wrong.

    ``seconds`` is the time for which its effects go on after ``run`` has returned, such as timers that fall due.
    """

    name: str
    run: Callable[[Target], Awaitable[None]]
    seconds: float = 0


def request(
    method: str = "POST", path: str = "/graphql", headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> bytes:
    """Return the bytes of an HTTP/1.1 request. The body has a Content-Length, unless the headers say otherwise."""
    lines = {"Host": "localhost", "Authorization": f"Bearer {token()}", "Content-Type": "application/json"}
    if body is not None:
        lines["Content-Length"] = str(len(body))
    lines |= headers or {}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + (body or b"")


def with_schema(schema: Any) -> str:
    """Return the drawing of a process that waits at W for a message with this payload schema."""
    text = schema if isinstance(schema, str) else msgspec.json.encode(schema).decode()
    extension = f"<events:payloadSchema>{escape(text)}</events:payloadSchema>"
    return f"start > W > end\nW: intermediateCatchEvent message=attacked ext={_quote(extension)}"


def _quote(text: str) -> str:
    """Return the text as one word of a drawing."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


async def _receive(reader: asyncio.StreamReader, received: bytearray) -> None:
    """Collect bytes until the connection ends."""
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            received += data
