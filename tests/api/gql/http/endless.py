"""Responses without an end, read from an application in the process of the test."""

import asyncio
from collections.abc import Mapping

from starlette.types import ASGIApp, Message


async def read_blocks_of_stream(app: ASGIApp, body: bytes, headers: Mapping[str, str], count: int) -> list[str]:
    """Post the body to ``/graphql``, and return the first blocks of the event stream. Then the client leaves."""
    received = bytearray()
    is_enough = asyncio.Event()
    messages: list[Message] = [{"type": "http.request", "body": body}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await is_enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        received.extend(message.get("body", b""))
        if received.count(b"\n\n") >= count:
            is_enough.set()

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await asyncio.wait_for(app(scope, receive, send), 60)
    return received.decode().split("\n\n")[:count]
