"""Files of shared secrets: one that the operator names, or the generated one in the data folder.

A file has one secret per line. The first one signs new tokens, and tokens that any of them has signed are accepted.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from bpmn_events.adapters.auth.secret_strength import MAX_SECRETS, MIN_SECRET_BYTES, WeakSecret, weakness

_NAME = "jwt-secret"


def secret_file(folder: Path) -> Path:
    """Return the path of the generated secret in the folder."""
    return folder / _NAME


def load_or_create_secrets(folder: Path, *, allow_weak: bool = False) -> list[bytes]:
    """Return the secrets of the file in the folder. Create the file, with one secret, if there is none.

    Processes that start at the same time get the same secret.

    Raises:
        WeakSecret: The file has no secret, a weak one, or too many.
        OSError: The folder cannot be written, or the file cannot be read.
    """
    path = secret_file(folder)
    if not path.exists():
        folder.mkdir(0o700, parents=True, exist_ok=True)
        _create(path)
    return read_secrets(path, allow_weak=allow_weak)


def read_secrets(path: Path, *, allow_weak: bool = False) -> list[bytes]:
    """Return the secrets of a file.

    Raises:
        WeakSecret: The file has no secret, more than ten, or one that is weak, unless that is allowed.
        OSError: The file cannot be read.
    """
    lines = [line.strip() for line in path.read_bytes().splitlines()]
    found = [(number, line) for number, line in enumerate(lines, start=1) if line]
    if not 0 < len(found) <= MAX_SECRETS:
        raise WeakSecret(f"{path} has {len(found)} secrets; it takes 1 to {MAX_SECRETS}, one per line")
    for number, secret in found:
        if not allow_weak and (reason := weakness(secret)):
            raise WeakSecret(f"line {number} of {path} {reason}")
    return [secret for _, secret in found]


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
