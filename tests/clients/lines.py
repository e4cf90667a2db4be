"""A program that prints lines of JSON while a test changes what it follows."""

import json
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.clients.commands import ROOT
from tests.support.polling import wait_until

_TIMEOUT_SECONDS = 120


class Lines:
    """The lines that a running program has printed. What it says about errors is in the output of the test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._texts: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        self._texts.extend(iter(self._process.stdout.readline, ""))

    @property
    def values(self) -> list[Any]:
        """The values of all lines so far. The program must not have failed."""
        assert self._process.poll() in (None, 0)
        return [json.loads(text) for text in list(self._texts)]

    async def wait_for(self, number: int) -> None:
        """Wait for this number of lines."""

        async def has_lines() -> bool:
            return len(self.values) >= number

        await wait_until(has_lines)

    def wait_for_end(self) -> None:
        """Wait until the program ends. It must exit with 0."""
        assert self._process.wait(_TIMEOUT_SECONDS) == 0, "".join(self._texts)
        self._reader.join()


@contextmanager
def running_program(command: Sequence[str | Path], environment: dict[str, str]) -> Iterator[Lines]:
    """Start a program in the root of the repository, yield its lines, and kill it if it still runs."""
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Lines(process)
        finally:
            process.kill()
