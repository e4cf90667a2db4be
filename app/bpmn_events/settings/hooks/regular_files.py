"""Small files that are read at the start."""

import errno
from pathlib import Path


def read_regular_file(path: Path, max_bytes: int) -> bytes:
    """Return the content of a file. A pipe or device, which could stop the start, is refused.

    Raises:
        OSError: The file cannot be read, is no regular file, or is too large.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no regular file")
    try:
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except ValueError:
        raise OSError(errno.EINVAL, "it is no name of a file") from None
    if len(content) > max_bytes:
        raise OSError(errno.EFBIG, f"it has more than {max_bytes} bytes")
    return content
