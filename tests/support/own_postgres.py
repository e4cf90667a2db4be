"""A PostgreSQL server of one test, which the test stops, kills or silences."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.postgres import (
    _START_SECONDS,
    PostgresServer,
    _await_start,
    _start,
    new_cluster,
)


@dataclass
class OwnPostgres:
    """A server in a folder of its own. It keeps its port over all its starts."""

    server: PostgresServer
    folder: Path
    user: str | None
    process: subprocess.Popen[bytes]
    _silenced: list[int] = field(default_factory=list)

    def stop(self) -> None:
        """Stop the server, which disconnects its clients. New connections are refused."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(_START_SECONDS)

    def start(self) -> None:
        """Start the server again, and wait until it is ready."""
        self.process = _start(self.server.programs, self.folder, self.server.port, self.user)
        assert _await_start(self.process, self.folder), (self.folder / "log").read_text()

    def silence(self) -> None:
        """Halt all processes of the server: connections stay open, new ones are accepted, and nothing is answered."""
        self._silenced = [self.process.pid, *self._children()]
        for process in self._silenced:
            os.kill(process, signal.SIGSTOP)

    def wake(self) -> None:
        """Let the processes of the silenced server go on."""
        for process in self._silenced:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)
        self._silenced = []

    def _children(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def own_postgres(programs: Path) -> Iterator[OwnPostgres]:
    """Run a server for one test."""
    process, port, folder, user = new_cluster(programs)
    own = OwnPostgres(PostgresServer(programs, port), folder, user, process)
    try:
        yield own
    finally:
        own.wake()
        if own.process.poll() is None:
            own.stop()
        shutil.rmtree(folder)
