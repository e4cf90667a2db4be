"""Ends a process when the program that started it ends in any way, even by ``kill -9``.

The watch is a process of its own. It holds one end of a pipe, which the kernel closes when the program ends. Unlike
PR_SET_PDEATHSIG, this does not depend on the thread that started the process, nor on Linux.
"""

import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

_GRACE_SECONDS = 10


class ParentWatch:
    """Watches this program on behalf of a process that it has started.

    If this program ends without ``release``, the process receives SIGINT, is killed if it does not end, and ``folder``
    is deleted.
    """

    def __init__(self, pid: int, folder: Path) -> None:
        command = [sys.executable, __file__, str(pid), str(folder)]
        # A session of its own: whoever kills the program's process group does not kill the watch.
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    def release(self) -> None:
        """End the watch, because the process has been stopped."""
        with suppress(BrokenPipeError):
            self._process.communicate(b"released")


def _watch(pid: int, folder: Path) -> None:
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        process = None
    if sys.stdin.buffer.read():
        return
    if process is not None:
        _end(process)
    shutil.rmtree(folder, ignore_errors=True)


def _end(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        family = [process, *process.children(recursive=True)]
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.resume()
        process.send_signal(signal.SIGINT)
        _, alive = psutil.wait_procs(family, _GRACE_SECONDS)
        for member in alive:
            with suppress(psutil.NoSuchProcess):
                member.kill()


if __name__ == "__main__":
    _watch(int(sys.argv[1]), Path(sys.argv[2]))
