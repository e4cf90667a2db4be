"""A server process on a free port, started as a user starts it and stopped by its process id."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from bpmn_events.settings.prefix import PREFIX
from tests.api.tokens import SECRET
from tests.support.forking.process import ForkedProcess, can_fork

_PATIENCE_SECONDS = 120
PROGRAM = Path(sys.executable).with_name("bpmn-events")
_SERVE = (str(PROGRAM), "serve")


@dataclass
class ServerProcess:
    """A server process that can be started again after it has ended.

    ``folder`` is its working folder and holds its data, unless ``settings`` name another database. ``command`` starts
    the server; it must accept ``--port`` and run uvicorn. ``variables`` are set in its environment as they are.
    ``ready_path`` is the path that responds with 200 when the server is ready; None if that is when it listens.
    """

    folder: Path
    arguments: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = _SERVE
    variables: Mapping[str, str] = field(default_factory=dict)
    ready_path: str | None = "/readyz"
    address: str = ""
    process: subprocess.Popen[bytes] | ForkedProcess | None = None

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        settings = {"JWT_SECRET": SECRET.decode(), **self.settings}
        return {**inherited, **{PREFIX + name: value for name, value in settings.items()}, **self.variables}

    @property
    def output(self) -> str:
        """The output so far, of all starts."""
        return (self.folder / "output").read_text("utf-8")

    def start(self) -> "ServerProcess":
        """Start the process and wait until it is ready."""
        before = len(self.output) if (self.folder / "output").exists() else 0
        self.process = self._launch()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._is_ready(before):
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.05)
        return self

    def _launch(self) -> subprocess.Popen[bytes] | ForkedProcess:
        arguments = ["--port", "0", *self.arguments]
        file = self.folder / "output"
        with file.open("ab") as output:
            if self.command == _SERVE and not self.variables and can_fork():
                return ForkedProcess(["serve", *arguments], self.folder, self.environment, file)
            return subprocess.Popen(
                [*self.command, *arguments],
                cwd=self.folder,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _is_ready(self, before: int) -> bool:
        announced = re.search(r"Uvicorn running on (https?://\S+)", self.output[before:])
        if announced is None:
            return False
        self.address = announced[1]
        if self.ready_path is None:
            return True
        try:
            return httpx.get(f"{self.address}{self.ready_path}").status_code == 200
        except httpx.ConnectError:  # with several workers, the parent prints the address before a worker listens
            return False

    def keep_port(self) -> "ServerProcess":
        """Let later starts listen on the port of this start, so that callers find the server again."""
        self.arguments = [*self.arguments, "--port", self.address.rpartition(":")[2]]
        return self

    def kill(self) -> None:
        """Kill the process as ``kill -9`` does, without a clean shutdown."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Stop the process with SIGTERM and return its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(_PATIENCE_SECONDS)


@contextmanager
def running(server: ServerProcess) -> Iterator[ServerProcess]:
    """Start the server and yield it. At the end, kill it with its workers if it still runs."""
    try:
        yield server.start()
    finally:
        if server.process is not None and server.process.poll() is None:
            workers = psutil.Process(server.process.pid).children(recursive=True)
            server.kill()
            for worker in workers:
                with suppress(psutil.NoSuchProcess):  # it notices that its parent has gone, but not under uvicorn alone
                    worker.kill()
