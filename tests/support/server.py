"""A real server process on a free port, started as a user would and ended by its own id."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bpmn_events.config import PREFIX
from tests.api.tokens import SECRET

_PATIENCE_SECONDS = 120
PROGRAM = Path(sys.executable).with_name("bpmn-events")


@dataclass
class ServerProcess:
    """``folder`` is its working folder, where its data lies unless ``settings`` say otherwise.

    ``command`` starts it; it must take ``--port`` and be served by uvicorn.
    """

    folder: Path
    arguments: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = (str(PROGRAM), "serve")
    address: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        given = {"JWT_SECRET": SECRET.decode(), **self.settings}
        return {**outside, **{PREFIX + name: value for name, value in given.items()}}

    @property
    def output(self) -> str:
        """All it has printed so far, over all its starts."""
        return (self.folder / "output").read_text("utf-8")

    def start(self) -> "ServerProcess":
        """Start it (again), and wait until it can do its work."""
        before = len(self.output) if (self.folder / "output").exists() else 0
        with (self.folder / "output").open("ab") as output:
            command = [*self.command, "--port", "0", *self.arguments]
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._is_ready(before):
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.05)
        return self

    def _is_ready(self, before: int) -> bool:
        said = re.search(r"Uvicorn running on (http://\S+)", self.output[before:])
        if said is None:
            return False
        self.address = said[1]
        try:
            return httpx.get(f"{self.address}/readyz").status_code == 200
        except httpx.ConnectError:  # with several workers, the parent says so before one of them listens
            return False

    def kill(self) -> None:
        """As ``kill -9`` does: it gets no chance to do anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(_PATIENCE_SECONDS)


@contextmanager
def running(server: ServerProcess) -> Iterator[ServerProcess]:
    """Started, and killed at the end if it still runs."""
    try:
        yield server.start()
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
