"""A TCP proxy that loses its connections as networks do: with a reset, or without a sign."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import inf

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER without a time: close with a reset
_CHUNK = 65_536
# A reset throws away what the client has not read.
_READING_SECONDS = 0.1


@dataclass(frozen=True)
class Messages:
    """A number of messages of a server.

    Attributes:
        marker: Bytes that every message has once.
        end: Bytes at the end of every message.
    """

    number: int
    marker: bytes
    end: bytes

    def end_in(self, received: bytes) -> int | None:
        """Return where the last of the messages ends; None if it has not arrived as a whole."""
        position = 0
        for _ in range(self.number):
            position = received.find(self.marker, position) + len(self.marker)
            if position < len(self.marker):
                return None
        end = received.find(self.end, position)
        return None if end < 0 else end + len(self.end)


class _Connection:
    """The sockets to a client and to the server."""

    def __init__(self, client: socket.socket, server: socket.socket, *, is_frozen: bool) -> None:
        self.client = client
        self.server = server
        self.is_frozen = is_frozen

    def reset(self) -> None:
        for each in (self.client, self.server):
            with suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                each.shutdown(socket.SHUT_RD)  # wakes the thread that reads
            each.close()

    def forward(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                self._send(target, data)
            if not self.is_frozen:
                target.shutdown(socket.SHUT_WR)

    def forward_messages(self, messages: Messages) -> bool:
        """Forward messages to the client. Return False if the connection ends before the last one."""
        received = b""
        with suppress(OSError):
            while data := self.server.recv(_CHUNK):
                sent, received = len(received), received + data
                end = messages.end_in(received)
                self._send(self.client, received[sent:end])
                if end is not None:
                    return True
            self.client.shutdown(socket.SHUT_WR)
        return False

    def _send(self, target: socket.socket, data: bytes) -> None:
        if not self.is_frozen:
            target.sendall(data)


class UnreliableProxy:
    """Forwards each connection to a server, until it is cut or frozen.

    Attributes:
        connections: The number of connections so far.
        cuts: The number of connections that were cut after their messages.
    """

    def __init__(self, upstream: str, cut_after: Messages | None, max_cuts: float) -> None:
        host, _, port = upstream.removeprefix("http://").rpartition(":")
        self._upstream = host, int(port)
        self._cut_after = cut_after
        self._max_cuts = max_cuts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[_Connection] = []
        self._is_frozen = False
        self._lock = threading.Lock()
        self.connections = 0
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def cut(self) -> None:
        """Reset all connections on both sides. New ones are accepted."""
        with self._lock:
            for each in self._open:
                each.reset()
            self._open.clear()

    def freeze(self) -> None:
        """Forward nothing more, not even the end of a connection. New connections are accepted and get nothing."""
        with self._lock:
            self._is_frozen = True
            for each in self._open:
                each.is_frozen = True

    def thaw(self) -> None:
        """Forward new connections again. Those until now stay frozen: the network has forgotten them."""
        with self._lock:
            self._is_frozen = False

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._upstream)
        except OSError:
            client.close()
            return
        with self._lock:
            connection = _Connection(client, server, is_frozen=self._is_frozen)
            self._open.append(connection)
            self.connections += 1
        threading.Thread(target=connection.forward, args=(client, server), daemon=True).start()
        if self._cut_after is None or self.connections > self._max_cuts:
            threading.Thread(target=connection.forward, args=(server, client), daemon=True).start()
        else:
            threading.Thread(target=self._cut_after_messages, args=(connection, self._cut_after), daemon=True).start()

    def _cut_after_messages(self, connection: _Connection, messages: Messages) -> None:
        if connection.forward_messages(messages):
            time.sleep(_READING_SECONDS)
            with self._lock:
                self.cuts += 1
            connection.reset()


@contextmanager
def unreliable_proxy(
    upstream: str, cut_after: Messages | None = None, max_cuts: float = inf
) -> Iterator[UnreliableProxy]:
    """Yield a proxy of the server at this address, which cuts its first connections after the given messages."""
    proxy = UnreliableProxy(upstream, cut_after, max_cuts)
    try:
        yield proxy
    finally:
        proxy.close()
