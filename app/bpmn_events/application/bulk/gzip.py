"""Texts that are compressed with gzip (RFC 1952), decompressed in pieces."""

import zlib
from collections.abc import Iterator

_PIECE_BYTES = 16_384
# zlib copies what remains of its input after each piece and member, so it gets little at a time.
_INPUT_BYTES = 4_096
# A member takes about as long as so many bytes of it.
_MEMBER_BYTES = 256
_GZIP = zlib.MAX_WBITS | 16  # the window size, and gzip as the format


class GzipDecoder:
    """Decompresses data that arrive in parts, into pieces of at most 16 KiB.

    There may be several members, and zeros after them, which the program ``gzip`` ignores as well.

    Attributes:
        skipped_bytes: How much of the data holds no text: empty members and blocks, zeros after members, and 256 bytes
            for each member, however small.
    """

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._has_begun = False
        self.skipped_bytes = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the pieces that the next part holds. Where 4 KiB of it hold nothing, the piece is empty.

        Raises:
            zlib.error: The data are no gzip data, or damaged.
        """
        for start in range(0, len(data), _INPUT_BYTES):
            yield from self._decompress(data[start : start + _INPUT_BYTES])

    def _decompress(self, data: bytes) -> Iterator[bytes]:
        size, is_empty = len(data), True
        while data:
            if self._member.eof:
                data = data.lstrip(b"\0")
                if not data:
                    break
                self._member = zlib.decompressobj(_GZIP)
                self.skipped_bytes += _MEMBER_BYTES
            self._has_begun = True
            if piece := self._member.decompress(data, _PIECE_BYTES):
                is_empty = False
                yield piece
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        if is_empty:
            self.skipped_bytes += size
            yield b""

    def end(self) -> None:
        """End the data.

        Raises:
            zlib.error: The last member is incomplete.
        """
        if self._has_begun and not self._member.eof:
            raise zlib.error("incomplete")
