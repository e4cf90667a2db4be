"""A proxy that cuts the connection of each stream after some events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_END_OF_EVENT = b"\n\n"


class CuttingProxy:
    """Passes connections on to a server. ``connections`` is their number so far."""

    def __init__(self, target: str, events: int) -> None:
        host, _, port = target.removeprefix("http://").partition(":")
        self._target = host, int(port)
        self._events = events
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        server_reader, server_writer = await asyncio.open_connection(*self._target)
        sending = asyncio.create_task(_copy(reader, server_writer))
        try:
            await self._copy_events(server_reader, writer)
        finally:
            sending.cancel()
            server_writer.transport.abort()
            writer.transport.abort()

    async def _copy_events(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        try:
            for _ in range(self._events):
                writer.write(await reader.readuntil(_END_OF_EVENT))
        except asyncio.IncompleteReadError as error:
            writer.write(error.partial)
        await writer.drain()
        await asyncio.sleep(0.1)  # an abort throws away what waits to be sent


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)


@asynccontextmanager
async def cutting(target: str, events: int) -> AsyncIterator[tuple[CuttingProxy, str]]:
    """Yield a proxy before the server with this address, and the address of the proxy."""
    proxy = CuttingProxy(target, events)
    listener = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with listener:
        yield proxy, f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
