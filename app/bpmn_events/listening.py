"""The check that a server can listen on its address, before it creates anything."""

import errno
import os
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
        CannotListen: The host is unknown, or one of its addresses cannot be used. An address of a family that this
            machine does not have is skipped, unless there is no other.
    """
    try:
        addresses = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise CannotListen(f"the host {host!r} is unknown: correct --host or BPMN_EVENTS_HOST") from None
    failures = [error for address in addresses if (error := _failure(*address)) is not None]
    # A machine without IPv6 may know an IPv6 address of the host: the server skips it, too.
    serious = [error for error in failures if error.errno != errno.EAFNOSUPPORT]
    if serious or len(failures) == len(addresses):
        error = (serious or failures)[0]
        name = f"[{host}]" if ":" in host else host
        advice = _ADVICE.get(error.errno or 0, f"cannot be used: {error.strerror}")
        raise CannotListen(f"{name}:{port} {advice}")


def _failure(family: int, kind: int, protocol: int, _name: str, address: tuple[Any, ...]) -> OSError | None:
    try:
        _bind(family, kind, protocol, address)
    except OSError as error:
        return error
    return None


def _bind(family: int, kind: int, protocol: int, address: tuple[Any, ...]) -> None:
    with socket.socket(family, kind, protocol) as probe:
        if os.name == "posix":  # as the server does; on Windows, the option would allow a port in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        probe.bind(address)
