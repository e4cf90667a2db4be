"""The arrival of a request that takes more than one packet."""

from enum import Enum

# A sender of one-byte chunks needs five bytes of framing for each.
_FRAMING_PER_BYTE = 8
_MAX_FRAMING_BYTES = 16_384
_BODY_BYTES_PER_SECOND = 1_024


class Phase(Enum):
    """How much of the current request has arrived: nothing, a part of the header, a part of the body, or all."""

    IDLE = 0
    HEAD = 1
    BODY = 2
    COMPLETE = 3


class Arrival:
    """The part of a request that is arriving, its header or its body, and its size so far.

    Attributes:
        phase: The part, or None if no incomplete request is timed.
        received_bytes: The size so far, as it was sent. It can include an earlier part in the first packet.
        idle_seconds: The time in which the next bytes of a streamed body must arrive, however long all of it takes;
            None for any other body.
    """

    __slots__ = ("_bytes_without_data", "_data_bytes", "_started", "idle_seconds", "phase", "received_bytes")

    def __init__(self) -> None:
        self.phase: Phase | None = None
        self.idle_seconds: float | None = None
        self._started = 0.0
        self.received_bytes = self._data_bytes = self._bytes_without_data = 0

    def begin(self, phase: Phase, now: float) -> None:
        self.phase = phase
        self.idle_seconds = None
        self._started = now
        self.received_bytes = self._data_bytes = self._bytes_without_data = 0

    def end(self) -> None:
        """Forget the part: it is complete."""
        self.phase = self.idle_seconds = None

    def add_to_body(self, size: int, data_bytes: int) -> bool:
        """Count received bytes of a body that has ``data_bytes`` so far. Return False if too many are something else.

        Besides data, a body has the sizes and extensions of chunks, and trailers (RFC 9112, section 7.1).
        """
        self.received_bytes += size
        self._bytes_without_data = 0 if data_bytes > self._data_bytes else self._bytes_without_data + size
        self._data_bytes = data_bytes
        return (
            self._bytes_without_data <= _MAX_FRAMING_BYTES
            and self.received_bytes - data_bytes <= _MAX_FRAMING_BYTES + _FRAMING_PER_BYTE * data_bytes
        )

    def remaining_seconds(self, seconds: float, now: float) -> float:
        """Return the rest of the time that the part may take, which is ``seconds`` and more for a large body."""
        extension = self.received_bytes / _BODY_BYTES_PER_SECOND if self.phase is Phase.BODY else 0.0
        return self._started + seconds + extension - now
