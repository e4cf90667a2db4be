"""An identity provider for tests: a real HTTP server that publishes a key set, or does anything else instead."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

Response = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def to_jwk(private: Any, kid: str, **more: Any) -> dict[str, Any]:
    """Return the JSON Web Key of the public part of a private key."""
    public = private.public_key()
    algorithm = {
        rsa.RSAPublicKey: jwt.algorithms.RSAAlgorithm,
        ec.EllipticCurvePublicKey: jwt.algorithms.ECAlgorithm,
        ed25519.Ed25519PublicKey: jwt.algorithms.OKPAlgorithm,
    }
    maker: Any = next(maker for kind, maker in algorithm.items() if isinstance(public, kind))
    return {**maker.to_jwk(public, as_dict=True), "kid": kid, **more}


def http_response(body: bytes, status: int = 200, header: str = "") -> bytes:
    """Return the bytes of a response that closes its connection."""
    return f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{header}\r\n".encode() + body


class IdentityProvider:
    """A provider that counts the requests for its key set.

    Attributes:
        response: What it sends, as bytes or by a function that writes to the connection.
        tls: The context with its certificate; None for plain http.
    """

    def __init__(self) -> None:
        self.tls: ssl.SSLContext | None = None
        self.requests = 0
        self.port = 0
        self.response: Response = b""
        self.publish()
        self._server: asyncio.Server | None = None
        self._handlers = set[asyncio.Task[None]]()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/keys"

    def publish(self, **keys: Any) -> None:
        """Publish the public parts of these keys under their names."""
        self.send({"keys": [to_jwk(key, kid) for kid, key in keys.items()]})

    def send(self, document: Any, status: int = 200, header: str = "") -> None:
        """Send a JSON document from now on."""
        self.response = http_response(json.dumps(document).encode(), status, header)

    async def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close all connections, and refuse new ones."""
        assert self._server is not None
        self._server.close()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handler = asyncio.create_task(self._handle(reader, writer))
        self._handlers.add(handler)
        handler.add_done_callback(self._handlers.discard)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(ConnectionError, asyncio.IncompleteReadError):  # the client may have enough
            head = await reader.readuntil(b"\r\n\r\n")
            # Processes of other tests may still try a port that was theirs.
            self.requests += head.startswith(b"GET /keys ")
            if isinstance(self.response, bytes):
                writer.write(self.response)
                await writer.drain()
            else:
                await self.response(writer)


@asynccontextmanager
async def identity_provider() -> AsyncIterator[IdentityProvider]:
    """Yield a running provider with an empty key set."""
    provider = IdentityProvider()
    await provider.start()
    try:
        yield provider
    finally:
        await provider.stop()
