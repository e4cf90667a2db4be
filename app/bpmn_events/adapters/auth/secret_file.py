"""Files of shared secrets: one that the operator names, or the generated one in the data folder.

A file has one secret per line. The first one signs new tokens, and tokens that any of them has signed are accepted.
"""

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from bpmn_events.adapters.auth.secret_strength import MAX_SECRETS, MIN_SECRET_BYTES, WeakSecret, weakness

_NAME = "jwt-secret"
# Another process writes its secret in less time than this after it has created the file.
_WRITE_SECONDS, _POLL_SECONDS = 2.0, 0.01


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
    _wait_for_content(path)
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
    """Write a secret to a draft and link it to its path.

    So no process reads half a secret, and if several processes create one, the first link wins.
    """
    draft = path.with_name(f".{_NAME}.{os.getpid()}.{secrets.token_hex(8)}")
    secret = secrets.token_hex(MIN_SECRET_BYTES).encode() + b"\n"
    _write_new(draft, secret)
    try:
        _link(draft, path, secret)
    finally:
        draft.unlink()


def _link(draft: Path, path: Path, secret: bytes) -> None:
    """Link the draft to the path, unless there is a file. Without hard links, write the secret to a new file there."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # FAT and many network file systems have no hard links, and say so with various errors
        with suppress(FileExistsError):
            _write_new(path, secret)


def _write_new(path: Path, secret: bytes) -> None:
    """Create the file with the secret. Leave none behind if it cannot be written, as on a full disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _wait_for_content(path: Path) -> None:
    """Wait while the file is empty, because another process may be about to write its secret."""
    until = time.monotonic() + _WRITE_SECONDS
    while path.stat().st_size == 0 and time.monotonic() < until:
        time.sleep(_POLL_SECONDS)
