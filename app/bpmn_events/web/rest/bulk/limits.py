"""The limits of bodies with many triggers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BulkLimits:
    """The limits of one request, and of all requests together.

    Attributes:
        max_bodies: The number of requests at the same time.
        max_bodies_of_caller: The number of those of one caller.
        max_lines: The number of lines.
        max_line_bytes: The length of a line. A longer one is refused, and those after it are read.
        idle_seconds: The time in which the next bytes of the body must arrive, while the server has nothing to do for
            the client; and in which the client must read something, while all is full that waits for it.
        retry_seconds: The time for which lines are executed again while the database cannot be used.
        max_running: The number of lines of all requests that are executed at the same time. Of one request, so many
            are executed, or wait for that or for a line before them.
        max_running_bytes: The sum of the lengths of the latter.
        max_waiting_bytes: How much of the answers waits in memory for a client that does not read yet.
        max_spooled_bytes: How much more of them waits in a temporary file.
    """

    max_bodies: int = 32
    max_bodies_of_caller: int = 8
    max_lines: int = 100_000
    max_line_bytes: int = 1_048_576
    idle_seconds: float = 60.0
    retry_seconds: float = 30.0
    max_running: int = 256
    max_running_bytes: int = 4_194_304
    max_waiting_bytes: int = 262_144
    max_spooled_bytes: int = 268_435_456
