"""The shared secret of a server nobody has given one: made once, kept beside the data."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

MIN_SECRET_BYTES = 32
_NAME = "jwt-secret"


class WeakSecret(ValueError):
    """The secret is too short to sign tokens with (RFC 7518, section 3.2)."""


def shared_secret(folder: Path) -> bytes:
    """The secret in that folder, made if there is none. Of processes that start together, all get the same.

    Raises:
        WeakSecret: the file holds fewer than 32 bytes.
        OSError: the folder cannot be written, or the file cannot be read.
    """
    path = folder / _NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _create(path)
    secret = path.read_bytes().strip()
    check_strength(secret, str(path))
    return secret


def check_strength(secret: bytes, source: str) -> None:
    """Raises ``WeakSecret``, naming the source, for fewer than 32 bytes."""
    if len(secret) < MIN_SECRET_BYTES:
        raise WeakSecret(f"{source} holds {len(secret)} bytes; a secret takes at least {MIN_SECRET_BYTES}")


def _create(path: Path) -> None:
    """Written beside its place and then linked there: nobody ever reads half a secret, and the first one stays."""
    draft = path.with_name(f".{_NAME}.{os.getpid()}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(MIN_SECRET_BYTES).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
