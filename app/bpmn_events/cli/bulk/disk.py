"""Files whose content and names survive a loss of power."""

import os
from contextlib import suppress
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Wait until the names of the files in the folder are on the disk, if the system can do this."""
    with suppress(OSError):  # Windows opens no folders, and some network file systems do not sync them
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
