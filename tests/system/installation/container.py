"""A container of an image: a process whose root is a read-only folder."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.containers.image import Image
from tests.support.containers.root_folder import RootFolder

_PATIENCE_SECONDS = 120


@dataclass
class Container:
    """A running container. ``output`` is the file with all that it prints."""

    image: Image
    root: RootFolder
    environment: Mapping[str, str]
    output: Path
    process: subprocess.Popen[bytes]

    def is_healthy(self) -> bool:
        """Run the health check of the image once."""
        with self.output.open("ab") as output:
            return self._run(self.image.health_check, output).wait(_PATIENCE_SECONDS) == 0

    def execute(self, *command: str) -> str:
        """Run a command in the container, which must succeed, and return its output."""
        result = self.output.with_name("result")
        with result.open("wb") as output:
            code = self._run(command, output).wait(_PATIENCE_SECONDS)
        text = result.read_text("utf-8")
        assert code == 0, text
        return text

    def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self.is_healthy():
            assert self.process.poll() is None, self.output.read_text("utf-8")
            assert time.monotonic() < deadline, self.output.read_text("utf-8")

    def stop(self) -> int:
        """Send the stop signal of the image, and return the exit code."""
        self.process.send_signal(signal.Signals[self.image.stop_signal])
        return self.process.wait(_PATIENCE_SECONDS)

    def _run(self, command: Sequence[str], output: object) -> subprocess.Popen[bytes]:
        return self.root.start(command, self.environment, self.image.folder, self.image.user, output)  # type: ignore[arg-type]


@contextmanager
def running_container(
    image: Image,
    folder: Path,
    settings: Mapping[str, str],
    command: Sequence[str] | None = None,
    volumes: Mapping[str, Path] | None = None,
    temporary: Sequence[str] = (),
) -> Iterator[Container]:
    """Start a container with a read-only root, and yield it. At the end, kill it if it still runs."""
    root = RootFolder(image.root, volumes or {}, is_read_only=True, temporary=temporary)
    environment = {**image.environment, **settings}
    arguments = [*image.entry_point, *(image.command if command is None else command)]
    output = folder / "output"
    with output.open("wb") as stream:
        process = root.start(arguments, environment, image.folder, image.user, stream)
    try:
        yield Container(image, root, environment, output, process)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(_PATIENCE_SECONDS)


def open_to_others(folder: Path) -> None:
    """Let the user of a container enter this temporary folder."""
    for path in (folder, *list(folder.parents)[:4]):
        if os.stat(path).st_uid == os.geteuid() and path.is_relative_to(tempfile.gettempdir()):
            path.chmod(path.stat().st_mode | 0o011)
