"""The generated shared secret of a server without a configured one, kept in the data folder."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

MIN_SECRET_BYTES = 32
_NAME = "jwt-secret"


class WeakSecret(ValueError):
    """The secret is too short to sign tokens with (RFC 7518, section 3.2)."""


def secret_file(folder: Path) -> Path:
    """Return the path of the secret in the folder."""
    return folder / _NAME


def load_or_create_secret(folder: Path) -> bytes:
    """Return the secret in the folder. Create it if there is none.

    Processes that start at the same time get the same secret.

    Raises:
        WeakSecret: The file has fewer than 32 bytes.
        OSError: The folder cannot be written, or the file cannot be read.
    """
    path = secret_file(folder)
    if not path.exists():
        folder.mkdir(0o700, parents=True, exist_ok=True)
        _create(path)
    secret = path.read_bytes().strip()
    check_strength(secret, str(path))
    return secret


def check_strength(secret: bytes, source: str) -> None:
    """Raise ``WeakSecret``, with the name of the source, if the secret has fewer than 32 bytes."""
    if len(secret) < MIN_SECRET_BYTES:
        raise WeakSecret(f"{source} holds {len(secret)} bytes; a secret takes at least {MIN_SECRET_BYTES}")


def _create(path: Path) -> None:
    """Write the secret to a draft and link it to its path.

    So no process reads half a secret, and if several processes create one, the first link wins.
    """
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
