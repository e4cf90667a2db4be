"""The interval at which Python switches between threads while one of them works for long."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Python runs one thread at a time. The event loop waits for so long, in seconds, each time it continues, instead of
# 5 ms. The work in the other thread takes some hundredths longer.
_INTERVAL = 0.001


class _Users:
    def __init__(self) -> None:
        self.count = 0
        self.usual_interval = sys.getswitchinterval()


_users = _Users()


@contextmanager
def switching_often() -> Iterator[None]:
    """Let Python switch between threads more often while the block runs. Enter it in the event loop."""
    if not _users.count:
        _users.usual_interval = sys.getswitchinterval()
        sys.setswitchinterval(min(_INTERVAL, _users.usual_interval))
    _users.count += 1
    try:
        yield
    finally:
        _users.count -= 1
        if not _users.count:
            sys.setswitchinterval(_users.usual_interval)
