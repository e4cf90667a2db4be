"""The arrival of a request that takes more than one packet."""

from enum import Enum

# A sender of one-byte chunks needs five bytes of framing for each.
_FRAMING_PER_BYTE = 8
_MAX_FRAMING_BYTES = 16_384
_BODY_BYTES_PER_SECOND = 1_024
# So much of the rest of a streamed body is skipped, because many clients read only after they have sent everything.
_MAX_SKIPPED_BYTES = 268_435_456


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
        is_streamed: True for a body that may take as long as the application allows.
        is_skipped: True if the application reads no more of a streamed body, so that it has a deadline again.
    """

    __slots__ = (
        "_bytes_without_data",
        "_data_bytes",
        "_started",
        "_timed_from",
        "is_skipped",
        "is_streamed",
        "phase",
        "received_bytes",
    )

    def __init__(self) -> None:
        self.phase: Phase | None = None
        self.is_streamed = self.is_skipped = False
        self._started = 0.0
        self._timed_from = self.received_bytes = self._data_bytes = self._bytes_without_data = 0

    def begin(self, phase: Phase, now: float) -> None:
        self.phase = phase
        self.is_streamed = self.is_skipped = False
        self._started = now
        self._timed_from = self.received_bytes = self._data_bytes = self._bytes_without_data = 0

    def skip(self, now: float) -> None:
        """Note that the rest of a streamed body is skipped. It has the time of a body that begins now."""
        self.is_skipped = True
        self._started = now
        self._timed_from = self.received_bytes

    @property
    def is_enough_skipped(self) -> bool:
        """True if the rest of the body is so long that no more of it is read."""
        return self.is_skipped and self.received_bytes - self._timed_from > _MAX_SKIPPED_BYTES

    def end(self) -> None:
        """Forget the part: it is complete."""
        self.phase = None
        self.is_streamed = self.is_skipped = False

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
        timed_bytes = self.received_bytes - self._timed_from if self.phase is Phase.BODY else 0
        extension = timed_bytes / _BODY_BYTES_PER_SECOND
        return self._started + seconds + extension - now
