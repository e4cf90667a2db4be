"""The limits of HTTP connections that settings determine."""

import sys
from contextlib import suppress
from dataclasses import dataclass

if sys.platform != "win32":
    import resource

# Files that a process opens besides its connections: the database, the log, sockets of refused connections.
_RESERVED_FILES = 100


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """The limits of the HTTP connections of one server process.

    Attributes:
        max_connections: The number of open connections, including WebSockets. Idle ones make room for new ones; if all
            are busy, new ones are refused.
        keep_alive_seconds: The time that a connection may stay idle, before its first request and between requests.
        request_head_seconds: The time from the first byte of a request to the end of its header.
        request_body_seconds: The time from the end of the header to the end of the body. Each KiB adds a second.
        write_seconds: The time in which a client that is behind must read 16 KiB of its response.
        max_arriving_bytes: The memory for bodies that have not arrived completely. The oldest make room for new ones.
    """

    max_connections: int = 5_000
    keep_alive_seconds: int = 75
    request_head_seconds: float = 5.0
    request_body_seconds: float = 5.0
    write_seconds: float = 30.0
    max_arriving_bytes: int = 67_108_864

    @property
    def allowed_connections(self) -> int:
        """The number of connections that the limit of open files permits, at most ``max_connections``."""
        return max(1, min(self.max_connections, max_open_files() - _RESERVED_FILES))


def allow_connections(number: int) -> None:
    """Let this process open the files for so many connections, as far as its hard limit permits (``ulimit -Hn``)."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = number + _RESERVED_FILES if hard == resource.RLIM_INFINITY else min(number + _RESERVED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # macOS has another limit below the hard one
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def max_open_files() -> int:
    """Return the number of files that this process may open (``RLIMIT_NOFILE``); unlimited is ``sys.maxsize``."""
    if sys.platform == "win32":
        return sys.maxsize
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit
