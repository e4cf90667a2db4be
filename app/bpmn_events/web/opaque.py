"""Opaque texts: values that clients keep and return, such as cursors."""

import base64
from hashlib import blake2s

_CHECKSUM_BYTES = 6


def to_opaque(purpose: str, data: bytes) -> str:
    """Return the data as a text of letters, digits, ``-`` and ``_``.

    It has a checksum, which is no secret: it only detects damaged texts and those of another purpose.
    """
    checksum = blake2s(purpose.encode() + data, digest_size=_CHECKSUM_BYTES).digest()
    return base64.urlsafe_b64encode(checksum + data).rstrip(b"=").decode()


def from_opaque(purpose: str, text: str, max_characters: int) -> bytes:
    """Return the data in an opaque text.

    Raises:
        ValueError: The text is damaged, too long, or of another purpose.
    """
    if len(text) > max_characters:
        raise ValueError(text)
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[_CHECKSUM_BYTES:]
    if to_opaque(purpose, data) != text:
        raise ValueError(text)
    return data
