"""Files that only their owner can read, because they contain the data of all cases."""

import errno
import os
from contextlib import suppress
from pathlib import Path

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
_OTHERS = 0o077
# What file systems say that cannot sync a folder, as some network file systems.
_NO_SYNC = frozenset({errno.EBADF, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def make_private_folder(folder: Path) -> None:
    """Create the folder, which only its owner can enter, unless it exists."""
    folder.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)


def create_private_file(path: Path) -> None:
    """Create an empty file that only its owner can read, whatever the umask allows.

    Raises:
        FileExistsError: There is a file already.
        OSError: The file cannot be created.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))


def create_database_file(path: Path) -> None:
    """Create the file of an SQLite database if there is none. SQLite gives its log the same mode.

    If it cannot be created, SQLite reports the reason when it opens it.
    """
    with suppress(OSError):
        create_private_file(path)


def mode_for_others(path: Path) -> int | None:
    """Return the mode of the file if users other than its owner can read or write it, else None."""
    with suppress(OSError):
        mode = path.stat().st_mode & 0o777
        return mode if mode & _OTHERS else None
    return None


def sync_file(path: Path) -> None:
    """Wait until the content of the file is on the disk.

    Raises:
        OSError: The file cannot be opened or written.
    """
    _sync(path, os.O_RDWR)  # Windows syncs only files that are open for writing


def sync_folder(folder: Path) -> None:
    """Wait until the names of the files in the folder are on the disk. Do nothing if the system cannot do this.

    Raises:
        OSError: The disk fails.
    """
    try:
        _sync(folder, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders
        return
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
