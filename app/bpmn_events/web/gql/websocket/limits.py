"""The limits of WebSockets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """The limits of one connection, and the pages that may open one.

    Attributes:
        max_operations: How many operations one connection may have at the same time.
        init_seconds: The time in which the client must send ``connection_init``.
        origins: The other origins whose web pages may open a WebSocket.
    """

    max_operations: int = 100
    init_seconds: float = 10.0
    origins: tuple[str, ...] = ()
