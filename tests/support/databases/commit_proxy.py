"""A TCP proxy before PostgreSQL that interferes with chosen COMMITs: the message, its answer, or the time it takes."""

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

_PATIENCE_SECONDS = 120
_CHUNK = 1 << 16


class Fault(Enum):
    """What happens to the COMMIT. In the first two cases, its connection is cut."""

    ANSWER_LOST = auto()  # it is done, but the client does not learn it
    COMMIT_LOST = auto()  # it never reaches the server, which rolls back
    STALLED = auto()  # it is held back until ``release``; its transaction stays open


@dataclass
class _Plan:
    fault: Fault
    marker: bytes
    count: int
    happened: threading.Event = field(default_factory=threading.Event)


class CommitProxy:
    """Forwards connections to a PostgreSQL server, and interferes with the COMMITs that a test chooses.

    It runs in a thread, so that a test may block while a server process connects through it.
    """

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._plan: _Plan | None = None
        self._released = asyncio.Event()
        self._is_cut = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="commit-proxy")
        self._started: Future[int] = Future()
        self._stopped = asyncio.Event()

    def url(self, direct: str) -> str:
        """Return the URL of a database of the server through this proxy."""
        return direct.replace(f":{self._target}/", f":{self.port}/")

    def arm(self, fault: Fault, marker: str = "", count: int = 1) -> threading.Event:
        """Apply the fault to the next COMMITs, ``count`` of them, of transactions that send the marker.

        Returns:
            An event that is set when the last of these COMMITs is reached.
        """
        self._released, self._is_cut = asyncio.Event(), False
        self._plan = _Plan(fault, marker.encode(), count)
        return self._plan.happened

    def disarm(self) -> None:
        self._plan = None

    def release(self, *, cut: bool = False) -> None:
        """Let stalled COMMITs go on to the server, or ``cut`` their connections, so that they never reach it."""
        self._is_cut = cut
        self._loop.call_soon_threadsafe(self._released.set)

    def start(self) -> None:
        self._thread.start()
        self.port = self._started.result(_PATIENCE_SECONDS)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(_PATIENCE_SECONDS)

    def take_fault(self, transaction: bytes) -> Fault | None:
        """Return the fault for the COMMIT of a transaction, of which these bytes were sent."""
        plan = self._plan
        if plan is None or plan.marker not in transaction:
            return None
        plan.count -= 1
        if plan.count == 0:
            self._plan = None
            plan.happened.set()
        return plan.fault

    async def await_release(self) -> bool:
        """Wait for ``release``. Return False if the COMMIT must not reach the server."""
        await self._released.wait()
        return not self._is_cut

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self._started.set_result(server.sockets[0].getsockname()[1])
        await self._stopped.wait()
        server.close()

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            await _Connection(self, reader, writer).forward(self._target)
        writer.transport.abort()


class _Connection:
    """A connection of a client, and the one that the proxy opens for it."""

    def __init__(self, proxy: CommitProxy, client_reader: StreamReader, client: StreamWriter) -> None:
        self._proxy = proxy
        self._client_reader = client_reader
        self._client = client
        self._is_answer_lost = False

    async def forward(self, target: int) -> None:
        """Forward in both directions until one side closes its connection or a fault cuts it."""
        server_reader, server = await asyncio.open_connection("127.0.0.1", target)
        ways = [
            asyncio.create_task(self._forward_requests(server)),
            asyncio.create_task(self._forward_answers(server_reader)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            server.transport.abort()

    async def _forward_requests(self, server: StreamWriter) -> None:
        transaction = bytearray()
        while data := await self._client_reader.read(_CHUNK):
            transaction += data
            if b"COMMIT" in data or b"ROLLBACK" in data:
                fault = self._proxy.take_fault(bytes(transaction)) if b"COMMIT" in data else None
                transaction.clear()
                self._is_answer_lost = fault is Fault.ANSWER_LOST
                if fault is Fault.COMMIT_LOST or (fault is Fault.STALLED and not await self._proxy.await_release()):
                    return
            server.write(data)
            await server.drain()

    async def _forward_answers(self, server_reader: StreamReader) -> None:
        while data := await server_reader.read(_CHUNK):
            if self._is_answer_lost:  # the server answers a COMMIT only when it is done
                return
            self._client.write(data)
            await self._client.drain()


@contextmanager
def commit_proxy(target: int) -> Iterator[CommitProxy]:
    """Run a proxy before the server on the port ``target``."""
    proxy = CommitProxy(target)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
