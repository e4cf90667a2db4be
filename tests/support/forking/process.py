"""Processes of the program that start quickly, because they are forked from one that has imported it.

The imports take most of the time of a start, and the tests start hundreds of servers. Tests of the installed program
run its command.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

_SCRIPT = Path(__file__).with_name("program.py")
_lock = Lock()


def can_fork() -> bool:
    """Return True if the machine has what is needed. The measurement of coverage begins with the start of a process."""
    return sys.platform == "linux" and "coverage" not in sys.modules


class ForkedProcess:
    """A running process of the program. It has the interface of ``subprocess.Popen`` as far as tests need it."""

    def __init__(self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: Path) -> None:
        self.args = arguments
        self.pid: int = _ask([str(folder), str(output), dict(environment), list(arguments)])
        self.returncode: int | None = None
        self._handle = os.pidfd_open(self.pid)

    def poll(self) -> int | None:
        """Return the exit code, or None while the process runs."""
        return self._wait(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, and return the exit code; minus the number of a signal that ended the process.

        Raises:
            subprocess.TimeoutExpired: It has not ended within this time in seconds.
        """
        code = self._wait(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _wait(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            ended = select.poll()
            ended.register(self._handle, select.POLLIN)
            if ended.poll(None if timeout is None else timeout * 1000):
                self.returncode = int(_ask(self.pid))
                os.close(self._handle)
        return self.returncode


def _ask(request: Any) -> Any:
    with _lock:
        program = _preloaded_program()
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(json.dumps(request).encode() + b"\n")
        program.stdin.flush()
        return json.loads(program.stdout.readline())


@cache
def _preloaded_program() -> "subprocess.Popen[bytes]":
    """Return the process that forks. It ends when its standard input does: with this process."""
    return subprocess.Popen([sys.executable, str(_SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
