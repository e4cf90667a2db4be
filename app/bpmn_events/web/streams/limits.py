"""The limits of streams."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How much the streams of a server process may keep in memory, and for how long a client may be behind.

    Attributes:
        max_buffered_bytes: The bytes that may wait for one connection. A client that is further behind is cut off.
        max_total_bytes: The bytes that may wait for all connections. The one with the most is cut off if there is more.
        stalled_seconds: The time in which a client that is behind must read something.
        heartbeat_seconds: The time after which a silent stream sends a heartbeat.
    """

    max_buffered_bytes: int = 1_048_576
    max_total_bytes: int = 67_108_864
    stalled_seconds: float = 3.0
    heartbeat_seconds: float = 12.0
