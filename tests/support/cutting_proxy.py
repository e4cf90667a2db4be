"""A proxy that cuts connections, as an unreliable network does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass
class CuttingProxy:
    """Cuts each connection to the server behind it after it has passed a number of markers to the client.

    Attributes:
        upstream: The address of the server.
        marker: Bytes that every message of the server has once.
        end: Bytes at the end of every message.
        messages: After how many messages a connection is cut.
        cuts: The number of connections that were cut.
    """

    upstream: str
    marker: bytes
    end: bytes
    messages: int
    address: str = ""
    cuts: int = 0

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(self.upstream)
        from_server, to_server = await asyncio.open_connection(parts.hostname, parts.port)
        sending = asyncio.create_task(_copy(reader, to_server))
        try:
            with suppress(ConnectionError):
                await self._pass_messages(from_server, writer)
        finally:
            sending.cancel()
            for each in (writer, to_server):
                each.transport.abort()

    async def _pass_messages(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received = passed = b""
        while data := await reader.read(65_536):
            received += data
            if (cut := self._cut(received)) is not None:
                writer.write(received[len(passed) : cut])
                await writer.drain()
                await asyncio.sleep(0.1)  # an abort throws away what the client has not read
                self.cuts += 1
                return
            writer.write(received[len(passed) :])
            passed = received

    def _cut(self, received: bytes) -> int | None:
        """Return where to cut: after the last message to pass, if all of it is there."""
        position = 0
        for _ in range(self.messages):
            position = received.find(self.marker, position) + len(self.marker)
            if position < len(self.marker):
                return None
        end = received.find(self.end, position)
        return None if end < 0 else end + len(self.end)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)


@asynccontextmanager
async def cutting(proxy: CuttingProxy) -> AsyncIterator[CuttingProxy]:
    """Run the proxy on a free port."""
    server = await asyncio.start_server(proxy._handle, "127.0.0.1", 0)
    async with server:
        proxy.address = "http://{}:{}".format(*server.sockets[0].getsockname())
        yield proxy
