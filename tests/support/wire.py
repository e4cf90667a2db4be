"""Connections over TCP that send bytes as they are, and the responses on them."""

import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

_PATIENCE_SECONDS = 60
# Long enough for the server to read a packet before the next one, which is likely but not necessary.
_BETWEEN_PACKETS_SECONDS = 0.02


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """One connection. It waits a minute for bytes, so a test fails where the server stays silent."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._file = connection.makefile("rb")

    def send(self, *packets: bytes) -> "Wire":
        """Send the packets one by one."""
        for number, packet in enumerate(packets):
            if number:
                time.sleep(_BETWEEN_PACKETS_SECONDS)
            self.socket.sendall(packet)
        return self

    def send_until_refused(self, data: bytes) -> None:
        """Send as much of the data as the server accepts."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def read(self, *, has_body: bool = True) -> Response | None:
        """Return the next response, or None at the end of the connection."""
        head = self._read_head()
        if head is None or not has_body:
            return head
        return replace(head, body=self._read_body(head.headers))

    def read_head(self) -> Response:
        """Return the next response without its body, which is read by ``read_chunk``."""
        head = self._read_head()
        assert head is not None
        return head

    def read_chunk(self) -> bytes:
        """Return the next chunk of a body; the last one is empty."""
        size = int(self._file.readline(), 16)
        data = self._file.read(size)
        self._file.readline()
        return data

    def _read_head(self) -> Response | None:
        line = self._file.readline()
        if not line:
            return None
        headers: dict[str, str] = {}
        while (field := self._file.readline().strip()) != b"":
            name, _, value = field.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        return Response(int(line.split()[1]), headers, b"")

    def _read_body(self, headers: dict[str, str]) -> bytes:
        if "transfer-encoding" not in headers and "content-length" not in headers:
            return self._file.read() if headers.get("connection") == "close" else b""
        if headers.get("transfer-encoding") != "chunked":
            return self._file.read(int(headers["content-length"]))
        return b"".join(iter(self.read_chunk, b""))

    def expect(self, status: int = 200) -> Response:
        """Return the next response, which has this status."""
        response = self.read()
        assert response is not None
        assert response.status == status, response
        return response

    def read_all(self) -> list[Response]:
        """Return all responses until the server ends the connection."""
        return list(iter(self.read, None))

    def statuses(self) -> list[int]:
        """Return the statuses of all responses until the server ends the connection."""
        return [response.status for response in self.read_all()]

    def is_open(self) -> bool:
        """Return True if another request gets a response."""
        self.send_until_refused(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            response = self.read()
        except ConnectionResetError:
            return False
        return response is not None and response.status == 200

    def close(self) -> None:
        self._file.close()
        self.socket.close()


def dial(address: str, context: ssl.SSLContext | None = None, receive_buffer: int | None = None) -> Wire:
    """Return a new connection. ``receive_buffer`` is the size of the socket's buffer in bytes."""
    url = urlsplit(address)
    connection = socket.socket()
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(_PATIENCE_SECONDS)
    connection.connect((url.hostname, url.port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Wire(context.wrap_socket(connection, server_hostname="localhost") if context else connection)


@contextmanager
def dialing(address: str, context: ssl.SSLContext | None = None) -> Iterator[Wire]:
    """Yield a new connection, and close it at the end."""
    wire = dial(address, context)
    try:
        yield wire
    finally:
        wire.close()
