"""A server process whose disk can be made to fail when SQLite commits."""

import errno
import subprocess
from enum import Enum
from pathlib import Path

from tests.support.programs import require_program

_SOURCE = Path(__file__).with_name("disk_faults.c")


class DiskFault(Enum):
    """A fault, and the error that SQLite reports for it."""

    FULL = ("write", errno.ENOSPC)
    IOERR_WRITE = ("write", errno.EIO)
    IOERR_FSYNC = ("sync", errno.EIO)


class FaultyDisk:
    """The library that makes the disk fail, and the file that controls it."""

    def __init__(self, folder: Path) -> None:
        library = folder / "disk_faults.so"
        compiler = require_program("gcc", "cc")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"], check=True)
        self._control = folder / "disk_fault"
        self.variables = {"LD_PRELOAD": str(library), "DISK_FAULT": str(self._control)}

    def fail(self, fault: DiskFault, *, lasting: bool) -> None:
        """Let the next write or sync of the log fail, or all of them until ``repair``."""
        call, number = fault.value
        new = self._control.with_suffix(".new")
        new.write_text(f"{call} {number} {'always' if lasting else 'once'}")
        new.rename(self._control)

    @property
    def is_armed(self) -> bool:
        return self._control.exists()

    def repair(self) -> None:
        self._control.unlink(missing_ok=True)
