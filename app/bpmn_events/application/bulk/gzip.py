"""Texts that are compressed with gzip (RFC 1952), decompressed in pieces."""

import zlib
from collections.abc import Iterator

_PIECE_BYTES = 65_536
_GZIP = zlib.MAX_WBITS | 16  # the window size, and gzip as the format


class GzipDecoder:
    """Decompresses data that arrive in parts, into pieces of at most 64 KiB.

    There may be several members, and zeros after them, which the program ``gzip`` ignores as well.
    """

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._has_begun = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the pieces that the next part holds.

        Raises:
            zlib.error: The data are no gzip data, or damaged.
        """
        while data:
            if self._member.eof:
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._member = zlib.decompressobj(_GZIP)
            self._has_begun = True
            if piece := self._member.decompress(data, _PIECE_BYTES):
                yield piece
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail

    def end(self) -> None:
        """End the data.

        Raises:
            zlib.error: The last member is incomplete.
        """
        if self._has_begun and not self._member.eof:
            raise zlib.error("incomplete")
