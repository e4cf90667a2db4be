"""The origin of a command: the request that it came in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """The request from outside that a command came in.

    Attributes:
        request_id: The id of the request, which its response and every line of the log about it have.
        address: The address of the client, or None if it is unknown, as over a Unix socket.
        trace_id: The id of the request's trace; None without tracing.
    """

    request_id: str
    address: str | None
    trace_id: str | None = None
