"""The check that a server can listen on its address, before it creates anything."""

import errno
import socket
from typing import Any

_ADVICE = {
    errno.EADDRINUSE: "is in use: stop the other program, or choose another port with --port or BPMN_EVENTS_PORT",
    errno.EADDRNOTAVAIL: "is no address of this machine: correct --host or BPMN_EVENTS_HOST (0.0.0.0 means all)",
    errno.EACCES: "is not allowed for this user: choose a port above 1023 with --port or BPMN_EVENTS_PORT",
}


class CannotListen(Exception):
    """The server cannot listen on its address. The message is one line that names the address and what to do."""


def check_address(host: str, port: int) -> None:
    """Bind each address of the host and release it again.

    Clients are refused in the meantime, as before: nothing listens yet. A program that takes the port between this
    check and the start of the server makes the start fail later.

    Raises:
        CannotListen: The host is unknown, or one of its addresses cannot be used.
    """
    try:
        addresses = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise CannotListen(f"the host {host!r} is unknown: correct --host or BPMN_EVENTS_HOST") from None
    for family, kind, protocol, _, address in addresses:
        try:
            _bind(family, kind, protocol, address)
        except OSError as error:
            name = f"[{host}]" if ":" in host else host
            advice = _ADVICE.get(error.errno or 0, f"cannot be used: {error.strerror}")
            raise CannotListen(f"{name}:{port} {advice}") from None


def _bind(family: int, kind: int, protocol: int, address: tuple[Any, ...]) -> None:
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        probe.bind(address)
