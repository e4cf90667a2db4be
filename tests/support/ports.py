"""Free ports on 127.0.0.1, for programs that cannot choose one themselves."""

import socket


def free_port() -> int:
    """Return a port that no program uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
